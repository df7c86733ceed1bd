import { type CardStatus, cardStatus, registerCardsCall, setOperatorCall, verifyCardsCall } from "@cardflow/sdk";
import { cardRegistryAbi } from "@cardflow/sdk/abis";
import type { CardflowState } from "@cardflow/sdk/state";
import { type Address, isAddressEqual, parseEventLogs } from "viem";
import { readContract } from "viem/actions";
import {
  type Catalogue,
  modelName,
  modelsNamed,
  onlyOne,
  readCatalogue,
  regionName,
  regionsNamed,
} from "../chain/catalogue.ts";
import type { Network } from "../chain/network.ts";
import { command, group } from "../command.ts";
import { RefusedError, UsageError } from "../failure.ts";
import {
  DAY,
  HOUR,
  parseAddress,
  parseCount,
  parseDevice,
  parseId,
  parseIds,
  parseLongest,
  parseRate,
} from "../input.ts";
import { carryOut } from "../plan.ts";
import { counted, countedOf, dollars, duration, momentFrom, perHour, shortly, tokens } from "../terminal/format.ts";
import type { Fact, View } from "../terminal/view.ts";

/* WHAT THE OTHERS NEED TOO */

/** A card that exists. */
export const cardOf = async ({ client, deployment }: Network, cardId: bigint): Promise<CardStatus> =>
  known(await cardStatus(client, { deployment, cardId }));

const known = (card: CardStatus): CardStatus => {
  if (card.state !== "None") return card;
  throw noCard(card.cardId);
};

/** @throws RefusedError if one of the cards was never registered */
export const requireCards = (state: CardflowState, cardIds: readonly bigint[]): void => {
  const registered = new Set(state.list().value.cardIds);
  for (const cardId of cardIds) if (!registered.has(cardId)) throw noCard(cardId);
};

const noCard = (cardId: bigint): RefusedError =>
  new RefusedError(`there is no card ${cardId}`, "`cardflow card list` shows the cards there are.", ["CardUnknown"]);

/* COMMANDS */

const register = command({
  description: "Register cards; you become their owner",
  args: {
    model: {
      type: "string",
      required: true,
      valueHint: "name",
      description: "GPU model: its number, or part of its name",
    },
    region: {
      type: "string",
      required: true,
      valueHint: "name",
      description: "Region: its number, or part of its name",
    },
    host: {
      type: "string",
      valueHint: "number",
      description: "Number of the machine, unique per operator (default 1)",
    },
    operator: { type: "string", valueHint: "address", description: "Node that runs it (default: you)" },
    floor: {
      type: "string",
      valueHint: "$/h",
      description: "Lowest rent you accept, dollars per hour (default: none)",
    },
    longest: {
      type: "string",
      valueHint: "duration",
      description: "Longest lease you accept, whole hours (default: no limit)",
    },
    count: { type: "string", valueHint: "number", description: "How many such cards, 1 to 100 (default 1)" },
  },
  examples: ["cardflow card register --model h100 --region 'europe north' --floor 1.20 --count 8"],
  run: async (context, values) => {
    const network = await context.network();
    const { deployment } = network;
    const [catalogue, account] = await Promise.all([readCatalogue(network), context.sender()]);
    const model = onlyOne("model", values.model, modelsNamed(catalogue, values.model), (id) =>
      modelName(catalogue, id),
    );
    const region = onlyOne("region", values.region, regionsNamed(catalogue, values.region), (id) =>
      regionName(catalogue, id),
    );
    const node = values.operator === undefined ? account : parseAddress("--operator", values.operator);
    const floorRate = values.floor === undefined ? 0n : parseRate("floor", values.floor, "up");
    const longestHours = values.longest === undefined ? 0 : parseLongest(values.longest);
    const hostId = parseCount("host", values.host ?? "1", 0, 2 ** 32 - 1);
    const count = parseCount("count", values.count ?? "1", 1, 100);
    const registration = { model, region, hostId, operator: node, floorRate, longestHours };
    const bond = catalogue.models.get(model)?.minimumBond ?? 0n;
    const what = `register ${counted(count, "card")}`;
    return carryOut(
      context,
      network,
      {
        title: `Register ${counted(count, "card")}: ${modelName(catalogue, model)}`,
        facts: [
          ["region", regionName(catalogue, region)],
          ["host", `${hostId} of operator ${node}`],
          ["floor", floorRate === 0n ? "none" : perHour(floorRate)],
          ["longest lease", longestHours === 0 ? "no limit" : duration(longestHours * HOUR)],
          ["you pay", "nothing but gas"],
          [
            "next",
            `a verifier checks ${count === 1 ? "the device" : "each device"}, then the operator bonds at least ${dollars(bond)} of CARD per card and signs asks`,
          ],
        ],
        data: { ...registration, count, owner: account },
        steps: [
          {
            what,
            call: () =>
              registerCardsCall({ deployment, registrations: Array.from({ length: count }, () => registration) }),
          },
        ],
      },
      ([receipt]) => {
        const logs = parseEventLogs({
          abi: cardRegistryAbi,
          eventName: "CardRegistered",
          logs: [...(receipt?.logs ?? [])],
        });
        const cardIds = logs.map(({ args }) => args.cardId);
        return { data: { cardIds }, facts: [[cardIds.length === 1 ? "card" : "cards", cardIds.join(", ")]] };
      },
    );
  },
});

