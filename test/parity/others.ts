import type { Hex, TypedDataDomain } from "viem";
import * as ledger from "../model/ledger.ts";
import { DAY, min, ONE } from "../model/numbers.ts";
import * as registry from "../model/registry.ts";
import * as signed from "../model/signed.ts";
import * as staking from "../model/staking.ts";
import { Refusal } from "../model/state.ts";
import * as tokens from "../model/tokens.ts";
import {
  amountOf,
  type Generator,
  type Operation,
  operation,
  person,
  receiver,
  requireRole,
  type Scene,
  someCard,
  WEIGHTS,
} from "./operations.ts";
import type { ContractName, World } from "./world.ts";

const ZERO_HASH = `0x${"0".repeat(64)}` as const;
const ANY_256 = 2n ** 256n - 1n;

/* BATCHES AND PLAIN TOKENS */

const collectMany: Generator = (scene) => {
  const { random, s } = scene;
  const ids = [...s.cards.keys()].filter(() => random.chance(0.5));
  if (random.chance(0.1)) ids.push(ids[0] ?? 10_000n);
  return operation(scene, person(scene), "ledger", "collectMany", [ids], (m) => {
    for (const id of ids) ledger.collect(m, id);
  });
};

const stakeMany: Generator = (scene) => {
  const { random, s } = scene;
  const from = person(scene);
  const ids = [...s.cards.keys()].filter(() => random.chance(0.3));
  const amounts = ids.map(() => (random.chance(0.95) ? random.between(1n, 20_000n) * ONE : 0n));
  if (random.chance(0.05)) amounts.push(ONE);
  return operation(scene, from, "supplierStaking", "stakeMany", [ids, amounts], (m) =>
    staking.stakeMany(m, from, ids, amounts),
  );
};

const verifyMany: Generator = (scene) => {
  const { random, s, world } = scene;
  const ids = [...s.cards.values()].flatMap(({ id, state }) =>
    state === "Registered" || random.chance(0.03) ? [id] : [],
  );
  if (ids.length === 0) return undefined;
  const devices = ids.map(
    (): Hex =>
      `0x${random
        .between(1n, 10n ** 40n)
        .toString(16)
        .padStart(64, "0")}`,
  );
  if (random.chance(0.05)) devices.pop();
  const from = random.chance(0.95) ? world.verifier : person(scene);
  return operation(scene, from, "registry", "verifyMany", [ids, devices], (m) => {
    requireRole(from, world.verifier);
    if (ids.length !== devices.length)
      throw new Refusal("DeviceArraysDiffer", [BigInt(ids.length), BigInt(devices.length)]);
    for (const [index, id] of ids.entries()) registry.verify(m, id, devices[index] ?? ZERO_HASH);
  });
};

const registerOne: Generator = (scene) => {
  const { random } = scene;
  const from = person(scene);
  const one = {
    model: random.between(0n, 18n),
    region: random.between(0n, 6n),
    hostId: 1n,
    operator: person(scene),
    floorRate: 0n,
    longestHours: random.between(0n, 400n),
  };
  return operation(scene, from, "registry", "register", [one], (m) => registry.registerMany(m, from, [one]));
};

const burnTokens: Generator = (scene) => {
  const from = person(scene);
  const held = tokens.balanceOf(scene.s.token, from);
  const amount = amountOf(scene, held / 1_000n, held, ANY_256);
  if (amount === held) return undefined;
  return operation(scene, from, "token", "burn", [amount], (m) => {
    tokens.destroy(m.token, from, amount);
    m.burned += amount;
  });
};

const spendTokens: Generator = (scene) => {
  const { random, s } = scene;
  const which = random.one(["token", "dollar"] as const);
  const [spender, from] = [person(scene), person(scene)];
  const held = tokens.balanceOf(s[which], from);
  const amount = amountOf(scene, min(held, 1_000n * ONE), held, ANY_256);
  if (tokens.allowanceOf(s[which], from, spender) === 0n && random.chance(0.7))
    return operation(scene, from, which, "approve", [spender, amount], (m) =>
      tokens.approve(m[which], from, spender, amount),
    );
  if (which === "token" && random.chance(0.3))
    return operation(scene, spender, which, "burnFrom", [from, amount], (m) => {
      tokens.spend(m.token, from, spender, amount);
      tokens.destroy(m.token, from, amount);
      m.burned += amount;
    });
  const to = receiver(scene, person(scene));
  return operation(scene, spender, which, "transferFrom", [from, to, amount], (m) =>
    tokens.transferFrom(m[which], spender, from, to, amount),
  );
};

/* SIGNATURES */

type Fields = readonly { readonly name: string; readonly type: string }[];

