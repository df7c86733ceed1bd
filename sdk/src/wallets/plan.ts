import { type Account, type Address, type Hash, isAddressEqual } from "viem";
import { getCode } from "viem/actions";
import { addressOf } from "../client/account.ts";
import type { CardflowClient, ContractCall } from "../client/types.ts";
import { CardflowError } from "../errors/cardflowError.ts";
import { InvalidInputError } from "../errors/inputErrors.ts";
import { toRequestError } from "../errors/toCardflowError.ts";
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

/** A plan that was refused is no plan to run; nothing was sent. The remedy is the plan's own. */
export class PlanRefusedError extends CardflowError {
  override readonly name = "PlanRefusedError";
  /** Why the plan was refused. */
  readonly refusal: string;

  constructor(refusal: string, remedy: string) {
    super(`the plan was refused: ${refusal}`, remedy);
    this.refusal = refusal;
  }
}

/** How a plan is run. */
export type ExecutePlanOptions = Pick<SendBatchOptions, "account"> & {
  /** Told before a step is sent on its own, and with the hash when it is in a block. */
  readonly onStep?: ((step: PlanStep, hash?: Hash) => void) | undefined;
};

/**
 * Runs a plan: as one batch where the wallet can, else step by step, each simulated and waited for.
 *
 * @param client - viem client
 * @param plan - what {@link planRent} returned; its account sends
 * @param options - see {@link ExecutePlanOptions}; `account` is the plan's, to be given where it holds a key that the client does not
 * @throws PlanRefusedError if the plan was refused; InvalidInputError if the account is not the plan's; RevertError with the contract's
 * reason; RequestError; WrongChainError
 *
 * @example
 * const plan = await planRent(client, { deployment, ask, signature, take });
 * const { hashes } = await executePlan(client, plan, { onStep: (step, hash) => console.log(step.description, hash ?? "…") });
 */
export const executePlan = async (
  client: CardflowClient,
  plan: Plan & { readonly ok?: boolean; readonly refusal?: string; readonly remedy?: string },
  { onStep, account = senderOf(client, plan) }: ExecutePlanOptions = {},
): Promise<SentBatch> => {
  const { steps, chainId, refusal, remedy } = plan;
  if (refusal !== undefined && remedy !== undefined) throw new PlanRefusedError(refusal, remedy);
  if (!isAddressEqual(addressOf(account), plan.account))
    throw new InvalidInputError("account", `${plan.account}, which the plan is for`);
  const calls = steps.map(({ call }) => call);
  return sendBatch(client, calls, {
    account,
    chainId,
    onProgress: ({ index, hash }) => {
      const step = steps[index];
      if (step !== undefined) onStep?.(step, hash);
    },
  });
};

/** The plan's account: with its key, if the client has it. */
const senderOf = ({ account }: CardflowClient, plan: Plan): Account | Address =>
  account !== undefined && isAddressEqual(account.address, plan.account) ? account : plan.account;

/** The way that suits an account: a key signs, a contract approves in its batch. */
export const usualPath = async (client: CardflowClient, address: Address): Promise<FundingPath> => {
  try {
    return kindOf((await getCode(client, { address })) ?? "0x") === "key" ? "permit" : "approve";
  } catch (cause) {
    throw toRequestError(cause);
  }
};
