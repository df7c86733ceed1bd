import { plot } from "asciichart";
import Table from "cli-table3";
import picocolors from "picocolors";
import type { Io } from "./io.ts";

/** How results are drawn: in colours and with lines on a terminal, plain elsewhere. */
export type View = {
  readonly paint: ReturnType<typeof picocolors.createColors>;
  /** A table; columns named in `right` are numbers. */
  readonly table: (head: readonly string[], rows: readonly (readonly string[])[], right?: readonly string[]) => string;
  /** Labels and values, one a line. */
  readonly facts: (facts: readonly Fact[]) => string;
  /** A heading. */
  readonly title: (text: string) => string;
  /** A part of a whole, 0 to 1, as a bar. */
  readonly bar: (part: number, width?: number) => string;
  /** A line over time. */
  readonly chart: (values: readonly number[], format: (value: number) => string, height?: number) => string;
  /** Good, doubtful or bad, in colour and as a sign. */
  readonly mark: (level: Level) => string;
};

/** A label and what is to be said to it. */
export type Fact = readonly [label: string, value: string];

/** How good something is. */
export type Level = "ok" | "warning" | "fault";

const plainLines = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "  ",
} as const;

/** A view for where results go. */
export const viewOf = ({ colour, terminal, width: columns }: Pick<Io, "colour" | "terminal" | "width">): View => {
  const paint = picocolors.createColors(colour);
  const signs = { ok: paint.green("✓"), warning: paint.yellow("!"), fault: paint.red("✗") } as const;
  return {
    paint,
    table: (head, rows, right = []) => {
      const table = new Table({
        head: head.map((name) => paint.dim(name)),
        chars: plainLines,
        style: { head: [], border: [], "padding-left": 0, "padding-right": 0, compact: true },
        colAligns: head.map((name) => (right.includes(name) ? "right" : "left")),
      });
      table.push(...rows.map((row) => [...row]));
      return trimmed(table.toString());
    },
    facts: (facts) => {
      const width = Math.max(...facts.map(([label]) => label.length));
      return facts
        .map(
          ([label, value]) =>
            `  ${paint.dim(label.padEnd(width))}  ${value.replaceAll("\n", `\n${" ".repeat(width + 4)}`)}`,
        )
        .join("\n");
    },
    title: (text) => paint.bold(text),
    bar: (part, width = 20) => {
      const filled = Math.round(Math.min(1, Math.max(0, part)) * width);
      return `${paint.cyan("█".repeat(filled))}${paint.dim("░".repeat(width - filled))}`;
    },
    chart: (values, format, height = 6) => {
      const room = Math.max(10, Math.min(columns, terminal ? 100 : 80) - 16);
      const labels = values.map((value) => format(value).length);
      const pad = Math.max(...labels, 1);
      return trimmed(plot(stretched(values, room), { height, format: (value) => format(value).padStart(pad + 1) }));
    },
    mark: (level) => signs[level],
  };
};

const trimmed = (text: string): string =>
  text
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");

/** The values over at most `room` columns, each as wide as fits. */
const stretched = (values: readonly number[], room: number): number[] => {
  const width = Math.max(1, Math.min(4, Math.floor(room / Math.max(1, values.length))));
  const count = Math.min(room, values.length * width);
  return Array.from(
    { length: count },
    (_, column) => values[Math.min(values.length - 1, Math.floor((column * values.length) / count))] ?? 0,
  );
};