const operator = command({
  description: "Name the node that runs a card, and the limits of its leases; voids every ask signed before",
  args: {
    card: { type: "positional", required: true, description: "Id of the card; you own it" },
    operator: { type: "string", valueHint: "address", description: "The node (default: as it is)" },
    host: { type: "string", valueHint: "number", description: "Number of the machine (default: as it is)" },
    floor: { type: "string", valueHint: "$/h", description: "Lowest rent, 0 for none (default: as it is)" },
    longest: { type: "string", valueHint: "duration", description: "Longest lease, whole hours (default: as it is)" },
  },
  examples: ["cardflow card operator 7 --operator 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --floor 1.50"],
  run: async (context, values) => {
    const network = await context.network();
    const { client, deployment } = network;
    const cardId = parseId("card", values.card);
    const [now, limits] = await Promise.all([
      cardOf(network, cardId),
      readContract(client, {
        address: deployment.addresses.cardRegistry,
        abi: cardRegistryAbi,
        functionName: "limits",
        args: [cardId],
      }),
    ]);
    const named = values.operator === undefined ? now.operator : parseAddress("--operator", values.operator);
    if (named === undefined) throw new UsageError("the card has no operator yet", "Give --operator 0x….");
    const hostId = values.host === undefined ? now.hostId : parseCount("host", values.host, 0, 2 ** 32 - 1);
    const floorRate = values.floor === undefined ? limits.ownerFloorRate : parseRate("floor", values.floor, "up");
    const longestHours = values.longest === undefined ? limits.longestHours : parseLongest(values.longest);
    return carryOut(
      context,
      network,
      {
        title: `Set who runs card ${cardId}, and its limits`,
        facts: [
          ["operator", `${named}, host ${hostId}`],
          ["floor", floorRate === 0n ? "none" : perHour(floorRate)],
          ["longest lease", longestHours === 0 ? "no limit" : duration(longestHours * HOUR)],
          ["asks", "every ask signed before is void; running leases go on"],
          ["you pay", "nothing but gas"],
        ],
        data: { cardId, operator: named, hostId, floorRate, longestHours },
        steps: [
          {
            what: `set the operator of card ${cardId}`,
            call: () => setOperatorCall({ deployment, cardId, operator: named, hostId, floorRate, longestHours }),
          },
        ],
      },
      async () => {
        const { epoch } = await cardOf(network, cardId);
        return { data: { cardId, operator: named, epoch }, facts: [["operator", named]] };
      },
    );
  },
});

const verify = command({
  description: "Say that cards exist, as the verifier; they can be bonded, let and sold then",
  args: {
    card: { type: "positional", required: true, description: "Ids of the cards: 7, or 7,8, or 7-8" },
    device: {
      type: "string",
      required: true,
      valueHint: "uuid:serial",
      description: "Per card the vendor's UUID and serial, or their hash, in the cards' order with commas between",
    },
  },
  examples: ["cardflow card verify 34 --device GPU-5f2c8a1e:1320921034"],
  run: async (context, values) => {
    const network = await context.network();
    const { deployment } = network;
    const cardIds = parseIds("card", values.card);
    const devices = values.device.split(",");
    if (devices.length !== cardIds.length)
      throw new UsageError(
        `${counted(devices.length, "device")} for ${counted(cardIds.length, "card")}`,
        "Give --device one UUID:SERIAL per card, in the order of the cards.",
      );
    const deviceIds = devices.map(parseDevice);
    const [catalogue, cards] = await Promise.all([
      readCatalogue(network),
      Promise.all(cardIds.map((cardId) => cardOf(network, cardId))),
    ]);
    const what = `verify ${counted(cards.length, "card")}`;
    return carryOut(
      context,
      network,
      {
        title: `Verify ${counted(cards.length, "card")}: what you saw is written down for good`,
        facts: [
          ...cards.map(
            ({ cardId, model, region, owner }, index): Fact => [
              `card ${cardId}`,
              `${modelName(catalogue, model)}, ${regionName(catalogue, region)}, of ${owner ?? "nobody"}: ${devices[index] ?? ""}`,
            ],
          ),
          ["devices", "each is one card's, ever; their hashes are kept"],
          ["you pay", "nothing but gas"],
        ],
        data: { cardIds, deviceIds },
        steps: [{ what, call: () => verifyCardsCall({ deployment, cardIds, deviceIds }) }],
      },
      () => ({ data: { cardIds, deviceIds }, facts: [["verified", cardIds.join(", ")]] }),
    );
  },
});

