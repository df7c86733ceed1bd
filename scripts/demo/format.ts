import { formatDollars, formatTokens } from "../../sdk/src/index.ts";

const DAY = 86_400;

/** Thousands apart, for people. */
const grouped = (digits: string): string => {
  const [whole = "0", fraction] = digits.split(".");
  const apart = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? apart : `${apart}.${fraction}`;
};

/** cfUSD-wei as dollars and cents, the rest cut off. */
export const dollars = (amount: bigint): string => grouped(formatDollars(amount, 2));

/** CARD-wei as whole CARD, the rest cut off. */
export const tokens = (amount: bigint): string => grouped(formatTokens(amount, 0));

/** A count. */
export const count = (amount: number | bigint): string => grouped(`${amount}`);

/** How many of something there are. */
export const counted = (amount: number, word: string): string => `${count(amount)} ${word}${amount === 1 ? "" : "s"}`;

/** Seconds as days. */
export const days = (seconds: number, digits = 1): string => grouped((seconds / DAY).toFixed(digits));

/** One part of a whole, in per cent. */
export const percent = (part: bigint, whole: bigint): string =>
  whole === 0n ? "–" : `${(Number((part * 10_000n) / whole) / 100).toFixed(1)} %`;

/** One part of a whole as a bar of at most `width` blocks; what is not nothing shows. */
export const bar = (part: bigint, whole: bigint, width = 44): string => {
  if (part === 0n || whole === 0n) return "";
  return "█".repeat(Math.max(1, Math.round((Number((part * 10_000n) / whole) * width) / 10_000)));
};

/** A column: its heading, and whether its cells stand to the right. */
export type Column = { readonly heading: string; readonly right?: boolean };

/** Rows under headings, columns aligned. */
export const table = (columns: readonly Column[], rows: readonly (readonly string[])[]): string[] => {
  const widths = columns.map(({ heading }, index) =>
    Math.max(heading.length, ...rows.map((row) => (row[index] ?? "").length)),
  );
  const line = (cells: readonly string[]): string =>
    columns
      .map(({ right }, index) => {
        const cell = cells[index] ?? "";
        const width = widths[index] ?? 0;
        return right ? cell.padStart(width) : cell.padEnd(width);
      })
      .join("  ")
      .trimEnd();
  return [line(columns.map(({ heading }) => heading)), ...rows.map(line)].map((text) => `  ${text}`);
};

/** A list after its lead, in lines of at most `width` characters; further lines are indented. */
export const listed = (lead: string, parts: readonly string[], separator = ", ", width = 130): string[] => {
  const lines = [`  ${lead}`];
  for (const [index, part] of parts.entries()) {
    const text = index < parts.length - 1 ? `${part}${separator.trimEnd()}` : part;
    const last = lines.at(-1) ?? "";
    if (last.length + text.length + 1 > width) lines.push(`    ${text}`);
    else lines[lines.length - 1] = `${last} ${text}`;
  }
  return lines;
};
