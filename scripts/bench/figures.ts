/**
 * Uniform numbers from 0 up to 1 (mulberry32): the same on every machine for the same seed.
 *
 * @param seed - a whole number
 * @returns the next number at each call
 * @example
 * const random = generator(7);
 */
export function generator(seed: number): () => number {
  let state = Math.imul(seed + 1, 0x9e3779b1);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * @param figure - any number
 * @returns the figure, to the thousandth
 * @example
 * round(96.2654); // 96.265
 */
export const round = (figure: number): number => Math.round(figure * 1000) / 1000;
