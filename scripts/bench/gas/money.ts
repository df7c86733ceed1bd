import {
  mintDollar,
  parseDollars,
  parseTokens,
  redeemDollar,
  redeemEarned,
  requestBondUnstake,
  stakeBond,
  transferToken,
  withdrawBond,
} from "../../../sdk/src/index.ts";
import type { Operation } from "./operations.ts";
import { DAY, gasOf, type Stage, WAIT } from "./stage.ts";

type Figures = [Operation, number][];

/** Transfers, mints and redemptions, each after one of its kind; the owner has earned rent. */
export const measureMoney = async ({ system, cast: { owner, friend } }: Stage): Promise<Figures> => {
  const { chain, deployment, treasury } = system;
  const { computeToken, computeDollar } = deployment.addresses;
  const deadline = (await chain.now()) + DAY;
  const gift = { to: friend.address, amount: 1n };
  const mint = { deployment, tokenIn: parseTokens("1000"), minOut: 0n, to: treasury.address, deadline };
  const redemption = { deployment, dollarIn: parseDollars("10"), minOut: 0n, deadline };
  const byTreasury = { ...redemption, to: treasury.address };
  const byOwner = { ...redemption, to: owner.address };
  await redeemDollar(treasury.client, byTreasury, WAIT);
  await redeemEarned(owner.client, byOwner, WAIT);
  return [
    ["token.transfer", await gasOf(transferToken(treasury.client, { token: computeToken, ...gift }, WAIT))],
    ["dollar.transfer", await gasOf(transferToken(treasury.client, { token: computeDollar, ...gift }, WAIT))],
    ["dollar.mint", await gasOf(mintDollar(treasury.client, mint, WAIT))],
    ["dollar.redeem", await gasOf(redeemDollar(treasury.client, byTreasury, WAIT))],
    ["dollar.redeemEarned", await gasOf(redeemEarned(owner.client, byOwner, WAIT))],
  ];
};

/** The bond of a card that had none; no lease runs on it. */
export const measureBonds = async ({ system, cast: { operator }, cards: [cardId = 0n] }: Stage): Promise<Figures> => {
  const { chain, deployment } = system;
  const bond = { deployment, cardId, amount: parseTokens("1000") };
  const first = await gasOf(stakeBond(operator.client, bond, WAIT));
  const steady = await gasOf(stakeBond(operator.client, bond, WAIT));
  await requestBondUnstake(operator.client, { ...bond, amount: 1n }, WAIT);
  const requested = await gasOf(requestBondUnstake(operator.client, { ...bond, amount: 9n }, WAIT));
  await chain.moveTo((await chain.now()) + 15 * DAY);
  await system.refreshFeeds();
  const args = { deployment, cardId, to: operator.address };
  return [
    ["stake.first", first],
    ["stake.steady", steady],
    ["stake.request", requested],
    ["stake.withdraw", await gasOf(withdrawBond(operator.client, args, WAIT))],
  ];
};
