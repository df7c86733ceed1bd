import { UsageError } from "../failure.ts";
import { quoted } from "../input.ts";
import type { Network } from "./network.ts";

/** A GPU model of the registry. */
export type Model = {
  readonly id: number;
  readonly name: string;
  readonly memoryMiB: number;
  /** Dollars (1e18) of bond that its cards need at least. */
  readonly minimumBond: bigint;
};

/** Models and regions by their numbers, as governance last set them. */
export type Catalogue = {
  readonly models: ReadonlyMap<number, Model>;
  readonly regions: ReadonlyMap<number, string>;
};

/** Models and regions as the registry's events say. */
export const readCatalogue = async (network: Network): Promise<Catalogue> => {
  const { models, regions } = (await network.state()).catalogue().value;
  return { models: new Map([...models].map(([id, model]) => [id, { ...model, id }])), regions };
};

/** Name of a model, or its number if the registry has none. */
export const modelName = ({ models }: Catalogue, id: number): string => models.get(id)?.name ?? `model ${id}`;

/** Name of a region, or its number if the registry has none. */
export const regionName = ({ regions }: Catalogue, id: number): string => regions.get(id) ?? `region ${id}`;

/**
 * Numbers of the models that a text names: a number, or a part of names, in which words may stand apart: `h100`, `a100 80`.
 *
 * @throws UsageError if there is none
 */
export const modelsNamed = (catalogue: Catalogue, text: string): readonly number[] =>
  found("model", text, new Map([...catalogue.models].map(([id, { name }]) => [id, name])));

/** Numbers of the regions that a text names, likewise. */
export const regionsNamed = ({ regions }: Catalogue, text: string): readonly number[] => found("region", text, regions);

/**
 * The number of the one thing that a text names.
 *
 * @throws UsageError if it names none or several
 */
export const onlyOne = (
  option: string,
  text: string,
  numbers: readonly number[],
  nameOf: (id: number) => string,
): number => {
  const [id, ...others] = numbers;
  if (id !== undefined && others.length === 0) return id;
  throw new UsageError(
    `--${option}: ${quoted(text)} fits ${numbers.length} of them: ${numbers.map((number) => `${number} ${nameOf(number)}`).join(", ")}`,
    "Give the number, or more of the name.",
  );
};

const found = (option: string, text: string, names: ReadonlyMap<number, string>): readonly number[] => {
  const fitting = /^\d{1,3}$/.test(text)
    ? [Number(text)].filter((id) => names.has(id))
    : [...names]
        .filter(([, name]) => wordsIn(text).every((word) => name.toLowerCase().includes(word)))
        .map(([id]) => id);
  // A whole name beats longer ones that contain it.
  const whole = fitting.filter((id) => names.get(id)?.toLowerCase() === text.toLowerCase());
  if (fitting.length > 0) return whole.length > 0 ? whole : fitting;
  throw new UsageError(
    `--${option}: nothing is called ${quoted(text)}`,
    `There are: ${[...names]
      .sort(([a], [b]) => a - b)
      .map(([id, name]) => `${id} ${name}`)
      .join(", ")}.`,
  );
};

const wordsIn = (text: string): readonly string[] =>
  text
    .toLowerCase()
    .split(/[\s-]+/)
    .filter((word) => word !== "");
