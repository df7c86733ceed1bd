import { stripVTControlCharacters } from "node:util";
import { confirm, isCancel, password, spinner } from "@clack/prompts";

/** Everything that a command does with the world around the process. */
export type Io = {
  /** Results: tables, or one line of JSON. */
  readonly out: (text: string) => void;
  /** Everything else: progress, plans, errors. */
  readonly err: (text: string) => void;
  /** All of standard input. */
  readonly input: () => Promise<string>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether somebody can be asked. */
  readonly asks: boolean;
  /** Whether results go to a terminal. */
  readonly terminal: boolean;
  /** Whether results may be coloured. */
  readonly colour: boolean;
  /** Columns of the terminal. */
  readonly width: number;
  /** Asks yes or no; no also if the question is broken off. */
  readonly confirm: (question: string) => Promise<boolean>;
  /** Asks for a secret; undefined if the question is broken off. */
  readonly secret: (question: string) => Promise<string | undefined>;
  /** Shows that something goes on until the function that is returned is called with how it ended. */
  readonly progress: (what: string) => (ended: string) => void;
};

const colourOf = ({ NO_COLOR, FORCE_COLOR, TERM }: NodeJS.ProcessEnv, terminal: boolean): boolean => {
  if (NO_COLOR !== undefined && NO_COLOR !== "") return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== "" && FORCE_COLOR !== "0") return true;
  return terminal && TERM !== "dumb";
};

/** The process as it is. */
export const processIo = (): Io => {
  const { stdin, stdout, stderr, env } = process;
  const [terminal, talks] = [stdout.isTTY === true, stderr.isTTY === true];
  const colour = colourOf(env, terminal);
  const errColour = colourOf(env, talks);
  return {
    out: (text) => void stdout.write(`${text}\n`),
    err: (text) => void stderr.write(`${errColour ? text : stripVTControlCharacters(text)}\n`),
    input: async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
      return Buffer.concat(chunks).toString("utf8");
    },
    env,
    asks: stdin.isTTY === true && talks,
    terminal,
    colour,
    width: stdout.columns ?? 100,
    confirm: async (message) => {
      const answer = await confirm({ message, initialValue: false, output: stderr });
      return !isCancel(answer) && answer;
    },
    secret: async (message) => {
      const answer = await password({ message, output: stderr });
      return isCancel(answer) ? undefined : answer;
    },
    progress: (what) => {
      if (!talks) return (ended) => void stderr.write(`${ended}\n`);
      const spin = spinner({ output: stderr, indicator: "timer" });
      spin.start(what);
      return (ended) => spin.stop(ended);
    },
  };
};
