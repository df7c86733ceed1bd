import { type Hex, parseEventLogs } from "viem";
import { cardRegistryAbi } from "../../../sdk/src/abis/index.ts";
import {
  approveToken,
  deposit,
  mintDollar,
  parseDollars,
  parseTokens,
  registerCards,
  type Sent,
  stakeBonds,
  transferToken,
  verifyCards,
} from "../../../sdk/src/index.ts";
import { need } from "../../demo/failure.ts";
import { type Person, personOf } from "../../demo/people.ts";
import type { System } from "../../demo/system.ts";

export const DAY = 86_400;
export const WAIT = { wait: true } as const;

/** Gas of the transaction that an action sent. */
export const gasOf = async (sent: Promise<Sent<unknown>>): Promise<number> =>
  Number(need((await sent).receipt, "a receipt").gasUsed);

/** Those who act, with money where a steady state has some. */
export type Cast = Readonly<
  Record<"owner" | "operator" | "renter" | "taker" | "matcher" | "investor" | "friend", Person>
>;

/** A system whose people are ready, and its cards. */
export type Stage = { readonly system: System; readonly cast: Cast; readonly cards: readonly bigint[] };

/** Funds the cast and registers cards: the first without a bond, the others ready to be rented. */
export const prepareStage = async (system: System, cards: number): Promise<Stage> => {
  const { chain, deployment, treasury } = system;
  const person = (name: string): Person => personOf(chain, name);
  const cast: Cast = {
    owner: person("owner"),
    operator: person("operator"),
    renter: person("renter"),
    taker: person("taker"),
    matcher: person("matcher"),
    investor: person("investor"),
    friend: person("friend"),
  };
  await chain.fund(Object.values(cast).map(({ address }) => address));
  const { computeToken, computeDollar, leaseLedger, supplierStaking, dollarMinter } = deployment.addresses;
  await fundCast(system, cast);
  const approvals = [
    [treasury, computeDollar, leaseLedger, parseDollars("500000")],
    [cast.operator, computeToken, supplierStaking, parseTokens("100000000")],
    [cast.renter, computeToken, dollarMinter, parseTokens("1000000")],
  ] as const;
  for (const [{ client }, token, spender, amount] of approvals) {
    await approveToken(client, { token, spender, amount }, WAIT);
  }
  for (const { address: account } of Object.values(cast)) {
    await deposit(treasury.client, { deployment, account, amount: parseDollars("5000") }, WAIT);
  }
  const registered = await registerBatch(system, cast, cards, 1);
  await bond({ system, cast, cards: registered }, registered.slice(1), parseTokens("50000"));
  return { system, cast, cards: registered };
};

const fundCast = async ({ chain, deployment, treasury }: System, cast: Cast): Promise<void> => {
  const { computeToken, computeDollar } = deployment.addresses;
  const deadline = (await chain.now()) + 900 * DAY;
  const mint = { deployment, tokenIn: parseTokens("1200000"), minOut: 0n, to: treasury.address, deadline };
  await mintDollar(treasury.client, mint, WAIT);
  for (const { address: to } of Object.values(cast)) {
    await transferToken(treasury.client, { token: computeToken, to, amount: parseTokens("1000000") }, WAIT);
    await transferToken(treasury.client, { token: computeDollar, to, amount: parseDollars("1000") }, WAIT);
  }
};

/** Registers and verifies cards of one host in one transaction each. */
export const registerBatch = async (
  { deployment, verifier }: System,
  { owner, operator }: Cast,
  count: number,
  hostId: number,
  model = 0,
): Promise<readonly bigint[]> => {
  const registration = { model, region: 0, hostId, operator: operator.address, floorRate: 0n, longestHours: 0 };
  const registrations = Array.from({ length: count }, () => registration);
  const { receipt } = await registerCards(owner.client, { deployment, registrations }, WAIT);
  const { logs } = need(receipt, "a receipt");
  const events = parseEventLogs({ abi: cardRegistryAbi, eventName: "CardRegistered", logs });
  const cardIds = events.map(({ args }) => args.cardId);
  const deviceIds = cardIds.map((card): Hex => `0x${card.toString(16).padStart(64, "0")}`);
  await verifyCards(verifier.client, { deployment, cardIds, deviceIds }, WAIT);
  return cardIds;
};

/** The operator bonds `amount` for each card, in one transaction. */
export const bond = async (
  { system, cast }: Stage,
  cardIds: readonly bigint[],
  amount: ReturnType<typeof parseTokens>,
): Promise<void> => {
  const args = { deployment: system.deployment, cardIds, amounts: cardIds.map(() => amount) };
  await stakeBonds(cast.operator.client, args, WAIT);
};
