/** An amount at a time, in any unit of time. */
export type Term = { readonly time: number; readonly amount: number };

/** Where a sum of discounted amounts is zero, in δ of e^(−δ · time); `unbracketed` if a zero lies too far out to be found. */
export type Roots = { readonly roots: readonly number[]; readonly unbracketed: boolean };

/** Beyond this δ · (last time − first time) the values of a number run out. */
const farthest = 650;

/**
 * All zeros of Σ amount · e^(−δ · time). Such a sum has at most as many zeros as its amounts, by time, change their sign (Descartes'
 * rule for exponential sums; Pólya and Szegő, "Problems and Theorems in Analysis", part V, 77). Where they change more than once: divided by
 * its first term, the sum has a derivative with a term less, whose zeros cut the line into pieces on which the sum is monotonic
 * (Rolle), so that no zero is missed.
 */
export const rootsOf = (terms: readonly Term[]): Roots => {
  const sorted = merge(terms);
  const [first, last] = [sorted[0], sorted[sorted.length - 1]];
  const changes = signChanges(sorted);
  if (first === undefined || last === undefined || changes === 0) return { roots: [], unbracketed: false };
  const far = farthest / (last.time - first.time);
  const { roots: turns, unbracketed } =
    changes === 1 ? { roots: [], unbracketed: false } : rootsOf(derivativeOverFirst(sorted, first.time));
  const stops = [-far, ...turns, far];
  const roots = stops.slice(1).flatMap((stop, index) => rootBetween(sorted, stops[index] ?? -far, stop));
  const unique = roots.filter((root, index) => index === 0 || root !== roots[index - 1]);
  return { roots: unique, unbracketed: unbracketed || (changes === 1 && unique.length === 0) };
};

/** By time, amounts of one time added up, zeros left out, the largest amount made 1. */
const merge = (terms: readonly Term[]): readonly Term[] => {
  const byTime = new Map<number, number>();
  for (const { time, amount } of terms) byTime.set(time, (byTime.get(time) ?? 0) + amount);
  const largest = [...byTime.values()].reduce((most, amount) => Math.max(most, Math.abs(amount)), 0);
  return [...byTime]
    .map(([time, amount]) => ({ time, amount: amount / largest }))
    .filter(({ amount }) => amount !== 0)
    .sort((a, b) => a.time - b.time);
};

const signChanges = (terms: readonly Term[]): number =>
  terms.filter(({ amount }, index) => amount > 0 !== (terms[index - 1]?.amount ?? amount) > 0).length;

/** Terms of the derivative of the sum divided by its first term's power. */
const derivativeOverFirst = (terms: readonly Term[], origin: number): readonly Term[] =>
  terms.slice(1).map(({ time, amount }) => ({ time, amount: -(time - origin) * amount }));

/** A sum below this part of its parts is zero: as much is lost by rounding them. */
const rounding = 4 * Number.EPSILON;

/**
 * Value and slope at δ, both divided by the largest power, so that neither overflows. Where the sum only touches zero, rounding leaves
 * something on either side of it; that is no value.
 */
const at = (terms: readonly Term[], delta: number): { readonly value: number; readonly slope: number } => {
  const anchor = (delta >= 0 ? terms[0] : terms[terms.length - 1])?.time ?? 0;
  let [value, size, slope] = [0, 0, 0];
  for (const { time, amount } of terms) {
    const part = amount * Math.exp(-delta * (time - anchor));
    value += part;
    size += Math.abs(part);
    slope -= time * part;
  }
  return { value: Math.abs(value) <= rounding * size ? 0 : value, slope: slope + anchor * value };
};

/**
 * The zero of a monotonic piece, if it has one: Newton's steps, and a bisection wherever they would leave the bracket or do not halve
 * (`rtsafe` in Press et al., "Numerical Recipes", section 9.4).
 */
const rootBetween = (terms: readonly Term[], from: number, to: number): readonly number[] => {
  const start = at(terms, from).value;
  const end = at(terms, to).value;
  if (start === 0) return [from];
  if (end === 0) return [to];
  if (start > 0 === end > 0) return [];
  let [low, high] = [from, to];
  let [delta, step] = [low < 0 && high > 0 ? 0 : (low + high) / 2, high - low];
  for (let round = 0; round < 200; round++) {
    const { value, slope } = at(terms, delta);
    if (value === 0) break;
    if (value > 0 === start > 0) low = delta;
    else high = delta;
    const newton = delta - value / slope;
    const converges = newton > low && newton < high && Math.abs(newton - delta) < step / 2;
    const next = converges ? newton : (low + high) / 2;
    step = Math.abs(next - delta);
    delta = next;
    if (step <= 1e-15 * Math.abs(delta)) break;
  }
  return [delta];
};
