// A renter signs one bid for eight cards of one host, matches it, watches what it costs, and gets back what was not used.
import {
  anyMask,
  formatDollars,
  maskOf,
  orderDomain,
  parseDollars,
  randomSalt,
  ratePerSecondFromDollarsPerHour,
  signBid,
} from "@cardflow/sdk";
import { zeroAddress, zeroHash } from "viem";
import { play } from "./chain.ts";

const hour = 3_600;
const wait = { wait: true } as const;

await play(async (chain) => {
  const { deployment, accounts } = chain;
  const renter = chain.clientOf("renter");
  const domain = orderDomain({ chainId: deployment.chainId, market: deployment.addresses.rentalMarket });
  const { counter } = await renter.orderStatus({ maker: accounts.renter.address });
  const { timestamp } = await renter.getBlock();
  const bid = {
    renter: accounts.renter.address,
    models: maskOf([12]),
    regions: anyMask,
    thousandths: 1000,
    quantity: 8,
    minQuantity: 8,
    sameHost: true,
    maxRatePerSecond: ratePerSecondFromDollarsPerHour("2.50"),
    duration: 24 * hour,
    payInToken: false,
    maxTokenIn: 0n,
    matcher: zeroAddress,
    exclusiveUntil: 0,
    matcherFee: parseDollars("0.02"),
    accessKeyHash: zeroHash,
    validUntil: Number(timestamp) + hour,
    counter,
    salt: randomSalt(),
  };
  const order = {
    bid,
    bidSignature: await signBid(accounts.renter.account, domain, bid),
    asks: chain.asks.map(({ ask }) => ask),
    askSignatures: chain.asks.map(({ signature }) => signature),
  };

  // The market's own code says what would happen, and what it costs, before anything is sent.
  const quote = await renter.quoteMatch({ ...order, submitter: accounts.renter.address });
  if (!quote.ok) {
    console.log(`refused: ${quote.refusal}. ${quote.remedy}`);
    return;
  }
  console.log(`${quote.taken} cards for a day: $${formatDollars(quote.total, 2)} at most`);

  // What the balance does not cover comes from the wallet, by a signature in the same transaction.
  const funding = await renter.permitFunding({ pay: "cfUSD", value: quote.total, deadline: bid.validUntil });
  const { result: leaseIds = [] } = await renter.matchOrders({ ...order, funding }, wait);
  await chain.pass(6 * hour);
  for (const leaseId of leaseIds) await renter.stopLease({ leaseId }, wait);

  const [first = 0n] = leaseIds;
  const end = await renter.leaseEnd({ leaseId: first });
  const lease = await renter.leaseStatus({ leaseId: first });
  console.log(`${leaseIds.length} leases ended (${end?.reason}); each cost $${formatDollars(lease?.accrued ?? 0n, 2)}`);
});
