import { type Address, type ContractFunctionReturnType, decodeFunctionResult } from "viem";
import { releaseAbi } from "../abis/revenueShare.ts";
import { perform } from "../client/perform.ts";
import type { CardflowClient, Sent, WriteOptions } from "../client/types.ts";
import { releaseProceedsReverts } from "../errors/actionReverts.ts";

/** Arguments of {@link releaseProceeds}. */
export type ReleaseProceedsArgs = {
  /** The revenue share. */
  readonly share: Address;
};

/**
 * The call of {@link releaseProceeds} as plain data, for multicalls, batches, smart accounts and other libraries.
 *
 * @param args - see {@link ReleaseProceedsArgs}
 *
 * @example
 * const call = releaseProceedsCall({ share });
 */
export const releaseProceedsCall = ({ share }: ReleaseProceedsArgs) =>
  ({ address: share, abi: releaseAbi, functionName: "release", args: [] }) as const;

/**
 * Pays what has vested of a sale's proceeds to whoever owns the card. Open to anyone. Never paused.
 *
 * @param client - viem client
 * @param args - see {@link ReleaseProceedsArgs}
 * @param options - sender, and whether to wait for the receipt
 * @returns the hash of the transaction; `result`: CARD-wei paid
 * @throws RevertError with one of `SharePhaseWrong`; RequestError if the request fails on its way
 *
 * @example
 * const { result: amount } = await releaseProceeds(client, { share });
 */
export const releaseProceeds = (
  client: CardflowClient,
  args: ReleaseProceedsArgs,
  options?: WriteOptions,
): Promise<Sent<ContractFunctionReturnType<typeof releaseAbi, "nonpayable", "release">>> => {
  const call = releaseProceedsCall(args);
  return perform(client, call, (data) => decodeFunctionResult({ ...call, data }), releaseProceedsReverts, options);
};
