import * as ledger from "../../model/ledger.ts";
import * as market from "../../model/market.ts";
import { HOUR, max, min, ONE } from "../../model/numbers.ts";
import type { Lease } from "../../model/state.ts";
import * as tokens from "../../model/tokens.ts";
import { writeFunding } from "./funding.ts";
import {
  ANY_256,
  ableOr,
  amountOf,
  type Generator,
  type Kind,
  operation,
  person,
  receiver,
  type Scene,
  someCard,
} from "./scene.ts";

const someLease = ({ random, s }: Scene): Lease | undefined => {
  const running = s.leases.filter((lease) => ledger.isRunning(s, lease));
  if (running.length > 0 && random.chance(0.95)) return random.one(running);
  return s.leases.length > 0 && random.chance(0.15) ? random.one(s.leases) : undefined;
};

const stop: Generator = (scene) => {
  const { random, memory } = scene;
  const lease = someLease(scene);
  if (lease === undefined) return undefined;
  const from = random.weighted([
    [60, lease.renter],
    [33, lease.operator],
    [7, person(scene)],
  ]);
  return operation(scene, from, "ledger", "stop", [memory.leaseIds.get(lease.id) ?? 0n], (m) =>
    ledger.stop(m, from, lease.id),
  );
};

const extend: Generator = async (scene) => {
  const { random, memory } = scene;
  const lease = someLease(scene);
  if (lease === undefined) return undefined;
  const from = random.chance(0.8) ? lease.renter : person(scene);
  const room = max(60n, lease.start + lease.maxDuration - lease.end);
  const added = random.weighted([
    [60, random.between(60n, min(room, 8n * HOUR))],
    [20, random.between(60n, room)],
    [8, room],
    [4, room + 1n],
    [4, random.between(0n, 59n)],
    [4, min(random.sized(32), 2n ** 32n - 1n)],
  ]);
  const maxTokenIn = random.chance(0.95) ? 2n ** 200n : random.between(0n, ONE);
  const id = memory.leaseIds.get(lease.id) ?? 0n;
  const { bytes, funding } = await writeFunding(scene, from, lease.paidInToken, lease.rate * added);
  return operation(scene, from, "ledger", "extendBy", [id, added, maxTokenIn, bytes], (m) =>
    market.extend(m, from, lease.id, added, maxTokenIn, funding),
  );
};

const collect: Generator = (scene) => {
  const card = someCard(scene, (one) => ledger.leasesOf(scene.s, one.id).length > 0);
  if (card === undefined) return undefined;
  const id = scene.random.chance(0.98) ? card.id : 10_000n;
  return operation(scene, person(scene), "ledger", "collect", [id], (m) => ledger.collect(m, id));
};

const deposit: Generator = async (scene) => {
  const { s } = scene;
  const from = ableOr(scene, (one) => tokens.balanceOf(s.dollar, one) > 0n);
  const held = tokens.balanceOf(s.dollar, from);
  const amount = amountOf(scene, held / 3n, held, ANY_256);
  const account = receiver(scene, from);
  const { bytes, funding } = await writeFunding(scene, from, false, amount);
  return operation(scene, from, "ledger", "deposit", [account, amount, bytes], (m) =>
    ledger.deposit(m, from, account, amount, funding),
  );
};

const withdraw: Generator = (scene) => {
  const { s } = scene;
  const from = ableOr(scene, (one) => ledger.purseOf(s, one).balance > 0n);
  const { balance } = ledger.purseOf(s, from);
  const amount = amountOf(scene, balance / 2n, balance, ANY_256);
  const to = receiver(scene, from);
  return operation(scene, from, "ledger", "withdraw", [amount, to], (m) => ledger.withdraw(m, from, amount, to));
};

const collectMany: Generator = (scene) => {
  const { random, s } = scene;
  const ids = [...s.cards.keys()].filter(() => random.chance(0.5));
  if (random.chance(0.1)) ids.push(ids[0] ?? 10_000n);
  return operation(scene, person(scene), "ledger", "collectMany", [ids], (m) => {
    for (const id of ids) ledger.collect(m, id);
  });
};

export const LEASES: readonly Kind[] = [
  [5, ["ledger.stop/1"], stop],
  [5, ["ledger.extendBy/4"], extend],
  [5, ["ledger.collect/1"], collect],
  [1, ["ledger.collectMany/1"], collectMany],
  [3, ["ledger.deposit/3"], deposit],
  [3, ["ledger.withdraw/2"], withdraw],
];
