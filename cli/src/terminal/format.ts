import { dollarsPerHourFromRate, formatDollars, formatShares, formatTokens } from "@cardflow/sdk";
import { DAY, HOUR } from "../input.ts";

const grouped = (text: string): string => {
  const [whole = "", fraction] = text.split(".");
  const groups = whole.replaceAll(/\B(?=(\d{3})+$)/g, " ");
  return fraction === undefined ? groups : `${groups}.${fraction}`;
};

/** cfUSD-wei as dollars to the cent, cut off; what is less than a cent keeps four digits that say something. */
export const dollars = (amount: bigint): string => {
  if (amount < 0n) return `-${dollars(-amount)}`;
  const cent = 10n ** 16n;
  return `$${grouped(amount > 0n && amount < cent ? tiny(formatDollars(amount)) : formatDollars(amount, 2))}`;
};

const tiny = (text: string): string => /^0\.0*\d{1,2}/.exec(text)?.[0] ?? text;

/** A rate of a whole card as dollars per hour. */
export const perHour = (rate: bigint): string => `$${dollarsPerHourFromRate(rate, 3)}/h`;

/** CARD-wei as CARD. */
export const tokens = (amount: bigint): string =>
  `${grouped(amount > 0n && amount < 10n ** 16n ? tiny(formatTokens(amount)) : formatTokens(amount, 2))} CARD`;

/** Share-wei as shares. */
export const shares = (amount: bigint): string => grouped(formatShares(amount, amount % 10n ** 18n === 0n ? 0 : 4));

/** A part in bps as percent. */
export const percent = (bps: number): string => `${Number((bps / 100).toFixed(2))} %`;

/** Backing (1e18 for all of it) as percent; far above all of it the figure says nothing more. */
export const backingText = (backing: bigint): string =>
  backing > 10n * 10n ** 18n ? "over 1 000 %" : percent(Number((backing * 10_000n) / 10n ** 18n));

/** A fraction as percent with one digit. */
export const fraction = (part: number): string => `${(part * 100).toFixed(1)} %`;

/** Seconds in the two largest units that say something. */
export const duration = (seconds: number): string => {
  const parts: readonly (readonly [number, string])[] = [
    [Math.floor(seconds / DAY), "d"],
    [Math.floor((seconds % DAY) / HOUR), "h"],
    [Math.floor((seconds % HOUR) / 60), "min"],
    [seconds % 60, "s"],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  if (first === -1) return "0 s";
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(" ");
};

/** A second of Unix time. */
export const moment = (time: number): string => {
  const date = new Date(time * 1000);
  return Number.isNaN(date.getTime()) ? "never" : `${date.toISOString().slice(0, 16).replace("T", " ")} UTC`;
};

/** A moment and how far it is from another. */
export const momentFrom = (time: number, now: number): string =>
  time > now ? `${moment(time)} (in ${duration(time - now)})` : `${moment(time)} (${duration(now - time)} ago)`;

/** An address, shortened for tables. */
export const shortly = (address: string | undefined): string =>
  address === undefined ? "–" : `${address.slice(0, 6)}…${address.slice(-4)}`;

/** How many are shown of those that fit. */
export const countedOf = (shown: number, fitting: number, word: string): string =>
  shown === fitting
    ? counted(fitting, word)
    : `${shown} of ${counted(fitting, word)}, the newest; --limit ${fitting} shows all`;

/** A word in the plural unless there is one of it. */
export const counted = (count: number, word: string, plural = `${word}s`): string =>
  `${count} ${count === 1 ? word : plural}`;
