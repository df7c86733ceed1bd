// A matcher takes signed orders as JSON from strangers, checks each, finds the cheapest asks for a bid, and earns the bid's fee.
import { anyMask, formatDollars, parseDollars, ratePerSecondFromDollarsPerHour, signBid } from "@cardflow/sdk";
import {
  type Bid,
  fastKeccak,
  formatSignedOrder,
  orderDomain,
  parseSignedAsk,
  parseSignedBid,
  randomSalt,
  recoverBy,
  type SignedAsk,
  type VerifyOptions,
  verifyAsk,
  verifyBid,
} from "@cardflow/sdk/orders";
import { zeroAddress, zeroHash } from "viem";
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

const cheapestFirst = (a: SignedAsk, b: SignedAsk): number => (a.ask.ratePerSecond < b.ask.ratePerSecond ? -1 : 1);
const byCard = (a: SignedAsk, b: SignedAsk): number => (a.ask.cardId < b.ask.cardId ? -1 : 1);

await play(async (chain) => {
  const { deployment, accounts } = chain;
  const matcher = chain.clientOf("matcher");
  const domain = orderDomain({
    chainId: deployment.chainId,
    market: deployment.addresses.rentalMarket,
    keccak: fastKeccak,
  });

  // What a renter posts.
  const { timestamp } = await matcher.getBlock();
  const bid: Bid = {
    renter: accounts.renter.address,
    models: anyMask,
    regions: anyMask,
    thousandths: 500,
    quantity: 3,
    minQuantity: 2,
    sameHost: false,
    maxRatePerSecond: ratePerSecondFromDollarsPerHour("2.50"),
    duration: 7_200,
    payInToken: false,
    maxTokenIn: 0n,
    matcher: zeroAddress,
    exclusiveUntil: 0,
    matcherFee: parseDollars("0.05"),
    accessKeyHash: zeroHash,
    validUntil: Number(timestamp) + 600,
    counter: 0n,
    salt: randomSalt(),
  };
  const posted = formatSignedOrder({ bid, signature: await signBid(accounts.renter.account, domain, bid) });
  const offers = chain.asks.map((signed) => formatSignedOrder(signed));

  // What the matcher makes of it.
  const options = await verifying();
  const order = parseSignedBid(posted);
  if (!(await verifyBid(domain, order.bid, order.signature, options)))
    throw new RangeError("the bid is not its renter's");
  const asks: SignedAsk[] = [];
  for (const text of offers) {
    const signed = parseSignedAsk(text);
    if (await verifyAsk(domain, signed.ask, signed.signature, options)) asks.push(signed);
  }
  const chosen = asks.sort(cheapestFirst).slice(0, order.bid.quantity).sort(byCard);
  const match = {
    bid: order.bid,
    bidSignature: order.signature,
    asks: chosen.map(({ ask }) => ask),
    askSignatures: chosen.map(({ signature }) => signature),
  };
  const quote = await matcher.quoteMatch({ ...match, submitter: accounts.matcher.address });
  if (!quote.ok) throw new RangeError(`${quote.refusal}: ${quote.remedy}`);
  const { result: leaseIds = [] } = await matcher.matchOrders(match, { wait: true });
  console.log(`${leaseIds.length} leases matched, $${formatDollars(quote.matcherFees, 2)} earned`);
});
