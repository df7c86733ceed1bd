import { type Address, isAddressEqual, zeroAddress } from "viem";
import { readContract } from "viem/actions";
import { encumbranceAbi, leasingTermsAbi, ownerOfAbi } from "../abis/cardRegistry.ts";
import { type CardState, cardStateNames } from "../abis/enums.ts";
import { leaseAbi, runningLeasesAbi } from "../abis/leaseLedger.ts";
import { pausedUntilAbi } from "../abis/rentalMarket.ts";
import { bondCoverageAbi, bondOfAbi, priceAbi, requiredBondAbi } from "../abis/supplierStaking.ts";
import { memberAt, type ReadBlock, readWith } from "../client/reading.ts";
import type { CardflowClient } from "../client/types.ts";
import type { At } from "../deployments/deployment.ts";
import { cardStatusReverts } from "../errors/readReverts.ts";
import type { RatePerSecond, TokenAmount } from "../money/amounts.ts";

/** Arguments of {@link cardStatus}. */
export type CardStatusArgs = At<"cardRegistry" | "supplierStaking" | "leaseLedger" | "rentalMarket"> & {
  /** The card. */
  readonly cardId: bigint;
};

/** What can still be missing before a card can be rented. */
export type CardStep =
  | "Register"
  | "NotRetired"
  | "Verify"
  | "NameOperator"
  | "StakeBond"
  | "WaitForRoom"
  | "WaitForMatches";

/** What to do about each step. */
export const cardStepRemedies = {
  Register: "Register the card with `registerCard`.",
  NotRetired: "The card is retired for ever: register another one.",
  Verify: "Have the card verified; the verifier needs the hash of the device's UUID and serial.",
  NameOperator: "The owner names the node that runs the card with `setOperator`.",
  StakeBond: "The operator adds `bond.missing` to its bond with `stakeBond`.",
  WaitForRoom: "All of the card is rented: wait until a lease ends.",
  WaitForMatches: "Matching is paused and opens by itself.",
} as const satisfies Record<CardStep, string>;

/** The operator's bond on a card. */
export type BondStatus = {
  /** CARD-wei that cover leases. */
  readonly active: TokenAmount;
  /** CARD-wei on their way out. */
  readonly thawing: TokenAmount;
  /** Second (Unix time) from which the thawing part can be withdrawn; 0 if nothing thaws. */
  readonly thawedAt: number;
  /** CARD-wei that the running leases hold back. */
  readonly required: TokenAmount;
  /** CARD-wei to add before the model's minimum is covered. */
  readonly missing: TokenAmount;
  /** Highest sum of gross rates of the operator's running leases that the bond covers. */
  readonly coveredRate: RatePerSecond;
};

/** A card as an application shows it. */
export type CardStatus = {
  readonly cardId: bigint;
  readonly state: CardState;
  /** Owner; undefined for a card that does not exist. */
  readonly owner: Address | undefined;
  /** The node that runs it; undefined until named. */
  readonly operator: Address | undefined;
  readonly model: number;
  readonly region: number;
  readonly hostId: number;
  /** Epoch that asks must name. */
  readonly epoch: number;
  /** Lowest rate that asks may name now. */
  readonly floorRate: RatePerSecond;
  /** Longest lease in seconds; 0: no limit of the owner. */
  readonly longestLease: number;
  /** End of the running term of a share or bond (Unix time); 0 while free. */
  readonly termEnd: number;
  /** The share or bond that the card serves; undefined while free. */
  readonly holder: Address | undefined;
  /** Whether the holder is paid already, or its sale still runs. */
  readonly holderPaid: boolean;
  /** Bond of the operator; undefined without one. */
  readonly bond: BondStatus | undefined;
  /** Running leases, at most eight. */
  readonly leaseIds: readonly bigint[];
  /** Thousandths that can still be rented. */
  readonly freeThousandths: number;
  /** Whether a suitable ask would be taken now. */
  readonly rentable: boolean;
  /** What is missing before it can be rented, in the order to do it. */
  readonly missing: readonly { readonly step: CardStep; readonly remedy: string }[];
};

/**
 * A card with everything that decides whether it can be rented: what is missing, and how to fix it. Reads registry, staking,
 * ledger and market at one block.
 *
 * @param client - viem client
 * @param args - see {@link CardStatusArgs}
 * @throws RequestError
 *
 * @example
 * const { rentable, missing } = await cardStatus(client, { deployment, cardId: 7n });
 */