const sign = (
  { accounts }: World,
  signer: Hex,
  domain: TypedDataDomain,
  primaryType: string,
  fields: Fields,
  message: Record<string, unknown>,
): Promise<Hex> => {
  const account = accounts.find(({ address }) => address.toLowerCase() === signer);
  if (account === undefined) throw new RangeError(`nobody has the key of ${signer}`);
  return account.signTypedData({ domain, types: { [primaryType]: fields }, primaryType, message });
};

const domainOf = ({ contracts }: World, contract: ContractName, name: string): TypedDataDomain => ({
  name,
  version: "1",
  chainId: 31_337,
  verifyingContract: contracts[contract].address,
});

const fieldsOf = (text: string): Fields =>
  text.split(",").map((field) => {
    const [type = "", name = ""] = field.split(" ");
    return { type, name };
  });

const WITHDRAWAL = fieldsOf("address account,uint256 amount,address to,uint256 deadline,uint256 nonce");
const AUTHORIZATION = fieldsOf(
  "address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce",
);
const CANCELLATION = fieldsOf("address authorizer,bytes32 nonce");

const withdrawBySignature: Generator = async (scene) => {
  const { random, s, world } = scene;
  const rich = world.people.filter((one) => ledger.purseOf(s, one).balance > 0n);
  const account = rich.length > 0 ? random.one(rich) : person(scene);
  const { balance } = ledger.purseOf(s, account);
  const withdrawal = {
    account,
    amount: amountOf(scene, balance / 4n, balance, ANY_256),
    to: receiver(scene, account),
    deadline: random.chance(0.95) ? s.now + random.between(0n, DAY) : s.now - 1n,
    nonce: random.chance(0.93) ? signed.nonceOf(s, account) : random.between(0n, 3n),
  };
  const signer = random.chance(0.95) ? account : person(scene);
  const domain = domainOf(world, "ledger", "Cardflow Lease Ledger");
  const signature = await sign(world, signer, domain, "Withdrawal", WITHDRAWAL, withdrawal);
  const { amount, to, deadline } = withdrawal;
  const args = [account, amount, to, deadline, signature];
  return operation(scene, person(scene), "ledger", "withdrawBySignature", args, (m) =>
    signed.withdrawBySignature(m, withdrawal, signer),
  );
};

const authorize: Generator = async (scene) => {
  const { random, s, world } = scene;
  const rich = world.people.filter((one) => tokens.balanceOf(s.dollar, one) > 0n);
  const from = rich.length > 0 ? random.one(rich) : person(scene);
  const held = tokens.balanceOf(s.dollar, from);
  const by = random.one(["transferWithAuthorization", "receiveWithAuthorization", "cancelAuthorization"] as const);
  const nonce: Hex = `0x${random.between(0n, 40n).toString(16).padStart(64, "0")}`;
  const signer = random.chance(0.95) ? from : person(scene);
  const domain = domainOf(world, "dollar", "Cardflow Compute Dollar");
  if (by === "cancelAuthorization") {
    const message = { authorizer: from, nonce };
    const signature = await sign(world, signer, domain, "CancelAuthorization", CANCELLATION, message);
    return operation(scene, person(scene), "dollar", by, [from, nonce, signature], (m) =>
      signed.cancelAuthorization(m, from, nonce, signer),
    );
  }
  const to = receiver(scene, person(scene));
  const caller = random.chance(0.9) && to !== tokens.NOBODY ? to : person(scene);
  const authorization = {
    from,
    to,
    value: amountOf(scene, held / 4n, held, ANY_256),
    validAfter: random.chance(0.95) ? s.now - random.between(1n, DAY) : s.now,
    validBefore: random.chance(0.95) ? s.now + random.between(1n, DAY) : s.now,
    nonce,
  };
  const receives = by === "receiveWithAuthorization";
  const primaryType = receives ? "ReceiveWithAuthorization" : "TransferWithAuthorization";
  const signature = await sign(world, signer, domain, primaryType, AUTHORIZATION, authorization);
  const { value, validAfter, validBefore } = authorization;
  const args = [from, to, value, validAfter, validBefore, nonce, signature];
  return operation(scene, caller, "dollar", by, args, (m) =>
    signed.transferByAuthorization(m, authorization, signer, receives ? caller : undefined),
  );
};

/* ENTRIES THAT ARE NOT FOR PEOPLE */

type Closed = readonly [
  contract: ContractName,
  name: string,
  args: (scene: Scene, caller: Hex) => readonly unknown[],
  error: string,
];

