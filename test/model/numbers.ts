/** Plain integer arithmetic of the protocol page. Amounts have 18 decimals, fractions are 1e18 = 100 %, times are seconds. */
export const ONE = 10n ** 18n;
export const BPS = 10_000n;
export const MINUTE = 60n;
export const HOUR = 3_600n;
export const DAY = 86_400n;

/** One in the fixed point of powers. */
const FINE = 10n ** 27n;

export const min = (...values: bigint[]): bigint => values.reduce((a, b) => (b < a ? b : a));
export const max = (...values: bigint[]): bigint => values.reduce((a, b) => (b > a ? b : a));
export const ceilDiv = (a: bigint, b: bigint): bigint => (a + b - 1n) / b;
/** a - b, or 0. */
export const above = (a: bigint, b: bigint): bigint => (a > b ? a - b : 0n);

/** The largest f with (f / 1e27)^steps <= numerator / denominator: the rate per minute of a rate per `steps` minutes. */
export function perMinute(numerator: bigint, denominator: bigint, steps: bigint): bigint {
  const limit = numerator * FINE ** steps;
  let low = 0n;
  let high = 2n * FINE;
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (middle ** steps * denominator <= limit) low = middle;
    else high = middle;
  }
  return low;
}

const RISE = perMinute(102n, 100n, 60n);
const FALL = perMinute(90n, 100n, 60n);
const HALF = perMinute(1n, 2n, 720n);

/** factor^count by squaring from the lowest bit, every product rounded down. */
function power(factor: bigint, count: bigint): bigint {
  let result = FINE;
  for (const bit of [...count.toString(2)].reverse()) {
    if (bit === "1") result = (result * factor) / FINE;
    factor = (factor * factor) / FINE;
  }
  return result;
}

/** The slow price after `minutes` whole minutes towards `target`. */
export function follow(slow: bigint, target: bigint, minutes: bigint): bigint {
  if (target > slow) return min(target, (slow * power(RISE, min(minutes, 60n))) / FINE);
  return max(target, (slow * power(FALL, min(minutes, 1_440n))) / FINE);
}

/** A rate halved every 12 h, after `minutes` whole minutes. */
export const halved = (rate: bigint, minutes: bigint): bigint => (rate * power(HALF, minutes)) / FINE;
