import { type Hex, keccak256, parseEventLogs, type TransactionReceipt, toBytes } from "viem";
import { readContract } from "viem/actions";
import type { CatalogueModel } from "../../ignition/catalogue.ts";
import { cardRegistryAbi, supplierStakingAbi } from "../../sdk/src/abis/index.ts";
import {
  type Ask,
  approveToken,
  orderDomain,
  orderStatus,
  parseDollars,
  randomSalt,
  ratePerSecondFromDollarsPerHour,
  registerCards,
  signAsk,
  stakeBonds,
  transferToken,
  verifyCards,
} from "../../sdk/src/index.ts";
import { chunksOf, groupBy, inTurn, sumOf } from "./each.ts";
import { need } from "./failure.ts";
import type { Person } from "./people.ts";
import type { System } from "./system.ts";

const DAY = 86_400n;
const ONE = 10n ** 18n;
/** Cards per transaction: well below a block's gas. */
const BATCH = 40;
const YEAR = 366 * 86_400;

/** A host before it is on the chain. */
export type HostPlan = {
  readonly name: string;
  readonly model: CatalogueModel;
  readonly cards: number;
  readonly region: number;
  readonly owner: Person;
  readonly operator: Person;
  /** Unique per operator. */
  readonly hostId: number;
  /** What the operator asks for a card, dollars per hour. */
  readonly dollarsPerHour: string;
};

/** A card on the chain, and its operator's standing offer. */
export type FleetCard = {
  readonly id: bigint;
  readonly host: HostPlan;
  readonly ask: Ask;
  readonly signature: Hex;
};

/** Brings hosts on the chain: owners register, the verifier verifies, operators bond, and sign one ask per card. */
export const buildFleet = async (system: System, plans: readonly HostPlan[]): Promise<FleetCard[]> => {
  const registered = await registerAll(system, plans);
  await verifyAll(
    system,
    registered.map(({ id }) => id),
  );
  await bondAll(system, registered);
  return offerAll(system, registered);
};

/** Where orders of this deployment are valid. */
export const domainOf = ({ deployment }: System) =>
  orderDomain({ chainId: deployment.chainId, market: deployment.addresses.rentalMarket });

type Registered = { readonly id: bigint; readonly host: HostPlan; readonly epoch: number };

const registerAll = async (system: System, plans: readonly HostPlan[]): Promise<Registered[]> => {
  const byOwner = [...groupBy(plans, ({ owner }) => owner.address).values()];
  const parts = byOwner.flatMap((hosts) =>
    chunksOf(
      hosts.flatMap((host) => Array.from({ length: host.cards }, () => host)),
      BATCH,
    ),
  );
  const registered = await inTurn(parts, async (hosts) => {
    const { client } = need(hosts[0], "a host").owner;
    const { receipt } = await registerCards(
      client,
      { deployment: system.deployment, registrations: hosts.map(registrationOf) },
      { wait: true },
    );
    return epochsOf(need(receipt, "the receipt of a registration")).map(({ id, epoch }, index) => ({
      id,
      epoch,
      host: need(hosts[index], "the host of a registered card"),
    }));
  });
  return registered.flat();
};

const registrationOf = (host: HostPlan) => ({
  model: host.model.id,
  region: host.region,
  hostId: host.hostId,
  operator: host.operator.address,
  // Owners accept nothing below half of the usual price.
  floorRate: ratePerSecondFromDollarsPerHour((host.model.usualDollarsPerHour / 2).toFixed(3), "up"),
  longestHours: 0,
});

const epochsOf = ({ logs }: TransactionReceipt): { id: bigint; epoch: number }[] =>
  parseEventLogs({ abi: cardRegistryAbi, eventName: "CardOperatorChanged", logs }).map(({ args }) => ({
    id: args.cardId,
    epoch: args.epoch,
  }));

const verifyAll = ({ verifier, deployment }: System, ids: readonly bigint[]) =>
  inTurn(chunksOf(ids, BATCH), (cardIds) => {
    const deviceIds = cardIds.map((id) => keccak256(toBytes(`GPU-${id}`)));
    return verifyCards(verifier.client, { deployment, cardIds, deviceIds }, { wait: true });
  });

/** Bonds the model's minimum and 24 hours of rent on each card, with a tenth to spare. */
const bondAll = async (system: System, cards: readonly Registered[]): Promise<void> => {
  const { deployment, treasury } = system;
  const { computeToken, supplierStaking } = deployment.addresses;
  const price = await readContract(system.chain.reader, {
    address: supplierStaking,
    abi: supplierStakingAbi,
    functionName: "price",
  });
  const bondOf = ({ host }: Registered): bigint => {
    const dollars = parseDollars(`${host.model.minimumBondDollars}`) + rateOf(host) * DAY;
    return (dollars * ONE * 11n) / (price * 10n);
  };
  const byOperator = [...groupBy(cards, ({ host }) => host.operator).entries()];
  for (const [operator, own] of byOperator) {
    const amount = sumOf(own, bondOf);
    await transferToken(treasury.client, { token: computeToken, to: operator.address, amount }, { wait: true });
  }
  await inTurn(byOperator, async ([{ client }, own]) => {
    const amount = sumOf(own, bondOf);
    await approveToken(client, { token: computeToken, spender: supplierStaking, amount }, { wait: true });
    await inTurn(chunksOf(own, BATCH), (part) =>
      stakeBonds(client, { deployment, cardIds: part.map(({ id }) => id), amounts: part.map(bondOf) }, { wait: true }),
    );
  });
};

const rateOf = (host: HostPlan): bigint => ratePerSecondFromDollarsPerHour(host.dollarsPerHour);

/** Operators sign one standing ask per card; nothing is sent. */
const offerAll = async (system: System, cards: readonly Registered[]): Promise<FleetCard[]> => {
  const { chain, deployment } = system;
  const validUntil = (await chain.now()) + 2 * YEAR;
  const domain = domainOf(system);
  const byOperator = await inTurn([...groupBy(cards, ({ host }) => host.operator)], async ([operator, own]) => {
    const { counter } = await orderStatus(chain.reader, { deployment, maker: operator.address });
    return inTurn(own, async (card) => {
      const ask = askOf(card, validUntil, counter);
      return { id: card.id, host: card.host, ask, signature: await signAsk(operator.account, domain, ask) };
    });
  });
  return byOperator.flat().sort((a, b) => (a.id < b.id ? -1 : 1));
};

const askOf = ({ id, host, epoch }: Registered, validUntil: number, counter: bigint): Ask => ({
  operator: host.operator.address,
  cardId: id,
  epoch,
  ratePerSecond: rateOf(host),
  minThousandths: 1,
  minDuration: 600,
  maxDuration: YEAR,
  priorityTier: 0,
  openFrom: 0,
  validUntil,
  counter,
  salt: randomSalt(),
});