/** What only one contract may call, and what only governance may. */
const CLOSED: readonly Closed[] = [
  ["token", "mint", (_, caller) => [caller, ONE], "CallerNotTokenMinter"],
  ["token", "burnByMinter", (_, caller) => [caller, ONE], "CallerNotTokenMinter"],
  ["token", "mintEmission", (_, caller) => [caller, ONE], "CallerNotEmitter"],
  ["dollar", "mint", (_, caller) => [caller, ONE], "CallerNotDollarMinter"],
  ["dollar", "burn", (_, caller) => [caller, ONE], "CallerNotDollarMinter"],
  ["minter", "mintForLease", (_, caller) => [caller, ONE, ONE, caller], "CallerNotMarket"],
  ["ledger", "spendEarned", (_, caller) => [caller, ONE], "LedgerCallerNotMinter"],
  ["ledger", "takeFees", () => [], "LedgerCallerNotMinter"],
  ["ledger", "charge", (_, caller) => [caller, ONE, 0n, 0n, caller, "0x"], "LedgerCallerNotMarket"],
  ["ledger", "extend", (_, caller) => [1n, 1n, caller, 0n, 0n, "0x"], "LedgerCallerNotMarket"],
  ["ledger", "checkpoint", (_, caller) => [1n, caller, 1, caller], "LedgerCallerNotRegistry"],
  ["registry", "encumber", (_, caller) => [1n, caller, 0n, 0, 1n, 2n], "EncumbrancerNotAllowed"],
  ["supplierStaking", "payStopPenalty", (_, caller) => [1n, caller, ONE, 0n, caller], "StakingCallerNotLedger"],
  ["token", "setMinter", (_, caller) => [caller], "AccessManagedUnauthorized"],
  ["token", "setEmitter", (_, caller) => [caller], "AccessManagedUnauthorized"],
  ["dollar", "setMinter", (_, caller) => [caller], "AccessManagedUnauthorized"],
  ["minter", "setMarket", (_, caller) => [caller], "AccessManagedUnauthorized"],
  ["minter", "setLedger", (_, caller) => [caller], "AccessManagedUnauthorized"],
  ["registry", "setLedger", (_, caller) => [caller], "AccessManagedUnauthorized"],
  ["registry", "setEncumbrancer", (_, caller) => [caller, true], "AccessManagedUnauthorized"],
  ["registry", "setModel", () => [0, "x", 1, 1n, 1n], "AccessManagedUnauthorized"],
  ["registry", "setRegion", () => [0, "x"], "AccessManagedUnauthorized"],
  ["supplierStaking", "setLedger", (_, caller) => [caller], "AccessManagedUnauthorized"],
  ["supplierStaking", "setSlasher", (_, caller) => [caller], "AccessManagedUnauthorized"],
  ["ledger", "setMarket", (_, caller) => [caller], "AccessManagedUnauthorized"],
  ["ledger", "setMinter", (_, caller) => [caller], "AccessManagedUnauthorized"],
  ["oracle", "setSequencer", (_, caller) => [caller], "AccessManagedUnauthorized"],
];

const intrude: Generator = (scene) => {
  const from = person(scene);
  const [contract, name, args, error] = scene.random.one(CLOSED);
  return operation(scene, from, contract, name, args(scene, from), () => {
    throw new Refusal(error);
  });
};

/** A factory's or a holder's entry of a share and of the registry, knocked at by a person. */
const intrudeOnShare: Generator = (scene) => {
  const { random, s } = scene;
  const from = person(scene);
  const card = someCard(scene);
  const share = s.shares.size > 0 ? random.one([...s.shares.keys()]) : undefined;
  if (share !== undefined && random.chance(0.5))
    return operation(scene, from, share, "claimByFactory", [from], () => {
      throw new Refusal("ShareCallerNotFactory", [from]);
    });
  if (card === undefined) return undefined;
  const name = random.one(["activate", "release"] as const);
  return operation(scene, from, "registry", name, [card.id], () => {
    throw new Refusal("CardNotEncumberedBy");
  });
};

const OTHERS: readonly (readonly [number, Generator])[] = [
  [1, collectMany],
  [1, stakeMany],
  [0.6, verifyMany],
  [0.3, registerOne],
  [0.5, burnTokens],
  [2, spendTokens],
  [2, withdrawBySignature],
  [2.5, authorize],
  [1.5, intrude],
  [0.5, intrudeOnShare],
];

const ALL = [...WEIGHTS, ...OTHERS];

/** The next operation of anybody; things that nobody can try now are passed over. */
export async function nextOperation(scene: Scene): Promise<Operation> {
  for (;;) {
    const found = await scene.random.weighted(ALL)(scene);
    if (found !== undefined) return found;
  }
}
