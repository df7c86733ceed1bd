import { decodeAbiParameters, type Hex, parseAbiParameters, toFunctionSelector } from "viem";
import { remedyFor } from "./remedyFor.ts";
import type { Members, RevertEntry } from "./revertEntry.ts";
import { RevertError, UnknownRevertError } from "./revertError.ts";

/** The error in revert data, if it is one of those that are known. */
export const revertIn = (
  data: Hex,
  known: readonly RevertEntry[],
  options?: ErrorOptions,
): RevertError | UnknownRevertError => {
  const selector = data.slice(0, 10);
  const entry = known.find(([name, parameters]) => toFunctionSelector(`${name}(${parameters})`) === selector);
  const args = entry === undefined ? undefined : argsOf(entry, `0x${data.slice(10)}`);
  if (entry === undefined || args === undefined) return new UnknownRevertError(data, options);
  const [revertName, , remedy, enums] = entry;
  return new RevertError({ revertName, args, data, remedy: remedyFor(remedy, enums, args) }, options);
};

const argsOf = ([, parameters, , enums]: RevertEntry, data: Hex): Readonly<Record<string, unknown>> | undefined => {
  if (parameters === "") return {};
  const inputs = parseAbiParameters(parameters);
  try {
    const values: readonly unknown[] = decodeAbiParameters(inputs, data);
    const entries = inputs.map(({ name = "" }, index): [string, unknown] => {
      const members = enums?.[name];
      return [name, members === undefined ? values[index] : memberOf(members, values[index])];
    });
    return entries.some(([, value]) => value === undefined) ? undefined : Object.fromEntries(entries);
  } catch {
    return undefined;
  }
};

const isList = (members: Members): members is readonly string[] => Array.isArray(members);

/** Name of the member behind a number, or names behind a list of them; undefined where one is not known. */
const memberOf = (members: Members, value: unknown): unknown => {
  if (!Array.isArray(value))
    return typeof value === "number" ? (isList(members) ? members : Object.keys(members))[value] : undefined;
  const names = value.map((element) => memberOf(members, element));
  return names.includes(undefined) ? undefined : names;
};
