import type { Address } from "viem";
import { mintDollarExactCall } from "../actions/mintDollarExact.ts";
import { accountOf, addressOf } from "../client/account.ts";
import type { CardflowClient } from "../client/types.ts";
import type { DollarAmount } from "../money/amounts.ts";
import { quoteMintExact } from "../reads/quoteMintExact.ts";
import { withSlippage } from "./slippage.ts";
import { planSpending, refusedPlan, type SpendArgs, type SpendPlan } from "./spendPlan.ts";

/** Arguments of {@link planMint}. */
export type PlanMintArgs = Omit<SpendArgs, "funding"> & {
  /** cfUSD-wei to mint, at least one cfUSD. */
  readonly out: DollarAmount;
  /** Receiver of the cfUSD. Default: who pays. */
  readonly to?: Address | undefined;
  /** How much more CARD than quoted may be burned, in bps. Default: 100. */
  readonly slippageBps?: number | undefined;
};

/**
 * Plans making dollars out of CARD, in one step: the minter burns the sender's CARD by right, without allowance or permit. Reads minter and
 * token.
 *
 * @param client - viem client
 * @param args - see {@link PlanMintArgs}
 * @returns the plan; with `ok: false` and a remedy, and without steps, if the mint would be refused
 * @throws AccountMissingError; InvalidInputError if `slippageBps` or `validFor` is out of range; RequestError if the node does not answer
 *
 * @example
 * const plan = await planMint(client, { deployment, out: parseDollars("50") });
 * if (plan.ok) await executePlan(client, plan);
 */
export const planMint = async (client: CardflowClient, args: PlanMintArgs): Promise<SpendPlan> => {
  const { deployment, out } = args;
  const owner = addressOf(accountOf(client, args.account));
  const quote = await quoteMintExact(client, { deployment, out });
  if (!quote.ok) return refusedPlan(client, args, 0n, quote.refusal, quote.remedy);
  const cost = withSlippage(quote.tokenIn, args.slippageBps);
  return planSpending(client, args, {
    cost,
    allowed: (deadline) => ({
      name: "MintDollars",
      description: "Burn CARD for cfUSD.",
      call: mintDollarExactCall({ deployment, out, maxIn: cost, to: args.to ?? owner, deadline }),
    }),
  });
};