const list = command({
  description: "List cards with what they earn and what is free",
  args: {
    owner: { type: "string", valueHint: "address", description: "Only cards of this owner" },
    mine: { type: "boolean", description: "Only cards that the account owns or runs" },
    model: { type: "string", valueHint: "name", description: "Only cards of these models" },
    region: { type: "string", valueHint: "name", description: "Only cards in these regions" },
    rentable: { type: "boolean", description: "Only cards that could be rented now" },
    limit: { type: "string", valueHint: "number", description: "At most so many, the newest first (default 50)" },
  },
  examples: ["cardflow card list --model h100 --rentable", "cardflow card list --mine --json"],
  run: async (context, values) => {
    const network = await context.network();
    const [catalogue, state] = await Promise.all([readCatalogue(network), network.state()]);
    const account = values.mine ? await context.account() : undefined;
    const owner = values.owner === undefined ? undefined : parseAddress("--owner", values.owner);
    const models = values.model === undefined ? undefined : modelsNamed(catalogue, values.model);
    const regions = values.region === undefined ? undefined : regionsNamed(catalogue, values.region);
    const limit = parseCount("limit", values.limit ?? "50", 1, 100_000);
    const fits = (card: CardStatus): boolean =>
      (owner === undefined || isOf(card.owner, owner)) &&
      (account === undefined || isOf(card.owner, account) || isOf(card.operator, account)) &&
      (models === undefined || models.includes(card.model)) &&
      (regions === undefined || regions.includes(card.region)) &&
      (!values.rentable || card.rentable);
    const { cardIds } = state.list().value;
    const cards = cardIds.map((cardId) => state.cardStatus({ cardId }).value).filter(fits);
    const shown = cards
      .reverse()
      .slice(0, limit)
      .map((card) => rowOf(state, card));
    return {
      data: {
        cards: shown.map(({ card, rate }) => ({ ...cardData(card, catalogue), rentPerSecond: rate })),
        fitting: cards.length,
        total: cardIds.length,
      },
      text: (view) => listText(view, shown, catalogue, { fitting: cards.length, total: cardIds.length }),
    };
  },
});

const isOf = (one: Address | undefined, other: Address): boolean => one !== undefined && isAddressEqual(one, other);

/** A card and the sum of the rates of its running leases. */
type CardRow = { readonly card: CardStatus; readonly rate: bigint };

const rowOf = (state: CardflowState, card: CardStatus): CardRow => ({
  card,
  rate: card.leaseIds.reduce((sum, leaseId) => sum + (state.leaseStatus({ leaseId }).value?.rate ?? 0n), 0n),
});

const listText = (
  view: View,
  rows: readonly CardRow[],
  catalogue: Catalogue,
  { fitting, total }: { readonly fitting: number; readonly total: number },
): string => {
  if (rows.length === 0) return total === 0 ? "There are no cards yet." : `None of ${counted(total, "card")} fits.`;
  const table = view.table(
    ["card", "model", "region", "let", "", "earns", "floor", "owner", "state"],
    rows.map(({ card, rate }) => [
      String(card.cardId),
      modelName(catalogue, card.model),
      regionName(catalogue, card.region),
      view.bar(letPart(card), 8),
      `${Math.round(letPart(card) * 100)} %`,
      rate === 0n ? "–" : perHour(rate),
      card.floorRate === 0n ? "–" : perHour(card.floorRate),
      shortly(card.owner),
      stateOf(card),
    ]),
    ["card", "earns", "floor", ""],
  );
  const earning = rows.reduce((sum, { rate }) => sum + rate, 0n);
  return `${table}\n\n${countedOf(rows.length, fitting, "card")}${fitting < total ? `, out of ${total} there are` : ""}; ${earning === 0n ? "earning nothing now" : `together earning ${perHour(earning)}`}`;
};

