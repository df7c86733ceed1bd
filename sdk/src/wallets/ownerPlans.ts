import type { Address } from "viem";
import { readContract } from "viem/actions";
import { costOfAbi } from "../abis/revenueShare.ts";
import type { ShareTerms } from "../abis/structs.ts";
import { buySharesCall } from "../actions/buyShares.ts";
import { buySharesWithPermitCall } from "../actions/buySharesWithPermit.ts";
import { stakeBondCall } from "../actions/stakeBond.ts";
import { stakeBondWithPermitCall } from "../actions/stakeBondWithPermit.ts";
import { stakeRenterCall } from "../actions/stakeRenter.ts";
import { stakeRenterWithPermitCall } from "../actions/stakeRenterWithPermit.ts";
import { tokenizeCardCall } from "../actions/tokenizeCard.ts";
import { accountOf, addressOf } from "../client/account.ts";
import type { CardflowClient } from "../client/types.ts";
import { remedies } from "../errors/remedies.ts";
import { toCardflowError } from "../errors/toCardflowError.ts";
import type { ShareAmount, TokenAmount } from "../money/amounts.ts";
import { cardStatus } from "../reads/cardStatus.ts";
import { shareStatus } from "../reads/shareStatus.ts";
import { planSpending, refusedPlan, type SpendArgs, type SpendPlan } from "./spendPlan.ts";

/**
 * Plans buying shares in their sale: one step for a key, which signs a permit. Reads the share and CARD.
 *
 * @param client - viem client; one that can sign, unless `funding` is `approve`
 * @param args - who pays, the share, and share-wei to buy
 * @returns the plan; with `ok: false` and a remedy, and without steps, if the purchase would be refused
 * @throws AccountMissingError; InvalidInputError if `validFor` is out of range; RevertError; RequestError if the node does not answer or
 * the wallet refuses to sign
 *
 * @example
 * const plan = await planBuyShares(client, { deployment, share, shares: parseShares("10") });
 * if (plan.ok) console.log(formatTokens(plan.cost, 2), plan.steps.map(({ description }) => description));
 */
export const planBuyShares = async (
  client: CardflowClient,
  args: SpendArgs & { readonly share: Address; readonly shares: ShareAmount },
): Promise<SpendPlan> => {
  const { share, shares } = args;
  const { phase, terms, sold } = await shareStatus(client, { share });
  if (phase !== "Sale") return refusedPlan(client, args, 0n, "SharePhaseWrong", remedies.SharePhaseWrong);
  if (shares > terms.supply - sold) return refusedPlan(client, args, 0n, "ShareSoldOut", remedies.ShareSoldOut);
  const cost = await costOf(client, share, shares);
  const named = { name: "BuyShares", description: "Buy the shares." } as const;
  return planSpending(client, args, {
    cost,
    allowed: (deadline) => ({ ...named, call: buySharesCall({ share, shares, maxCost: cost, deadline }) }),
    taker: {
      spender: share,
      permitted: (permit) => ({ ...named, call: buySharesWithPermitCall({ share, shares, maxCost: cost, permit }) }),
    },
  });
};

const costOf = async (client: CardflowClient, address: Address, shares: ShareAmount): Promise<TokenAmount> => {
  try {
    return await readContract(client, { address, abi: costOfAbi, functionName: "costOf", args: [shares] });
  } catch (cause) {
    throw await toCardflowError(cause);
  }
};

/**
 * Plans adding to an operator's bond on a card: one step for a key, which signs a permit. Reads CARD.
 *
 * @param client - viem client; one that can sign, unless `funding` is `approve`
 * @param args - who pays, the card, and CARD-wei to add
 * @returns the plan; with `ok: false` and a remedy, and without steps, if the wallet holds too little
 * @throws AccountMissingError; InvalidInputError if `validFor` is out of range; RequestError if the node does not answer or the wallet
 * refuses to sign
 *
 * @example
 * const plan = await planStakeBond(client, { deployment, cardId: 7n, amount });
 */
export const planStakeBond = (
  client: CardflowClient,
  args: SpendArgs & { readonly cardId: bigint; readonly amount: TokenAmount },
): Promise<SpendPlan> => {
  const { deployment, cardId, amount } = args;
  const named = { name: "StakeBond", description: "Add CARD to the bond on the card." } as const;
  return planSpending(client, args, {
    cost: amount,
    allowed: () => ({ ...named, call: stakeBondCall({ deployment, cardId, amount }) }),
    taker: {
      spender: deployment.addresses.supplierStaking,
      permitted: (permit) => ({ ...named, call: stakeBondWithPermitCall({ deployment, cardId, amount, permit }) }),
    },
  });
};

/**
 * Plans staking CARD as a renter: one step for a key, which signs a permit. Reads CARD.
 *
 * @param client - viem client; one that can sign, unless `funding` is `approve`
 * @param args - who pays, and CARD-wei to add
 * @returns the plan; with `ok: false` and a remedy, and without steps, if the wallet holds too little
 * @throws AccountMissingError; InvalidInputError if `validFor` is out of range; RequestError if the node does not answer or the wallet
 * refuses to sign
 *
 * @example
 * const plan = await planStakeRenter(client, { deployment, amount: parseTokens("1000") });
 */
export const planStakeRenter = (
  client: CardflowClient,
  args: SpendArgs & { readonly amount: TokenAmount },
): Promise<SpendPlan> => {
  const { deployment, amount } = args;
  const named = { name: "StakeAsRenter", description: "Stake CARD as a renter." } as const;
  return planSpending(client, args, {
    cost: amount,
    allowed: () => ({ ...named, call: stakeRenterCall({ deployment, amount }) }),
    taker: {
      spender: deployment.addresses.renterStaking,
      permitted: (permit) => ({ ...named, call: stakeRenterWithPermitCall({ deployment, amount, permit }) }),
    },
  });
};

/**
 * Plans tokenizing a card: one step that takes nothing from the wallet. Reads the card.
 *
 * @param client - viem client
 * @param args - the owner, the card, and the terms of its share
 * @returns the plan; with `ok: false` and a remedy, and without steps, if the card cannot be tokenized by the account
 * @throws AccountMissingError; RequestError if the node does not answer
 *
 * @example
 * const plan = await planTokenize(client, { deployment, cardId: 7n, terms });
 */
export const planTokenize = async (
  client: CardflowClient,
  args: Pick<SpendArgs, "deployment" | "account"> & { readonly cardId: bigint; readonly terms: ShareTerms },
): Promise<SpendPlan> => {
  const { deployment, cardId, terms } = args;
  const account = addressOf(accountOf(client, args.account));
  const { owner, state, holder } = await cardStatus(client, { deployment, cardId });
  const refuse = (refusal: keyof typeof remedies): SpendPlan =>
    refusedPlan(client, args, 0n, refusal, remedies[refusal]);
  if (owner?.toLowerCase() !== account.toLowerCase()) return refuse("TokenizeCallerNotOwner");
  if (state !== "Verified") return refuse("TokenizeCardNotVerified");
  if (holder !== undefined) return refuse("CardEncumbered");
  const call = tokenizeCardCall({ deployment, cardId, terms });
  const step = { name: "TokenizeCard", description: "Offer the card's cash flow as shares.", call } as const;
  return { chainId: deployment.chainId, account, cost: 0n, funding: undefined, ok: true, steps: [step] };
};
