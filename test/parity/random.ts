/** A seeded source of choices (splitmix64), so that every run can be replayed. */
export type Random = {
  /** A number from `least` to `most`, both included. */
  readonly between: (least: bigint, most: bigint) => bigint;
  readonly chance: (probability: number) => boolean;
  readonly one: <T>(values: readonly T[]) => T;
  /** One of the values, each as often as its weight says. */
  readonly weighted: <T>(values: readonly (readonly [weight: number, value: T])[]) => T;
  /** A number of any size up to 2^bits. */
  readonly sized: (bits: number) => bigint;
};

const MASK = 2n ** 64n - 1n;

export function randomOf(seed: bigint): Random {
  let state = seed & MASK;
  const next = (): bigint => {
    state = (state + 0x9e3779b97f4a7c15n) & MASK;
    let z = state;
    z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK;
    z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & MASK;
    return z ^ (z >> 31n);
  };
  const wide = (): bigint => (next() << 64n) | next();
  const between = (least: bigint, most: bigint): bigint =>
    most <= least ? least : least + (wide() % (most - least + 1n));
  const unit = (): number => Number(next() >> 11n) / 2 ** 53;
  const one = <T>(values: readonly T[]): T => {
    const value = values[Math.floor(unit() * values.length)];
    if (values.length === 0) throw new RangeError("nothing to choose from");
    return value as T;
  };
  return {
    between,
    one,
    chance: (probability) => unit() < probability,
    weighted: (values) => {
      let rest = unit() * values.reduce((sum, [weight]) => sum + weight, 0);
      for (const [weight, value] of values) {
        rest -= weight;
        if (rest < 0) return value;
      }
      return one(values)[1];
    },
    sized: (bits) => wide() & (2n ** between(1n, BigInt(bits)) - 1n),
  };
}
