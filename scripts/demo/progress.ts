/** Says what is going on while it goes on: one line that is written over on a terminal, one line per step elsewhere. On stderr. */
export type Progress = {
  /** Begins a step; the one before it is done. */
  readonly step: (text: string) => void;
  /** How far the step is. */
  readonly at: (done: number, all: number) => void;
  /** Ends the last step. */
  readonly end: () => void;
};

/** No word at all. */
export const silent: Progress = { step: () => {}, at: () => {}, end: () => {} };

/** Progress on a stream. */
export const progressOn = (stream: NodeJS.WriteStream): Progress => {
  let current: { text: string; begun: number } | undefined;
  const clear = stream.isTTY ? "\r\u001b[K" : "";
  const end = (): void => {
    if (current === undefined) return;
    const seconds = ((Date.now() - current.begun) / 1000).toFixed(1);
    stream.write(`${clear}  ${current.text} … ${seconds} s\n`);
    current = undefined;
  };
  return {
    step: (text) => {
      end();
      current = { text, begun: Date.now() };
      if (stream.isTTY) stream.write(`  ${text} …`);
    },
    at: (done, all) => {
      if (stream.isTTY && current !== undefined) stream.write(`${clear}  ${current.text} … ${done} of ${all}`);
    },
    end,
  };
};
