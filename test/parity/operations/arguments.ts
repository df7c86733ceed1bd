import type { Account } from "../../model/state.ts";
import { ZERO_HASH } from "./scene.ts";

/** A parameter of an ABI. */
type Parameter = {
  readonly type: string;
  readonly name?: string | undefined;
  readonly components?: readonly Parameter[];
};

/** Whatever a parameter takes: `caller` where an address is wanted, small numbers, empty lists. */
function anything({ type, components }: Parameter, caller: Account): unknown {
  if (type.endsWith("[]")) return [];
  if (components !== undefined)
    return Object.fromEntries(components.map((part) => [part.name ?? "", anything(part, caller)]));
  const bits = /^u?int(\d+)$/.exec(type)?.[1];
  if (bits !== undefined) return Number(bits) <= 48 ? 1 : 1n;
  const plain: Readonly<Record<string, unknown>> = {
    address: caller,
    bool: true,
    string: "x",
    bytes: "0x",
    bytes32: ZERO_HASH,
  };
  return plain[type];
}

/** Arguments of a function: those given by name, anything for the others. */
export const argumentsFor = (
  inputs: readonly Parameter[],
  caller: Account,
  given: Readonly<Record<string, unknown>> = {},
): unknown[] =>
  inputs.map((input) => {
    const name = input.name ?? "";
    return name in given ? given[name] : anything(input, caller);
  });
