import { type Abi, encodeFunctionData } from "viem";
import {
  accessManagerAbi,
  cardRegistryAbi,
  computeDollarAbi,
  computeTokenAbi,
  dollarMinterAbi,
  leaseLedgerAbi,
  priceOracleAbi,
  rentalMarketAbi,
  revenueShareFactoryAbi,
  supplierStakingAbi,
} from "../../../sdk/src/abis/index.ts";
import { type Account, Refusal } from "../../model/state.ts";
import { NOBODY } from "../../model/tokens.ts";
import type { ContractName } from "../world.ts";
import { argumentsFor } from "./arguments.ts";
import { type Generator, type Kind, operation, person, someCard } from "./scene.ts";

/** An entry that is not for people: how it is knocked at, and the error with the first of its arguments. */
type Closed = {
  readonly contract: ContractName;
  readonly name: string;
  readonly args: readonly unknown[];
  readonly error: string;
  readonly values: readonly unknown[];
};

const ABIS = {
  token: computeTokenAbi,
  dollar: computeDollarAbi,
  oracle: priceOracleAbi,
  minter: dollarMinterAbi,
  registry: cardRegistryAbi,
  supplierStaking: supplierStakingAbi,
  ledger: leaseLedgerAbi,
  market: rentalMarketAbi,
  shareFactory: revenueShareFactoryAbi,
  manager: accessManagerAbi,
} as const satisfies Partial<Record<ContractName, Abi>>;

type Knocked = keyof typeof ABIS;

const GOVERNED = "AccessManagedUnauthorized";

/** What only one other contract or only governance may call, by the error that says so. */
const ENTRIES: Readonly<Record<string, Readonly<Partial<Record<Knocked, readonly string[]>>>>> = {
  CallerNotTokenMinter: { token: ["mint", "burnByMinter"] },
  CallerNotEmitter: { token: ["mintEmission"] },
  CallerNotDollarMinter: { dollar: ["mint", "burn"] },
  CallerNotMarketOrLedger: { minter: ["mintForLease"] },
  LedgerCallerNotMinter: { ledger: ["spendEarned", "takeFees"] },
  LedgerCallerNotMarket: { ledger: ["open", "charge"] },
  LedgerCallerNotRegistry: { ledger: ["checkpoint"] },
  LedgerCallerNotRenterStaking: { ledger: ["setTier"] },
  EncumbrancerNotAllowed: { registry: ["encumber"] },
  StakingCallerNotLedger: { supplierStaking: ["payStopPenalty"] },
  [GOVERNED]: {
    token: ["setAuthority", "setMinter", "setEmitter"],
    dollar: ["setAuthority", "setMinter"],
    oracle: ["setAuthority", "setSequencer"],
    minter: ["setAuthority", "setMarket", "setLedger"],
    registry: ["setAuthority", "setLedger", "setEncumbrancer", "setModel", "setRegion"],
    supplierStaking: ["setAuthority", "setLedger", "setSlasher"],
    ledger: ["setAuthority", "setMarket", "setMinter", "setRenterStaking"],
    market: ["setAuthority"],
    shareFactory: ["setAuthority"],
  },
  AccessManagerUnauthorizedAccount: {
    manager: [
      "grantRole",
      "revokeRole",
      "setRoleAdmin",
      "setRoleGuardian",
      "setGrantDelay",
      "labelRole",
      "setTargetFunctionRole",
      "setTargetClosed",
      "setTargetAdminDelay",
      "updateAuthority",
      "multicall",
    ],
  },
  AccessManagerUnauthorizedCall: { manager: ["schedule", "execute"] },
  AccessManagerBadConfirmation: { manager: ["renounceRole"] },
  AccessManagerNotScheduled: { manager: ["cancel"] },
  // Who consumes must be a contract that says so.
  "(no data)": { manager: ["consumeScheduledOp"] },
};

/** Errors that do not name the caller. */
const NAMELESS = new Set(["AccessManagerBadConfirmation", "AccessManagerNotScheduled", "(no data)"]);

/** What the manager is asked for: a role of the admin's. */
const askedOfManager = (caller: Account) => {
  const data = encodeFunctionData({ abi: accessManagerAbi, functionName: "grantRole", args: [0n, caller, 0] });
  return {
    labelRole: { roleId: 1n },
    multicall: { data: [data] },
    schedule: { data },
    execute: { data },
    cancel: { data },
    consumeScheduledOp: { data },
    renounceRole: { callerConfirmation: NOBODY },
  };
};

const inputsOf = (contract: Knocked, name: string) => {
  const abi: Abi = ABIS[contract];
  const item = abi.find((entry) => entry.type === "function" && entry.name === name);
  return item?.type === "function" ? item.inputs : [];
};

const isKnocked = (name: string): name is Knocked => name in ABIS;

/** Every entry that is closed to a person. */
export function closedTo(caller: Account): Closed[] {
  const given: Readonly<Record<string, Readonly<Record<string, unknown>>>> = askedOfManager(caller);
  return Object.entries(ENTRIES).flatMap(([error, contracts]) =>
    Object.entries(contracts).flatMap(([contract, names]) =>
      names.flatMap((name) => {
        if (!isKnocked(contract)) return [];
        const args = argumentsFor(inputsOf(contract, name), caller, contract === "manager" ? given[name] : {});
        return [{ contract, name, args, error, values: NAMELESS.has(error) ? [] : [caller] }];
      }),
    ),
  );
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
      "claimToWallet",
      [from],
      new Refusal("ShareCallerNotFactory", [from]),
    );
  if (card === undefined) return undefined;
  if (random.chance(0.4)) {
    const number = random.between(0n, 2n * card.count);
    const refusal = new Refusal("LedgerCallerNotHolder", [card.id, number, undefined, from]);
    const args = argumentsFor(inputsOf("ledger", "payRevenue"), from, { cardId: card.id, number });
    return refused("ledger", "payRevenue", args, refusal);
  }
  const holder = card.encumbrance?.holder ?? NOBODY;
  const refusal = new Refusal("CardNotEncumberedBy", [card.id, holder, from]);
  return refused("registry", random.one(["activate", "release"]), [card.id], refusal);
};

export const CLOSED: readonly Kind[] = [
  [3, closedTo(NOBODY).map(({ contract, name, args }) => `${contract}.${name}/${args.length}`), intrude],
  [0.8, ["share.claimToWallet/1", "ledger.payRevenue/5", "registry.activate/1", "registry.release/1"], intrudeOnCard],
];
