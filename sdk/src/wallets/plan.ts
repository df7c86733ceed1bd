import type { Address, Hash } from "viem";
import { getCode } from "viem/actions";
import type { CardflowClient, ContractCall } from "../client/types.ts";
import { type SendBatchOptions, type SentBatch, sendBatch } from "./batch.ts";
import { kindOf } from "./probeAccount.ts";

/** How a plan brings money from the wallet: by a transaction before, or by a signature within the call. */
export type FundingPath = "approve" | "permit" | "authorization";

/** One call of a plan, and what for. */
export type PlanStep = {
  readonly name:
    | "ApproveTokens"
    | "ApproveDollars"
    | "MintDollars"
    | "Rent"
    | "BuyShares"
    | "StakeBond"
    | "StakeAsRenter"
    | "TokenizeCard";
  /** What it does, in a sentence for the user. */
  readonly description: string;
  readonly call: ContractCall;
};

/** A write before it is sent: what it costs, and every call that it takes. */
export type Plan = {
  readonly chainId: number;
  readonly account: Address;
  /** In order; each needs those before it. */
  readonly steps: readonly PlanStep[];
};

/**
 * Runs a plan: as one batch where the wallet can, else step by step, each simulated and waited for.
 *
 * @param client - viem client of the account that was planned for
 * @param plan - what {@link planRent} returned
 * @param options - `onStep`: told before a step is sent on its own, and with the hash when it is in a block
 * @throws RevertError with the contract's reason; RequestError; WrongChainError
 *
 * @example
 * const plan = await planRent(client, { deployment, ask, signature, take });
 * const { hashes } = await executePlan(client, plan, { onStep: (step, hash) => console.log(step.description, hash ?? "…") });
 */
export const executePlan = (
  client: CardflowClient,
  { steps, chainId, account }: Plan,
  {
    onStep,
    ...options
  }: Pick<SendBatchOptions, "account"> & { readonly onStep?: (step: PlanStep, hash?: Hash) => void } = {},
): Promise<SentBatch> =>
  sendBatch(
    client,
    steps.map(({ call }) => call),
    {
      account: client.account ?? account,
      ...options,
      chainId,
      onProgress: ({ index, hash }) => {
        const step = steps[index];
        if (step !== undefined) onStep?.(step, hash);
      },
    },
  );

/** The way that suits an account: a key signs, a contract approves in its batch. */
export const usualPath = async (client: CardflowClient, address: Address): Promise<FundingPath> =>
  kindOf((await getCode(client, { address })) ?? "0x") === "key" ? "permit" : "approve";
