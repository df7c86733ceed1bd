/** One small change of a source: what stood in a line, and what stands there instead. */
export type Mutant = {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  readonly from: string;
  readonly to: string;
  readonly source: string;
};

type Swap = readonly [pattern: RegExp, replacement: string];

/** Each operator and what it becomes. Formatted code has spaces around operators, which keeps generics, casts and shifts out. */
const SWAPS: readonly Swap[] = [
  [/ < /g, " <= "],
  [/ <= /g, " < "],
  [/ > /g, " >= "],
  [/ >= /g, " > "],
  [/ == /g, " != "],
  [/ != /g, " == "],
  [/ && /g, " || "],
  [/ \|\| /g, " && "],
  [/ \+ /g, " - "],
  [/ - /g, " + "],
  [/ \+= /g, " -= "],
  [/ -= /g, " += "],
  [/ \* /g, " / "],
  [/\bMath\.min\b/g, "Math.max"],
  [/\bMath\.max\b/g, "Math.min"],
  [/\bRounding\.Ceil\b/g, "Rounding.Floor"],
  [/\bRounding\.Floor\b/g, "Rounding.Ceil"],
  [/\btrue\b/g, "false"],
  [/\bfalse\b/g, "true"],
];

/** Statements that may be left out, from their first word to the end of the line. */
const DROPS: readonly RegExp[] = [
  /^\s+_?[a-zA-Z.]+\([^{]*\);$/,
  /^\s+[\w.[\]]+(\[.+\])? = .*;$/,
  /^\s+if \(.*\) (return|continue).*;$/,
];

const isCode = (line: string): boolean =>
  !/^\s*(\/\/|\*|import |pragma |error |event |emit |using |assembly)/.test(line);

/** Code of a line without the comment behind it. */
const codeOf = (line: string): string => line.replace(/\s+\/\/.*$/, "");

function* changesOf(line: string): Generator<{ readonly from: string; readonly to: string }> {
  const code = codeOf(line);
  for (const [pattern, replacement] of SWAPS) {
    for (const { index, 0: found } of code.matchAll(pattern)) {
      yield { from: line, to: code.slice(0, index) + replacement + code.slice(index + found.length) };
    }
  }
  if (DROPS.some((pattern) => pattern.test(code))) yield { from: line, to: "" };
}

/** A `require` that is left out whole, however many lines it takes. */
function* droppedChecks(
  text: string,
): Generator<{ readonly line: number; readonly from: string; readonly source: string }> {
  for (const { index } of text.matchAll(/^\s+require\(/gm)) {
    const end = text.indexOf(");\n", index) + 2;
    const before = text.slice(0, index);
    yield { line: before.split("\n").length, from: text.slice(index, end).trim(), source: before + text.slice(end) };
  }
}

/** Every mutant of a source, in the order of its lines. */
export const mutantsOf = (file: string, text: string): readonly Mutant[] => {
  const lines = text.split("\n");
  const start = lines.findIndex((line) => /^(abstract )?(contract|library) /.test(line));
  const swapped = lines.flatMap((line, at) =>
    at <= start || !isCode(line)
      ? []
      : [...changesOf(line)].map(({ from, to }) => ({
          file,
          line: at + 1,
          from: from.trim(),
          to: to.trim(),
          source: lines.with(at, to).join("\n"),
        })),
  );
  const dropped = [...droppedChecks(text)].map((drop) => ({ file, to: "", ...drop }));
  return [...swapped, ...dropped].sort((a, b) => a.line - b.line);
};

/** `count` of the items, spread evenly; another `offset` takes others. */
export const spread = <T>(items: readonly T[], count: number, offset: number): readonly T[] => {
  const step = Math.max(1, items.length / count);
  return Array.from(
    { length: Math.min(count, items.length) },
    (_, n) => items[(Math.floor(n * step) + offset) % items.length],
  ).filter((item) => item !== undefined);
};
