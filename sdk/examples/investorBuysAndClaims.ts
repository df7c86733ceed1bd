// An investor buys shares of a card's cash flow with one signature, sells some of them on, and claims rent by the second.
import { formatDollars, formatTokens, parseDollars, parseShares, parseTokens, takeOf } from "@cardflow/sdk";
import { runningYield } from "@cardflow/sdk/finance";
import { play } from "./chain.ts";

const day = 86_400;
const wait = { wait: true } as const;

await play(async (chain) => {
  const [owner, investor, renter] = [chain.clientOf("owner"), chain.clientOf("investor"), chain.clientOf("renter")];
  const [{ ask, signature }] = chain.asks;
  const { computeToken } = chain.deployment.addresses;
  const price = parseTokens("60");
  const saleEnd = Number((await owner.getBlock()).timestamp) + day;
  const terms = {
    supply: parseShares("1000"),
    price,
    minimumRaise: parseTokens("600"),
    promisedRevenue: parseDollars("6000"),
    floorRate: 0n,
    floorDecayBps: 0,
    upfrontBps: 2000,
    saleEnd,
    term: 365 * day,
  };
  const { result: share } = await owner.tokenizeCard({ cardId: ask.cardId, terms }, wait);

  // All shares are sold, so the sale can be finalised at once; the signature stands for an approval.
  const maxCost = 1000n * price;
  const permit = await investor.signPermit({ token: computeToken, spender: share, value: maxCost, deadline: saleEnd });
  const { result: cost } = await investor.buySharesWithPermit({ share, shares: terms.supply, maxCost, permit }, wait);
  await investor.finaliseSale({ share }, wait);
  console.log(`bought 1000 shares for ${formatTokens(cost, 2)} CARD`);

  await renter.takeAsk({ ask, signature, take: takeOf(ask, { duration: 10 * day }) }, wait);
  await chain.pass(5 * day);

  // Shares trade like any ERC-20 while they earn: what accrued until now stays with the seller.
  const to = chain.accounts.matcher.address;
  await investor.transferToken({ token: share, to, amount: parseShares("250") }, wait);
  await chain.pass(5 * day);
  const { result: claimed } = await investor.claimRevenue({ share }, wait);
  const { holding, accrued } = await investor.shareStatus({ share, account: to });
  console.log(
    `claimed $${formatDollars(claimed, 2)}; the buyer of a quarter can claim $${formatDollars(holding?.claimable ?? 0n, 2)}`,
  );

  // One CARD is ten cents here.
  const yearly = runningYield({ revenue: accrued, seconds: 10 * day, price: parseDollars("6000") });
  console.log(`running yield ${(yearly * 100).toFixed(1)} % a year while the card is let`);
});
