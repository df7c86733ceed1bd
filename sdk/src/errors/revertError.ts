import type { Hex } from "viem";
import type { RevertArgs, RevertName } from "../abis/reverts.ts";
import { CardflowError } from "./cardflowError.ts";

/** What a {@link RevertError} is made of. */
export type Revert = {
  readonly revertName: RevertName;
  readonly args: Readonly<Record<string, unknown>>;
  readonly data: Hex;
  readonly remedy: string;
};

/**
 * A contract refused a call. {@link revertName} is the name of its Solidity error, {@link args} its arguments by name, with enums
 * as the names of their members. Use {@link isRevert} to have the arguments typed.
 */
export class RevertError extends CardflowError {
  override readonly name = "RevertError";
  /** Name of the Solidity error. */
  readonly revertName: RevertName;
  /** Arguments by name. */
  readonly args: Readonly<Record<string, unknown>>;
  /** The raw revert data. */
  readonly data: Hex;

  constructor({ revertName, args, data, remedy }: Revert, options?: ErrorOptions) {
    super(`${revertName}(${printArgs(args)})`, remedy, options);
    this.revertName = revertName;
    this.args = args;
    this.data = data;
  }
}

/**
 * A contract refused a call with data that is no error which the call can end with, or with none. An action knows its own errors only: where
 * a foreign contract raised one of Cardflow's others, `decodeRevert` of `@cardflow/sdk/errors` names it.
 */
export class UnknownRevertError extends CardflowError {
  override readonly name = "UnknownRevertError";
  /** The raw revert data, `0x` if there was none. */
  readonly data: Hex;

  constructor(data: Hex, options?: ErrorOptions) {
    super(
      data === "0x" ? "the call reverted without a reason" : `the call reverted with unknown data ${data}`,
      `${data === "0x" ? "Check" : "`decodeRevert(error.data)` of `@cardflow/sdk/errors` knows every error of Cardflow. If it is none, check"} that the address is the contract it should be and that the package is as new as the deployment.`,
      options,
    );
    this.data = data;
  }
}

/**
 * Whether an error is a contract's refusal of a given name; types its arguments.
 *
 * @param error - anything that was caught
 * @param revertName - name of the Solidity error
 *
 * @example
 * if (isRevert(error, "CardHasRunningLeases")) console.log(error.args.running); // bigint
 */
export const isRevert = <Name extends RevertName>(
  error: unknown,
  revertName: Name,
): error is RevertError & { readonly revertName: Name; readonly args: RevertArgs[Name] } =>
  error instanceof RevertError && error.revertName === revertName;

const printArgs = (args: Readonly<Record<string, unknown>>): string =>
  Object.entries(args)
    .map(([name, value]) => `${name}: ${Array.isArray(value) ? `[${value.join(", ")}]` : String(value)}`)
    .join(", ");
