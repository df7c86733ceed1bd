import { type GeneratedFile, heading } from "./output.ts";

/**
 * Keccak-256 with its rounds written out. A 64-bit lane is two 32-bit halves, `low` and `high`; lanes are numbered x + 5y as in
 * FIPS 202. Written out, the steps of a round need no arrays but the state, which is what makes it fast.
 */

const lanes = 25;
const rounds = 24;
const half = 0xffffffffn;

const laneOf = (x: number, y: number): number => (x % 5) + 5 * (y % 5);

/** Rotation of every lane in the rho step. */
const rotations = (): readonly number[] => {
  const offsets = Array.from({ length: lanes }, () => 0);
  let [x, y] = [1, 0];
  for (let t = 0; t < 24; t += 1) {
    offsets[laneOf(x, y)] = (((t + 1) * (t + 2)) / 2) % 64;
    [x, y] = [y, (2 * x + 3 * y) % 5];
  }
  return offsets;
};

/** Constants of the iota step, from the linear feedback register of the standard. */
const roundConstants = (): readonly bigint[] => {
  let register = 1;
  return Array.from({ length: rounds }, () => {
    let constant = 0n;
    for (let bit = 0; bit < 7; bit += 1) {
      if ((register & 1) === 1) constant |= 1n << BigInt(2 ** bit - 1);
      register <<= 1;
      if (register > 0xff) register ^= 0x171;
    }
    return constant;
  });
};

type Halves = readonly [low: string, high: string];

const rotated = ([low, high]: Halves, by: number): Halves => {
  if (by === 0) return [low, high];
  if (by === 32) return [high, low];
  const [a, b, n] = by < 32 ? [low, high, by] : [high, low, by - 32];
  return [`(${a} << ${n}) | (${b} >>> ${32 - n})`, `(${b} << ${n}) | (${a} >>> ${32 - n})`];
};

const stateOf = (lane: number): Halves => [`s${lane}l`, `s${lane}h`];

const xors = (parts: readonly Halves[]): Halves => [
  parts.map(([low]) => low).join(" ^ "),
  parts.map(([, high]) => high).join(" ^ "),
];

const declare = (name: string, [low, high]: Halves): string => `const ${name}l = ${low}; const ${name}h = ${high};`;

/** One round on the halves `s0l` … `s24h`. */
const round = (): readonly string[] => {
  const columns = [0, 1, 2, 3, 4];
  const offsets = rotations();
  const parity = columns.map((x) => declare(`c${x}`, xors(columns.map((y) => stateOf(laneOf(x, y))))));
  const theta = columns.map((x) => {
    const before = (x + 4) % 5;
    const after = (x + 1) % 5;
    const [low, high] = rotated([`c${after}l`, `c${after}h`], 1);
    return declare(`d${x}`, [`c${before}l ^ (${low})`, `c${before}h ^ (${high})`]);
  });
  const rhoPi = columns.flatMap((y) =>
    columns.map((x) => {
      const lane = laneOf(x, y);
      const mixed = declare(`m${lane}`, xors([stateOf(lane), [`d${x}l`, `d${x}h`]]));
      const target = laneOf(y, 2 * x + 3 * y);
      return `${mixed} ${declare(`b${target}`, rotated([`m${lane}l`, `m${lane}h`], offsets[lane] ?? 0))}`;
    }),
  );
  const chi = columns.flatMap((y) =>
    columns.map((x) => {
      const [lane, next, afterNext] = [laneOf(x, y), laneOf(x + 1, y), laneOf(x + 2, y)];
      return `s${lane}l = b${lane}l ^ (~b${next}l & b${afterNext}l); s${lane}h = b${lane}h ^ (~b${next}h & b${afterNext}h);`;
    }),
  );
  return [...parity, ...theta, ...rhoPi, ...chi];
};

const eachLane = (text: (lane: number) => string): string =>
  Array.from({ length: lanes }, (_, lane) => text(lane)).join("\n");

/** The permutation, and the sponge around it. */
export const keccakFiles = (): readonly GeneratedFile[] => [
  {
    path: "sdk/src/orders/keccak.ts",
    text: `${heading("scripts/generate/keccak.ts")}
const roundConstants = [${roundConstants()
      .map((constant) => `${constant & half}, ${constant >> 32n}`)
      .join(", ")}] as const;

/** Bytes that one permutation takes in. */
const rate = 136;
const stateWords = ${2 * lanes};

/**
 * Keccak-256 in plain JavaScript with its rounds written out: for whoever hashes many orders. The default is smaller.
 *
 * @param bytes - any number of bytes
 * @returns 32 bytes
 *
 * @example
 * const domain = orderDomain({ chainId: 31337, market: deployment.addresses.rentalMarket, keccak: fastKeccak });
 */
export const fastKeccak = (bytes: Uint8Array): Uint8Array => {
  const state = new Int32Array(stateWords);
  const whole = bytes.length - (bytes.length % rate);
  for (let at = 0; at < whole; at += rate) {
    absorb(state, bytes, at);
    permute(state);
  }
  const last = new Uint8Array(rate);
  last.set(bytes.subarray(whole));
  last[bytes.length - whole] = 1;
  last[rate - 1] = (last[rate - 1] ?? 0) | 0x80;
  absorb(state, last, 0);
  permute(state);
  return squeeze(state);
};

const absorb = (state: Int32Array, bytes: Uint8Array, from: number): void => {
  for (let word = 0; word < rate / 4; word += 1) {
    const at = from + 4 * word;
    state[word] =
      (state[word] ?? 0) ^
      ((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24));
  }
};

const squeeze = (state: Int32Array): Uint8Array => {
  const hash = new Uint8Array(32);
  for (let at = 0; at < 32; at += 1) hash[at] = (state[at >> 2] ?? 0) >>> (8 * (at & 3));
  return hash;
};

const permute = (s: Int32Array): void => {
${eachLane((lane) => `let s${lane}l = s[${2 * lane}] ?? 0; let s${lane}h = s[${2 * lane + 1}] ?? 0;`)}
for (let round = 0; round < ${2 * rounds}; round += 2) {
${round().join("\n")}
s0l ^= roundConstants[round] ?? 0;
s0h ^= roundConstants[round + 1] ?? 0;
}
${eachLane((lane) => `s[${2 * lane}] = s${lane}l; s[${2 * lane + 1}] = s${lane}h;`)}
};
`,
  },
];
