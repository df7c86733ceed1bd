import { FLOORS } from "./floors.ts";
import { PEERS_KNOWN, type PeerGas, type PeerKey, publishedGas } from "./peers/known.ts";

/** What an operation is measured against: all figures are gas of whole transactions. */
export type Mark = {
  readonly what: string;
  readonly goal?: number;
  readonly floor?: number;
  readonly peer?: PeerKey;
};

/** What users do, in the order in which they meet it. */
export const OPERATIONS = {
  "token.transfer": { what: "transfer CARD", goal: 36_000, floor: FLOORS.transfer, peer: "solady.transfer" },
  "dollar.transfer": { what: "transfer cfUSD", goal: 36_000, floor: FLOORS.transfer, peer: "openzeppelin.transfer" },
  "dollar.mint": { what: "burn CARD, mint cfUSD", goal: 115_000, floor: FLOORS.mint, peer: "maker.psm" },
  "dollar.redeem": { what: "redeem, open lane", goal: 122_000, floor: FLOORS.redeem, peer: "maker.psm" },
  "dollar.redeemEarned": {
    what: "redeem what was earned",
    goal: 131_000,
    floor: FLOORS.redeemEarned,
    peer: "maker.psm",
  },
  "stake.first": {
    what: "first bond on a card",
    goal: 68_000,
    floor: FLOORS.stakeFirst,
    peer: "openzeppelin.depositFirst",
  },
  "stake.steady": {
    what: "more bond on a card",
    goal: 50_000,
    floor: FLOORS.stakeSteady,
    peer: "openzeppelin.deposit",
  },
  "stake.request": { what: "request to unstake", goal: 55_000, floor: FLOORS.request, peer: "livepeer.unbond" },
  "stake.withdraw": {
    what: "withdraw a thawed bond",
    goal: 49_000,
    floor: FLOORS.withdrawBond,
    peer: "openzeppelin.withdraw",
  },
  "match.fresh": {
    what: "match a fresh ask and bid, steady",
    goal: 129_000,
    floor: FLOORS.match,
    peer: "seaport.match",
  },
  "match.oldLeaseOver": {
    what: "… the old lease over, not collected",
    goal: 153_000,
    floor: FLOORS.match,
    peer: "seaport.match",
  },
  "match.first": {
    what: "… first on the card and in the order word",
    goal: 200_000,
    floor: FLOORS.matchFirst,
    peer: "iexec.matchFirst",
  },
  "match.perExtraCard": {
    what: "… each further card of the bid",
    goal: 47_000,
    floor: FLOORS.matchFurther,
    peer: "seaport.matchFurther",
  },
  "match.inCard": { what: "match paid in CARD" },
  "match.direct": { what: "take an ask", goal: 103_000, floor: FLOORS.direct, peer: "sablier.flowCreate" },
  "lease.extend": { what: "extend a lease", goal: 56_000, floor: FLOORS.extend, peer: "sablier.flowDeposit" },
  "lease.extendHalf": { what: "… of half a card, the other half let too" },
  "lease.stop": { what: "stop, by the renter", goal: 45_000, floor: FLOORS.stop, peer: "sablier.lockupCancel" },
  "lease.stopByOperator": { what: "stop, by the operator, with its penalty", goal: 86_500 },
  "collect.one": { what: "collect one card", goal: 70_000, floor: FLOORS.collect, peer: "sablier.flowWithdraw" },
  "collect.perExtraCard": {
    what: "… each further card",
    goal: 32_000,
    floor: FLOORS.collectFurther,
    peer: "splits.distribute",
  },
  "ledger.withdraw": { what: "withdraw a balance", floor: FLOORS.withdraw, peer: "sablier.flowWithdraw" },
  "share.tokenize": { what: "tokenize a card", goal: 300_000, floor: FLOORS.tokenize, peer: "openzeppelin.clone" },
  "share.buyFirst": { what: "buy shares, first time" },
  "share.buy": { what: "buy shares again", floor: FLOORS.buy, peer: "openzeppelin.deposit" },
  "share.finalise": { what: "finalise a sold-out sale" },
  "share.transfer": {
    what: "transfer a share, both accrue",
    goal: 43_000,
    floor: FLOORS.shareTransfer,
    peer: "erc7641.transfer",
  },
  "share.transfer8": {
    what: "… with 8 leases running",
    goal: 43_000,
    floor: FLOORS.shareTransfer,
    peer: "erc7641.transfer",
  },
  "share.claim": { what: "claim revenue", goal: 67_000, floor: FLOORS.claim, peer: "sablier.flowWithdraw" },
  "share.claim8": { what: "… with 8 leases running", goal: 67_000, floor: FLOORS.claim, peer: "sablier.flowWithdraw" },
  "share.claimPerExtraCard": {
    what: "… each further card",
    goal: 35_000,
    floor: FLOORS.claimFurther,
    peer: "erc7641.claim",
  },
  "order.cancel": { what: "cancel an order", goal: 28_500, floor: FLOORS.cancel, peer: "seaport.cancel" },
  "order.cancelMany": { what: "… three of them at once" },
  "order.bump": { what: "void all orders", goal: 28_500, floor: FLOORS.bump, peer: "seaport.bump" },
} as const satisfies Record<string, Mark>;

export type Operation = keyof typeof OPERATIONS;

/** Gas by operation. */
export type Measured = ReadonlyMap<Operation, number>;

/** The operations with their marks. */
export const operations: readonly (readonly [Operation, Mark])[] = (Object.keys(OPERATIONS) as Operation[]).map(
  (name) => [name, OPERATIONS[name]],
);

/** A peer's figure; `published` says that others measured it, `measured` that this run did. */
export type PeerFigure = {
  readonly name: string;
  readonly gas: number;
  readonly measured: boolean;
  readonly published: boolean;
};

/** The figure of the operation's peer: as measured in this run, else as recorded by an earlier one, else as published. */
export const peerOf = ({ peer }: Mark, measured: PeerGas, recorded: PeerGas): PeerFigure | undefined => {
  if (peer === undefined) return undefined;
  const gas = measured.get(peer) ?? recorded.get(peer) ?? publishedGas(peer);
  if (gas === undefined) return undefined;
  const published = publishedGas(peer) !== undefined;
  return { name: PEERS_KNOWN[peer].name, gas, measured: measured.has(peer), published };
};
