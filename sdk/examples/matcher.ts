// A matcher: knows the market from the contracts' events, takes signed orders as JSON from strangers, lets the engine say who gets what,
// submits that, and proves at the end by its own log that it followed the rules.
import {
  anyMask,
  formatDollars,
  parseDollars,
  ratePerSecondFromDollarsPerHour,
  signBid,
  startedLeases,
} from "@cardflow/sdk";
import {
  audit,
  createEngine,
  leaseMintRate,
  type MarketEvent,
  type Match,
  type MatcherLog,
} from "@cardflow/sdk/matching";
import {
  type Bid,
  fastKeccak,
  formatMatcherLog,
  formatSignedOrder,
  orderDomain,
  parseMatcherLog,
  parseSignedAsk,
  parseSignedBid,
  randomSalt,
  recoverBy,
  type VerifyOptions,
  verifyAsk,
  verifyBid,
} from "@cardflow/sdk/orders";
import { watchState } from "@cardflow/sdk/state";
import type { TestChain } from "@cardflow/sdk/testing";
import { type Hex, zeroAddress, zeroHash } from "viem";
import { play } from "./chain.ts";

/** Signatures are what a matcher's time goes into: the native package is used where it is installed. */
const verifying = async (): Promise<VerifyOptions> => {
  try {
    const { default: secp256k1 } = await import("secp256k1");
    return { recover: recoverBy(secp256k1.ecdsaRecover, fastKeccak) };
  } catch {
    return {};
  }
};

/** What two renters post, and somebody who posts in another's name. */
const postedBids = async ({ accounts, deployment, clientOf }: TestChain): Promise<readonly string[]> => {
  const domain = orderDomain({ chainId: deployment.chainId, market: deployment.addresses.rentalMarket });
  const { timestamp } = await clientOf("renter").getBlock();
  const wish: Bid = {
    ...{ renter: accounts.renter.address, models: anyMask, regions: anyMask, thousandths: 500 },
    ...{ quantity: 3, minQuantity: 2, sameHost: false, duration: 7_200, payInToken: false, maxTokenIn: 0n },
    maxRatePerSecond: ratePerSecondFromDollarsPerHour("2.50"),
    ...{ matcher: zeroAddress, exclusiveUntil: 0, matcherFee: parseDollars("0.05"), accessKeyHash: zeroHash },
    ...{ validUntil: Number(timestamp) + 86_400, counter: 0n, salt: randomSalt() },
  };
  const cheap = { ...wish, maxRatePerSecond: ratePerSecondFromDollarsPerHour("0.10"), salt: randomSalt() };
  const post = async (bid: Bid, signer: "renter" | "investor"): Promise<string> =>
    formatSignedOrder({ bid, signature: await signBid(accounts[signer].account, domain, bid) });
  return [await post(wish, "renter"), await post(cheap, "renter"), await post({ ...wish, salt: 7n }, "investor")];
};

await play(async (chain) => {
  const { deployment, accounts } = chain;
  const matcher = chain.clientOf("matcher");
  const { chainId, addresses } = deployment;
  const domain = orderDomain({ chainId, market: addresses.rentalMarket, keccak: fastKeccak });

  // Orders come as JSON; what is not signed by its maker is dropped.
  const options = await verifying();
  const signatures = new Map<object, Hex>();
  const asks = chain.asks.map((signed) => parseSignedAsk(formatSignedOrder(signed)));
  const bids = (await postedBids(chain)).map((text) => parseSignedBid(text));
  for (const { ask, signature } of asks)
    if (await verifyAsk(domain, ask, signature, options)) signatures.set(ask, signature);
  for (const { bid, signature } of bids)
    if (await verifyBid(domain, bid, signature, options)) signatures.set(bid, signature);
  const good = {
    asks: asks.map(({ ask }) => ask).filter((ask) => signatures.has(ask)),
    bids: bids.map(({ bid }) => bid).filter((bid) => signatures.has(bid)),
  };
  console.log(`${good.asks.length} asks and ${good.bids.length} of ${bids.length} bids are signed by their makers`);

  // The market comes from the contracts' events, the engine knows nothing else; all it is told goes into the log.
  const watcher = watchState(matcher, { deployment, confirmations: 0 });
  await watcher.ready;
  await watcher.stop();
  const settings = { submitter: accounts.matcher.address, now: watcher.state.head().timestamp };
  const engine = createEngine(settings);
  const steps: MatcherLog["steps"][number][] = [];
  const tell = (event: MarketEvent) => {
    const outcome = engine.apply(event);
    steps.push({ event, matches: outcome.matches });
    return outcome;
  };
  for (const event of watcher.state.marketEvents(good).value) tell(event);
  // What CARD is worth, for those who pay in it.
  tell({ type: "leaseMint", rate: leaseMintRate(await matcher.minterStatus()) });

  /** Submits a match; the engine learns what became of it. */
  let [leases, earned] = [0, 0n];
  const submit = async (match: Match): Promise<void> => {
    const order = {
      bid: match.bid,
      bidSignature: signatures.get(match.bid) ?? "0x",
      asks: match.legs.map(({ ask }) => ask),
      askSignatures: match.legs.map(({ ask }) => signatures.get(ask) ?? "0x"),
    };
    const quote = await matcher.quoteMatch({ ...order, submitter: settings.submitter });
    if (!quote.ok) {
      console.log(`the market would refuse: ${quote.refusal}. ${quote.remedy}`);
      tell({ type: "failed", match, withdraw: true });
      return;
    }
    const { receipt } = await matcher.matchOrders(order, { wait: true });
    const started = receipt === undefined ? [] : startedLeases({ deployment, receipt });
    // They began a little later than the engine thought.
    for (const { cardId, end } of started) tell({ type: "leaseEnd", cardId, key: match.id, end });
    leases += started.length;
    earned += quote.matcherFees;
  };

  for (const ask of good.asks) tell({ type: "ask", ask });
  for (const bid of good.bids) {
    const { id, matches } = tell({ type: "bid", bid });
    for (const match of matches) await submit(match);
    const waits = engine.explain(id);
    const change = waits?.nearest?.changes.map(({ field, to }) => `${field} ${to}`).join(", ");
    if (waits !== undefined) console.log(`a bid waits: ${JSON.stringify(waits.counts)}; it would do with ${change}`);
  }
  console.log(`${leases} leases matched, $${formatDollars(earned, 2)} earned`);

  // Anybody who has the log, as text, can check that nobody was passed over.
  const log = formatMatcherLog({ options: settings, steps });
  const unfair = audit(parseMatcherLog(log));
  console.log(unfair === undefined ? "the log is fair" : `step ${unfair.step} is unfair: ${unfair.why}`);
  if (unfair !== undefined) process.exitCode = 1;
});
