import { type Address, erc20Abi, type Hex, keccak256, numberToHex, sliceHex } from "viem";
import { writeContract } from "viem/actions";
import { parseTokens, ratePerSecondFromDollarsPerHour, transferToken } from "../../../sdk/src/index.ts";
import { ordersOf } from "./orders.ts";
import { bond, DAY, registerBatch, type Stage, WAIT } from "./stage.ts";

/** Model 1 needs the smallest bond, 14 dollars; at 10 cents a CARD this is more. */
const CHEAP_MODEL = 1;
const CHEAP_BOND = parseTokens("200");
const CHEAP_RATE = ratePerSecondFromDollarsPerHour("0.0002");
const CARDS_AT_ONCE = 200;
const LEASES_AT_ONCE = 100;

const batches = <Item>(items: readonly Item[], size: number): (readonly Item[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));

/** Registers, verifies and bonds `count` more cards. */
export const addCards = async (stage: Stage, count: number, before: number): Promise<readonly bigint[]> => {
  const { system, cast } = stage;
  const amount = parseTokens(String(200 * count));
  const { computeToken: token } = system.deployment.addresses;
  await transferToken(system.treasury.client, { token, to: cast.operator.address, amount }, WAIT);
  const cards: bigint[] = [];
  while (cards.length < count) {
    const next = Math.min(CARDS_AT_ONCE, count - cards.length);
    const host = 2 + before + cards.length;
    const batch = await registerBatch(system, cast, next, host, CHEAP_MODEL);
    await bond(stage, batch, CHEAP_BOND);
    cards.push(...batch);
  }
  return cards;
};

/** One running lease on each of the cards. */
export const addLeases = async (stage: Stage, cards: readonly bigint[], before: number): Promise<void> => {
  const { match } = ordersOf(stage, CHEAP_RATE, 2n ** 32n + BigInt(before));
  for (const batch of batches(cards, LEASES_AT_ONCE)) await match(batch, { duration: 30 * DAY });
};

/** `count` more accounts that hold a little of a share, by a transfer to each. */
export const addHolders = async (
  { cast: { investor } }: Stage,
  share: Address,
  count: number,
  before: number,
): Promise<void> => {
  const { client, account } = investor;
  for (let index = before; index < before + count; index += 1) {
    const holder: Hex = sliceHex(keccak256(numberToHex(index + 1, { size: 32 })), 12);
    const call = { address: share, abi: erc20Abi, functionName: "transfer", args: [holder, 1n] } as const;
    await writeContract(client, { ...call, account, chain: client.chain ?? null, gas: 200_000n });
  }
};
