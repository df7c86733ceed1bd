// An owner sees what a card may earn, sells a year of its cash flow, and is paid as rent really comes in.
import { formatDollars, formatTokens, parseDollars, parseShares, takeOf } from "@cardflow/sdk";
import { appraiseCard } from "@cardflow/sdk/finance";
import { play } from "./chain.ts";

const day = 86_400;
const wait = { wait: true } as const;

await play(async (chain) => {
  const [owner, investor, renter] = [chain.clientOf("owner"), chain.clientOf("investor"), chain.clientOf("renter")];
  const [{ ask, signature }] = chain.asks;
  const { cardId, ratePerSecond } = ask;

  // Before signing: three scenarios with their assumptions, and what a share is worth. One CARD is ten cents here.
  const supply = parseShares("1000");
  const term = 365 * day;
  const appraisal = appraiseCard({ ratePerSecond, term, supply, cardPrice: parseDollars("0.10") });
  for (const [name, { utilisation, monthlyHolders }] of Object.entries(appraisal.scenarios))
    console.log(
      `${name}: let ${(utilisation * 100).toFixed()} % of the time, $${formatDollars(monthlyHolders, 2)} a month`,
    );
  const { fairPriceInTokens: price = 0n, promisedRevenue } = appraisal;
  console.log(`a share is worth ${formatTokens(price, 2)} CARD`);

  const { timestamp } = await owner.getBlock();
  const terms = {
    supply,
    price,
    minimumRaise: 100n * price,
    promisedRevenue,
    floorRate: 0n,
    floorDecayBps: 0,
    upfrontBps: 2000,
    saleEnd: Number(timestamp) + day,
    term,
  };
  const { result: share } = await owner.tokenizeCard({ cardId, terms }, wait);
  console.log(`card ${cardId} is offered as share ${share}`);

  // Somebody buys half of it; when the sale has ended, a fifth of the proceeds is paid at once.
  const { computeToken } = chain.deployment.addresses;
  const maxCost = (price * 500n * 101n) / 100n;
  const permit = await investor.signPermit({
    token: computeToken,
    spender: share,
    value: maxCost,
    deadline: terms.saleEnd,
  });
  await investor.buySharesWithPermit({ share, shares: parseShares("500"), maxCost, permit }, wait);
  await chain.pass(day + 1);
  await owner.finaliseSale({ share }, wait);

  // The rest vests with the rent that the card earns.
  await renter.takeAsk({ ask, signature, take: takeOf(ask, { duration: 30 * day }) }, wait);
  await chain.pass(30 * day);
  const { releasable, accrued } = await owner.shareStatus({ share });
  await owner.releaseProceeds({ share }, wait);
  console.log(
    `after a month the card earned its holders $${formatDollars(accrued, 2)}, the owner ${formatTokens(releasable, 2)} CARD more`,
  );
});
