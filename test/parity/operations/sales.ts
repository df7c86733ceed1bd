import { parseEventLogs } from "viem";
import { revenueShareFactoryAbi } from "../../../sdk/src/abis/index.ts";
import { DAY, max, ONE } from "../../model/numbers.ts";
import * as registry from "../../model/registry.ts";
import * as shares from "../../model/shares.ts";
import type { Account, Card, Share, ShareTerms } from "../../model/state.ts";
import * as tokens from "../../model/tokens.ts";
import { partsOf } from "../signing.ts";
import { lower } from "../world.ts";
import { rentable } from "./asks.ts";
import { RATE } from "./cards.ts";
import { writePermit } from "./funding.ts";
import {
  ANY_256,
  amountOf,
  FAR,
  type Generator,
  type Kind,
  type Operation,
  operation,
  person,
  type Scene,
  someCard,
} from "./scene.ts";

export const someShare = ({ random, s }: Scene, phase: shares.Phase): Share | undefined => {
  const all = [...s.shares.values()];
  const fitting = all.filter((share) => shares.phaseOf(s, share) === phase);
  if (fitting.length > 0 && random.chance(0.93)) return random.one(fitting);
  return all.length > 0 && random.chance(0.5) ? random.one(all) : undefined;
};

const tokenize: Generator = (scene) => {
  const { random, s, memory } = scene;
  const offered = (card: Card) =>
    rentable(scene)(card) && (card.encumbrance === undefined || registry.isTermOver(s, card));
  const card = someCard(scene, offered);
  if (card === undefined) return undefined;
  const from = random.chance(0.95) ? card.owner : person(scene);
  const supply = random.weighted([
    [60, random.between(1n, 5_000n) * ONE],
    [34, random.between(ONE, 2n ** 80n - 1n)],
    [3, 2n ** 80n - 1n],
    [3, random.one([ONE - 1n, 2n ** 80n])],
  ]);
  const price = random.weighted([
    [90, (100n * ONE * ONE * random.between(1n, 100n)) / supply + 1n],
    [8, random.between(1n, 100n)],
    [2, 0n],
  ]);
  const whole = (supply * price + ONE - 1n) / ONE;
  const terms: ShareTerms = {
    supply,
    price,
    minimumRaise: random.weighted([
      [90, max(price, random.between(1n, max(1n, whole / 2n)))],
      [5, whole],
      [5, random.one([0n, whole + 1n])],
    ]),
    promisedRevenue: random.weighted([
      [95, random.between(ONE / 100n, 50n * ONE)],
      [3, 1n],
      [2, 0n],
    ]),
    floorRate: random.chance(0.5) ? 0n : random.between(1n, RATE / 5n),
    floorDecayBps: random.chance(0.95) ? random.between(0n, 3_000n) : random.one([10_000n, 10_001n]),
    upfrontBps: random.chance(0.95) ? random.between(0n, 5_000n) : 5_001n,
    saleEnd:
      s.now +
      random.weighted([
        [70, random.between(60n, DAY)],
        [25, random.between(1n, 30n * DAY)],
        [3, 30n * DAY],
        [2, random.one([0n, 30n * DAY + 1n])],
      ]),
    term: random.weighted([
      [80, random.between(DAY, 20n * DAY)],
      [14, random.between(DAY, 3n * 365n * DAY)],
      [3, 3n * 365n * DAY],
      [3, random.one([DAY - 1n, 3n * 365n * DAY + 1n])],
    ]),
  };
  return operation(scene, from, "shareFactory", "tokenize", [card.id, terms], (m, logs) => {
    const share = shares.tokenize(m, from, card.id, terms);
    const [event] = parseEventLogs({ abi: revenueShareFactoryAbi, logs: [...logs], eventName: "CardTokenized" });
    if (event !== undefined) memory.shareAddresses.set(share.id, lower(event.args.share));
  });
};

const approveShare: Generator = (scene) => {
  const { s, memory, world, random } = scene;
  const wanting: Operation[] = [];
  for (const share of s.shares.values()) {
    const address = memory.shareAddresses.get(share.id);
    if (address === undefined || shares.phaseOf(s, share) !== "Sale") continue;
    for (const account of world.people) {
      if (tokens.allowanceOf(s.token, account, share.id) > 0n) continue;
      const amount = random.chance(0.9) ? tokens.UNLIMITED : random.between(1n, 1_000n * ONE);
      wanting.push(
        operation(scene, account, "token", "approve", [address, amount], (m) =>
          tokens.approve(m.token, account, share.id, amount),
        ),
      );
    }
  }
  return wanting.length > 0 ? random.one(wanting) : undefined;
};

const buy: Generator = async (scene) => {
  const { random, s, world } = scene;
  const share = someShare(scene, "Sale");
  if (share === undefined) return undefined;
  const allowed = world.people.filter((account) => tokens.allowanceOf(s.token, account, share.id) > 0n);
  const permits = random.chance(0.3);
  if (allowed.length === 0 && !permits && random.chance(0.8)) return approveShare(scene);
  const from = allowed.length > 0 && !permits && random.chance(0.9) ? random.one(allowed) : person(scene);
  const left = share.terms.supply - share.sold;
  const amount = amountOf(scene, left / 2n, left, ANY_256);
  const deadline = random.chance(0.97) ? FAR : s.now - 1n;
  if (permits) return buyWithPermit(scene, share, from, amount, deadline);
  const maxCost = random.chance(0.95) ? tokens.UNLIMITED : random.between(0n, ONE);
  return operation(scene, from, share.id, "buy", [amount, maxCost, deadline], (m) =>
    shares.buy(m, from, share.id, amount, maxCost, deadline),
  );
};

async function buyWithPermit(
  scene: Scene,
  share: Share,
  from: Account,
  amount: bigint,
  deadline: bigint,
): Promise<Operation> {
  const { random, s, memory } = scene;
  const maxCost = random.chance(0.6) ? tokens.balanceOf(s.token, from) : random.between(0n, 1_000n * ONE);
  const spender = memory.shareAddresses.get(share.id) ?? tokens.NOBODY;
  const { permit, signer, signature } = await writePermit(scene, "token", from, spender, maxCost, deadline);
  const args = [amount, maxCost, deadline, ...partsOf(signature)];
  return operation(scene, from, share.id, "buyWithPermit", args, (m) => {
    tokens.tryPermit(m.token, m.now, { ...permit, spender: share.id }, signer);
    shares.buy(m, from, share.id, amount, maxCost, deadline);
  });
}

const finalise: Generator = (scene) => {
  const share = someShare(scene, "Ended");
  if (share === undefined) return undefined;
  return operation(scene, person(scene), share.id, "finalise", [], (m) => shares.finalise(m, share.id));
};

const refund: Generator = (scene) => {
  const share = someShare(scene, "Failed");
  if (share === undefined) return undefined;
  const payers = [...share.paid.keys()];
  const account = payers.length > 0 && scene.random.chance(0.9) ? scene.random.one(payers) : person(scene);
  return operation(scene, person(scene), share.id, "refund", [account], (m) => shares.refund(m, share.id, account));
};

export const SALES: readonly Kind[] = [
  [2.5, ["shareFactory.tokenize/2"], tokenize],
  [1, ["token.approve/2"], approveShare],
  [6, ["token.approve/2", "share.buy/3", "share.buyWithPermit/6"], buy],
  [3, ["share.finalise/0"], finalise],
  [1, ["share.refund/1"], refund],
];