export const cardStatus = (client: CardflowClient, args: CardStatusArgs): Promise<CardStatus> =>
  readWith(client, cardStatusReverts, async (block) => {
    const { deployment, cardId } = args;
    const { blockNumber, now } = block;
    const address = deployment.addresses.cardRegistry;
    const market = deployment.addresses.rentalMarket;
    const [terms, encumbrance, pausedUntil, leases] = await Promise.all([
      readContract(client, {
        address,
        abi: leasingTermsAbi,
        functionName: "leasingTerms",
        args: [cardId],
        blockNumber,
      }),
      readContract(client, { address, abi: encumbranceAbi, functionName: "encumbrance", args: [cardId], blockNumber }),
      readContract(client, { address: market, abi: pausedUntilAbi, functionName: "pausedUntil", blockNumber }),
      readLeases(client, args, block),
    ]);
    const state = memberAt(cardStateNames, terms.card.state, "state of a card");
    const operator = present(terms.card.operator);
    const [owner, bond] = await Promise.all([
      state === "None"
        ? undefined
        : readContract(client, { address, abi: ownerOfAbi, functionName: "ownerOf", args: [cardId], blockNumber }),
      operator === undefined ? undefined : readBond(client, args, operator, terms.minimumBond, block),
    ]);
    const inTerm = terms.termEnd !== 0 && !terms.termOver;
    const missing = stepsOf({ state, operator, bond, full: leases.free === 0, paused: now < pausedUntil });
    return {
      cardId,
      state,
      owner,
      operator,
      model: terms.card.model,
      region: terms.card.region,
      hostId: terms.card.hostId,
      epoch: terms.card.epoch,
      floorRate: terms.floorRate,
      longestLease: terms.longestLease,
      termEnd: inTerm ? terms.termEnd : 0,
      holder: inTerm ? present(encumbrance.holder) : undefined,
      holderPaid: inTerm && encumbrance.active,
      bond,
      leaseIds: leases.ids,
      freeThousandths: leases.free,
      rentable: missing.length === 0,
      missing: missing.map((step) => ({ step, remedy: cardStepRemedies[step] })),
    };
  });

const present = (address: Address): Address | undefined => (isAddressEqual(address, zeroAddress) ? undefined : address);

const wholeCard = 1_000;
const places = 8;

const readLeases = async (
  client: CardflowClient,
  { deployment, cardId }: CardStatusArgs,
  { blockNumber }: ReadBlock,
): Promise<{ readonly ids: readonly bigint[]; readonly free: number }> => {
  const address = deployment.addresses.leaseLedger;
  const ids = await readContract(client, {
    address,
    abi: runningLeasesAbi,
    functionName: "runningLeases",
    args: [cardId],
    blockNumber,
  });
  const leases = await Promise.all(
    ids.map((id) => readContract(client, { address, abi: leaseAbi, functionName: "lease", args: [id], blockNumber })),
  );
  const held = leases.reduce((sum, { thousandths }) => sum + thousandths, 0);
  return { ids, free: ids.length === places ? 0 : wholeCard - held };
};

const dollar = 10n ** 18n;

const readBond = async (
  client: CardflowClient,
  { deployment, cardId }: CardStatusArgs,
  operator: Address,
  minimumBond: bigint,
  { blockNumber }: ReadBlock,
): Promise<BondStatus> => {
  const address = deployment.addresses.supplierStaking;
  const [bond, [meetsMinimum, coveredRate], required, price] = await Promise.all([
    readContract(client, { address, abi: bondOfAbi, functionName: "bondOf", args: [cardId, operator], blockNumber }),
    readContract(client, {
      address,
      abi: bondCoverageAbi,
      functionName: "bondCoverage",
      args: [cardId, operator, minimumBond],
      blockNumber,
    }),
    readContract(client, {
      address,
      abi: requiredBondAbi,
      functionName: "requiredBond",
      args: [cardId, operator],
      blockNumber,
    }),
    readContract(client, { address, abi: priceAbi, functionName: "price", blockNumber }),
  ]);
  const least = price === 0n ? 0n : (minimumBond * dollar + price - 1n) / price;
  const missing = meetsMinimum || least <= bond.active ? 0n : least - bond.active;
  return { ...bond, required, missing, coveredRate };
};

/** What is missing before a card can be rented, in the order to do it. */
export const stepsOf = (card: {
  readonly state: CardState;
  readonly operator: Address | undefined;
  readonly bond: BondStatus | undefined;
  readonly full: boolean;
  readonly paused: boolean;
}): readonly CardStep[] => {
  if (card.state === "None") return ["Register"];
  if (card.state === "Retired") return ["NotRetired"];
  const steps: readonly (readonly [CardStep, boolean])[] = [
    ["Verify", card.state !== "Verified"],
    ["NameOperator", card.operator === undefined],
    ["StakeBond", card.bond === undefined || card.bond.missing > 0n],
    ["WaitForRoom", card.full],
    ["WaitForMatches", card.paused],
  ];
  return steps.filter(([, missing]) => missing).map(([step]) => step);
};
