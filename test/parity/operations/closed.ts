import { encodeFunctionData } from "viem";
import { accessManagerAbi } from "../../../sdk/src/abis/index.ts";
import { ONE } from "../../model/numbers.ts";
import { type Account, Refusal } from "../../model/state.ts";
import { NOBODY } from "../../model/tokens.ts";
import type { ContractName } from "../world.ts";
import { type Generator, type Kind, operation, person, someCard, ZERO_HASH } from "./scene.ts";

/** An entry that is not for people: how it is knocked at, and the error with the first of its arguments. */
type Closed = {
  readonly contract: ContractName;
  readonly name: string;
  readonly args: readonly unknown[];
  readonly error: string;
  readonly values: readonly unknown[];
};

type Entries = Readonly<Record<string, readonly unknown[]>>;

const OPENING = {
  cardId: 1n,
  renter: NOBODY,
  operator: NOBODY,
  ratePerSecond: 1n,
  thousandths: 1,
  feeBps: 0,
  paidInToken: false,
  duration: 600,
  minMinutes: 10,
  maxHours: 1,
  termOver: false,
  coveredRate: 1n,
  accessKeyHash: ZERO_HASH,
};

/** What only one other contract may call: by the error that says so. */
const byContracts = (caller: Account): Readonly<Record<string, Readonly<Partial<Record<ContractName, Entries>>>>> => ({
  CallerNotTokenMinter: { token: { mint: [caller, ONE], burnByMinter: [caller, ONE] } },
  CallerNotEmitter: { token: { mintEmission: [caller, ONE] } },
  CallerNotDollarMinter: { dollar: { mint: [caller, ONE], burn: [caller, ONE] } },
  CallerNotMarket: { minter: { mintForLease: [caller, ONE, ONE, caller] } },
  LedgerCallerNotMinter: { ledger: { spendEarned: [caller, ONE], takeFees: [] } },
  LedgerCallerNotMarket: {
    ledger: { open: [OPENING], charge: [caller, ONE, 0n, caller, 0n, "0x"], extend: [1n, 1n, caller, 0n] },
  },
  LedgerCallerNotRegistry: { ledger: { checkpoint: [1n, caller, 1, caller] } },
  EncumbrancerNotAllowed: { registry: { encumber: [1n, caller, 0n, 0, 1n, 2n] } },
  StakingCallerNotLedger: { supplierStaking: { payStopPenalty: [1n, caller, caller, ONE, 0n] } },
});

/** What only governance may call. */
const byGovernance = (caller: Account): Readonly<Partial<Record<ContractName, Entries>>> => ({
  token: { setMinter: [caller], setEmitter: [caller] },
  dollar: { setMinter: [caller] },
  oracle: { setSequencer: [caller] },
  minter: { setMarket: [caller], setLedger: [caller] },
  registry: {
    setLedger: [caller],
    setEncumbrancer: [caller, true],
    setModel: [0, "x", 1, 1n, 1n],
    setRegion: [0, "x"],
  },
  supplierStaking: { setLedger: [caller], setSlasher: [caller] },
  ledger: { setMarket: [caller], setMinter: [caller] },
});

const MANAGED = [
  "token",
  "dollar",
  "oracle",
  "minter",
  "registry",
  "supplierStaking",
  "ledger",
  "market",
  "shareFactory",
] as const;

/** What only the manager's admin may call, or nobody. */
const ofManager = (caller: Account): Readonly<Record<string, Entries>> => {
  const grant = encodeFunctionData({ abi: accessManagerAbi, functionName: "grantRole", args: [0n, caller, 0] });
  return {
    AccessManagerUnauthorizedAccount: {
      grantRole: [0n, caller, 0],
      revokeRole: [0n, NOBODY],
      setRoleAdmin: [1n, 2n],
      setRoleGuardian: [1n, 2n],
      setGrantDelay: [1n, 5],
      labelRole: [1n, "x"],
      setTargetFunctionRole: [caller, ["0x12345678"], 1n],
      setTargetClosed: [caller, true],
      setTargetAdminDelay: [caller, 5],
      updateAuthority: [caller, caller],
      multicall: [[grant]],
    },
    AccessManagerBadConfirmation: { renounceRole: [0n, NOBODY] },
    AccessManagerUnauthorizedCall: { schedule: [caller, grant, 0], execute: [caller, grant] },
    AccessManagerNotScheduled: { cancel: [caller, caller, grant] },
    // Who consumes must be a contract that says so.
    "(no data)": { consumeScheduledOp: [caller, grant] },
  };
};

function closedTo(caller: Account): Closed[] {
  const list: Closed[] = [];
  const add = (
    contract: ContractName,
    entries: Entries | undefined,
    error: string,
    values: readonly unknown[],
  ): void => {
    for (const [name, args] of Object.entries(entries ?? {})) list.push({ contract, name, args, error, values });
  };
  const governed = byGovernance(caller);
  for (const contract of MANAGED) {
    for (const [error, entries] of Object.entries(byContracts(caller)))
      add(contract, entries[contract], error, [caller]);
    add(contract, { ...governed[contract], setAuthority: [caller] }, "AccessManagedUnauthorized", [caller]);
  }
  for (const [error, entries] of Object.entries(ofManager(caller)))
    add("manager", entries, error, /Account|Call/.test(error) ? [caller] : []);
  return list;
}

const intrude: Generator = (scene) => {
  const from = person(scene);
  const { contract, name, args, error, values } = scene.random.one(closedTo(from));
  return operation(scene, from, contract, name, args, () => {
    throw new Refusal(error, values);
  });
};

/** What is for a share or its factory, knocked at by a person. */
const intrudeOnCard: Generator = (scene) => {
  const { random, s } = scene;
  const from = person(scene);
  const card = someCard(scene);
  const refused = (to: ContractName | Account, name: string, args: readonly unknown[], refusal: Refusal) =>
    operation(scene, from, to, name, args, () => {
      throw refusal;
    });
  if (s.shares.size > 0 && random.chance(0.3))
    return refused(
      random.one([...s.shares.keys()]),
      "claimByFactory",
      [from],
      new Refusal("ShareCallerNotFactory", [from]),
    );
  if (card === undefined) return undefined;
  if (random.chance(0.4)) {
    const number = random.between(0n, 2n * card.count);
    const refusal = new Refusal("LedgerCallerNotHolder", [card.id, number, undefined, from]);
    return refused("ledger", "payRevenue", [card.id, number, from, ONE, random.chance(0.5)], refusal);
  }
  const holder = card.encumbrance?.holder ?? NOBODY;
  const refusal = new Refusal("CardNotEncumberedBy", [card.id, holder, from]);
  return refused("registry", random.one(["activate", "release"]), [card.id], refusal);
};

export const CLOSED: readonly Kind[] = [
  [3, closedTo(NOBODY).map(({ contract, name, args }) => `${contract}.${name}/${args.length}`), intrude],
  [0.8, ["share.claimByFactory/1", "ledger.payRevenue/5", "registry.activate/1", "registry.release/1"], intrudeOnCard],
];
