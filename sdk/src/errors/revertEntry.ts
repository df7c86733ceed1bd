import type { RevertName } from "../abis/reverts.ts";

/** Members of an enum in the order of their numbers: their names, or what to do about each by its name. */
export type Members = readonly string[] | Readonly<Record<string, string>>;

/** An error of a contract: its name, its parameters as Solidity writes them, what to do about it, and the enums among the parameters. */
export type RevertEntry = readonly [
  name: RevertName,
  parameters: string,
  remedy: string,
  enums?: Readonly<Record<string, Members>>,
];
