import { JsonRpcProvider, NonceManager, Wallet } from "ethers";
import { zeroHash } from "viem";
import { maskOf, orderDomain, parseDollars, randomSalt, signBid, takeOf } from "../../../sdk/src/index.ts";
import { formatSignedOrder } from "../../../sdk/src/orders/index.ts";
import { startCardflow } from "../../../sdk/src/testing/index.ts";

const DAY = 86_400;

/** What the pages' recipes take for granted, on a chain that runs: a renter with money and a lease, an ask, a bid. */
export const atHand = async (rpcUrl: string) => {
  const chain = await startCardflow({ rpcUrl });
  const { deployment } = chain;
  const { key, account: renter } = chain.accounts.renter;
  const client = chain.clientOf("renter");
  const submitter = chain.accounts.matcher.address;
  const [{ ask, signature }, other] = chain.asks;
  const take = takeOf(ask, { duration: 3_600 });
  const { result: leaseId = 0n } = await client.takeAsk({ ask, signature, take }, { wait: true });
  const amount = parseDollars("100");
  const funding = await client.permitFunding({ pay: "cfUSD", value: amount, deadline: ask.validUntil });
  await client.deposit({ account: renter.address, amount, funding }, { wait: true });
  await chain.pass(1_200); // beyond the shortest duration, so that a stop ends the lease
  const free = other ?? { ask, signature };
  const { model, region } = await client.cardStatus({ cardId: ask.cardId });
  const bid = {
    ...{ renter: renter.address, models: maskOf([model]), regions: maskOf([region]), thousandths: 1_000 },
    ...{ quantity: 1, minQuantity: 1, sameHost: false, maxRatePerSecond: ask.ratePerSecond, duration: DAY },
    ...{ payInToken: false, maxTokenIn: 0n, matcher: submitter, exclusiveUntil: 0, matcherFee: 0n },
    ...{ accessKeyHash: zeroHash, validUntil: ask.validUntil, counter: 0n, salt: randomSalt() },
  };
  const domain = orderDomain({ chainId: chain.chainId, market: deployment.addresses.rentalMarket });
  return {
    url: rpcUrl,
    deployment,
    key,
    renter,
    client,
    signer: new NonceManager(new Wallet(key, new JsonRpcProvider(rpcUrl))),
    submitter,
    ask: free.ask,
    signature: free.signature,
    text: formatSignedOrder(free),
    leaseId,
    deadline: ask.validUntil,
    bid,
    bidSignature: await signBid(renter, domain, bid),
  };
};