const letPart = ({ freeThousandths, leaseIds }: CardStatus): number =>
  leaseIds.length === 0 ? 0 : (1000 - freeThousandths) / 1000;

const stateOf = (card: CardStatus): string => {
  if (card.holder !== undefined) return card.holderPaid ? "tokenized" : "in sale";
  const [first] = card.missing;
  return first === undefined ? "rentable" : (stepWords[first.step] ?? card.state);
};

const stepWords: Readonly<Record<string, string>> = {
  Verify: "not verified",
  NameOperator: "no operator",
  StakeBond: "bond too small",
  WaitForRoom: "full",
  WaitForMatches: "market paused",
  NotRetired: "retired",
};

const cardData = (card: CardStatus, catalogue: Catalogue) => ({
  ...card,
  owner: card.owner ?? null,
  operator: card.operator ?? null,
  holder: card.holder ?? null,
  bond: card.bond ?? null,
  modelName: modelName(catalogue, card.model),
  regionName: regionName(catalogue, card.region),
});

const show = command({
  description: "Show a card: what runs on it, what it earns, and what is missing before it can be rented",
  args: { card: { type: "positional", required: true, description: "Id of the card" } },
  examples: ["cardflow card show 7"],
  run: async (context, values) => {
    const network = await context.network();
    const cardId = parseId("card", values.card);
    const [catalogue, state] = await Promise.all([readCatalogue(network), network.state()]);
    const card = known(state.cardStatus({ cardId }).value);
    const { collectable } = state.rentStatus({ cardId }).value;
    const row = rowOf(state, card);
    return {
      data: { ...cardData(card, catalogue), rentPerSecond: row.rate, collectable },
      text: (view) => showText(view, row, catalogue, collectable, state.head().timestamp),
    };
  },
});

const showText = (
  view: View,
  { card, rate }: CardRow,
  catalogue: Catalogue,
  collectable: { readonly node: bigint; readonly owner: bigint },
  now: number,
): string => {
  const { bond, missing } = card;
  const facts: Fact[] = [
    ["model", modelName(catalogue, card.model)],
    ["region", `${regionName(catalogue, card.region)}, host ${card.hostId}`],
    ["owner", card.owner ?? "–"],
    ["operator", card.operator ?? "–"],
    [
      "let",
      `${view.bar(letPart(card))} ${Math.round(letPart(card) * 100)} %, ${counted(card.leaseIds.length, "lease")}`,
    ],
    [
      "earns",
      rate === 0n ? "nothing now" : `${perHour(rate)} gross, ${dollars(rate * BigInt(DAY))} a day while it lasts`,
    ],
    ["to collect", `${dollars(collectable.owner)} for the owner, ${dollars(collectable.node)} for the operator`],
    ["floor", card.floorRate === 0n ? "none" : perHour(card.floorRate)],
    ["longest lease", card.longestLease === 0 ? "no limit" : duration(card.longestLease)],
    ["bond", bond === undefined ? "none" : bondText(bond)],
    [
      "cash flow",
      card.holder === undefined
        ? "the owner's"
        : `${card.holderPaid ? "paid to" : "in sale at"} ${card.holder} until ${momentFrom(card.termEnd, now)}`,
    ],
  ];
  const steps = missing.map(
    ({ step, remedy }) => `  ${view.mark("warning")} ${stepWords[step] ?? step}: ${commandFor(card)[step] ?? remedy}`,
  );
  const verdict = missing.length === 0 ? `  ${view.mark("ok")} can be rented` : steps.join("\n");
  return `${view.title(`Card ${card.cardId}`)}\n${view.facts(facts)}\n\n${verdict}`;
};

/** What to do about a missing step, where a command does it. */
const commandFor = ({ cardId, operator: node }: CardStatus): Readonly<Record<string, string>> => ({
  Verify: `the verifier runs: cardflow card verify ${cardId} --device UUID:SERIAL`,
  NameOperator: `its owner runs: cardflow card operator ${cardId} --operator 0x…`,
  StakeBond: `its operator ${shortly(node)} runs: cardflow stake bond --card ${cardId}`,
});

const bondText = ({ active, required, missing, thawing }: NonNullable<CardStatus["bond"]>): string =>
  [
    `${tokens(active)} active`,
    `${tokens(required)} held back by leases`,
    ...(thawing > 0n ? [`${tokens(thawing)} thawing`] : []),
    ...(missing > 0n ? [`${tokens(missing)} missing`] : []),
  ].join(", ");

/** The cards of GPU owners. */
export const card = group("Cards: register, operator, verify, list, show", { register, operator, verify, list, show });
