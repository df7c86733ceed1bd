import type { Address } from "viem";
import { mintDollarExactCall } from "../actions/mintDollarExact.ts";
import { permitTokenCall } from "../actions/permitToken.ts";
import { accountOf, addressOf } from "../client/account.ts";
import type { CardflowClient } from "../client/types.ts";
import type { DollarAmount } from "../money/amounts.ts";
import { quoteMintExact } from "../reads/quoteMintExact.ts";
import type { PlanStep } from "./plan.ts";
import { planSpending, refusedPlan, type SpendArgs, type SpendPlan } from "./spendPlan.ts";

/** Arguments of {@link planMint}. */
export type PlanMintArgs = SpendArgs & {
  /** cfUSD-wei to mint, at least one cfUSD. */
  readonly out: DollarAmount;
  /** Receiver of the cfUSD. Default: who pays. */
  readonly to?: Address | undefined;
  /** How much more CARD than quoted may be burned, in bps. Default: 100. */
  readonly slippageBps?: number | undefined;
};

/**
 * Plans making dollars out of CARD. A key signs a permit, which is a step that anybody may send: the minter takes no permit with the mint.
 * Reads minter and token.
 *
 * @param client - viem client; one that can sign, unless `funding` is `approve`
 * @param args - see {@link PlanMintArgs}
 * @returns the plan; with `ok: false` and a remedy, and without steps, if the mint would be refused
 * @throws AccountMissingError; RevertError; RequestError if the node does not answer or the wallet refuses to sign
 *
 * @example
 * const plan = await planMint(client, { deployment, out: parseDollars("50") });
 * if (plan.ok) await executePlan(client, plan);
 */
export const planMint = async (client: CardflowClient, args: PlanMintArgs): Promise<SpendPlan> => {
  const { deployment, out, slippageBps = 100 } = args;
  const owner = addressOf(accountOf(client, args.account));
  const quote = await quoteMintExact(client, { deployment, out });
  if (!quote.ok) return refusedPlan(client, args, 0n, quote.refusal, quote.remedy);
  const { computeToken: token, dollarMinter: spender } = deployment.addresses;
  const cost = (quote.tokenIn * BigInt(10_000 + slippageBps)) / 10_000n;
  const mint = (deadline: number): PlanStep => ({
    name: "MintDollars",
    description: "Burn CARD for cfUSD.",
    call: mintDollarExactCall({ deployment, out, maxIn: cost, to: args.to ?? owner, deadline }),
  });
  return planSpending(client, args, {
    spender,
    cost,
    allowed: mint,
    permitted: (permit, deadline) => [
      {
        name: "PermitTokens",
        description: "Record your permit that the minter may burn your CARD.",
        call: permitTokenCall({ token, owner, spender, value: cost, permit }),
      },
      mint(deadline),
    ],
  });
};
