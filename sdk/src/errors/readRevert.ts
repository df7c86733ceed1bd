import { decodeAbiParameters, type Hex, parseAbiParameters, toFunctionSelector } from "viem";
import { type RevertName, revertEnums, revertParameters } from "../abis/reverts.ts";

/** A contract's refusal: the error's name and its arguments by name. */
export type NamedRevert = {
  readonly revertName: RevertName;
  readonly args: Readonly<Record<string, unknown>>;
};

/**
 * Name and arguments of the error in revert data.
 *
 * @param data - raw revert data
 * @returns undefined if it is no error of Cardflow
 *
 * @example
 * readRevert("0x4e487b710000000000000000000000000000000000000000000000000000000000000011")?.revertName; // "Panic"
 */
export const readRevert = (data: Hex): NamedRevert | undefined => {
  const revertName = nameOf(data.slice(0, 10));
  if (revertName === undefined) return undefined;
  const args = argsOf(revertName, `0x${data.slice(10)}`);
  return args === undefined ? undefined : { revertName, args };
};

const isRevertName = (name: string): name is RevertName => Object.hasOwn(revertParameters, name);

const nameOf = (selector: string): RevertName | undefined =>
  Object.keys(revertParameters)
    .filter(isRevertName)
    .find((name) => toFunctionSelector(`${name}(${revertParameters[name]})`) === selector);

const argsOf = (revertName: RevertName, data: Hex): Readonly<Record<string, unknown>> | undefined => {
  const parameters = revertParameters[revertName];
  if (parameters === "") return {};
  const inputs = parseAbiParameters(parameters);
  try {
    const values: readonly unknown[] = decodeAbiParameters(inputs, data);
    const entries = inputs.map(({ name = "" }, index): [string, unknown] => {
      const members = revertEnums[revertName]?.[name];
      return [name, members === undefined ? values[index] : memberOf(members, values[index])];
    });
    return entries.some(([, value]) => value === undefined) ? undefined : Object.fromEntries(entries);
  } catch {
    return undefined;
  }
};

/** Name of the member behind a number, or names behind a list of them; undefined where one is not known. */
const memberOf = (members: readonly string[], value: unknown): unknown => {
  if (!Array.isArray(value)) return typeof value === "number" ? members[value] : undefined;
  const names = value.map((element) => memberOf(members, element));
  return names.includes(undefined) ? undefined : names;
};
