import type { Address } from "viem";
import { priceHealthNames } from "../abis/enums.ts";
import { memberAt } from "../client/reading.ts";
import { agree, type Context, type Handlers, less, on } from "./handlers.ts";
import * as computeDollarEvents from "./layouts/computeDollar.ts";
import * as computeTokenEvents from "./layouts/computeToken.ts";
import * as events from "./layouts/dollarMinter.ts";
import * as priceOracleEvents from "./layouts/priceOracle.ts";
import { keepPause } from "./pauses.ts";
import type { DollarRecord, TokenTable } from "./records.ts";
import { nobody } from "./words.ts";

const change = (changes: Partial<DollarRecord>, { store }: Context): void =>
  store.dollar.put({ ...store.dollar.get(), ...changes });

/** Folds the minter's events. */
export const minterHandlers: Handlers = new Map([
  on(events.CreditSeeded, ({ credit }, context) => change({ credit }, context)),
  on(events.DollarsMinted, ({ tokenIn, out, credit }, context) => {
    const dollar = context.store.dollar.get();
    agree(dollar.credit + tokenIn, credit, "the credit", context);
    change({ credit, supply: dollar.supply + out, tokensBurned: dollar.tokensBurned + tokenIn }, context);
  }),
  on(events.DollarsRedeemed, ({ dollarIn, out, credit }, context) => {
    const dollar = context.store.dollar.get();
    agree(dollar.credit - out, credit, "the credit", context);
    const supply = less(dollar.supply, dollarIn, "the supply of cfUSD", context);
    change({ credit, supply, tokensMinted: dollar.tokensMinted + out }, context);
  }),
  on(events.CreditRecapitalised, ({ amount, credit }, context) => {
    const dollar = context.store.dollar.get();
    agree(dollar.credit + amount, credit, "the credit", context);
    change({ credit, recapitalised: dollar.recapitalised + amount }, context);
  }),
  on(events.FeesBurned, ({ burned, paid }, context) => {
    const { supply, feesBurned, feesPaid } = context.store.dollar.get();
    change(
      {
        supply: less(supply, burned, "the supply of cfUSD", context),
        feesBurned: feesBurned + burned,
        feesPaid: feesPaid + paid,
      },
      context,
    );
  }),
  on(events.ParametersChanged, ({ parameters }, context) => change({ parameters }, context)),
  on(events.EntryPausedUntil, keepPause),
]);

/** Folds the oracle's events. */
export const oracleHandlers: Handlers = new Map([
  on(priceOracleEvents.PricePoked, ({ low, high, slow, health }, context) => {
    const price = { low, high, slow, health: memberAt(priceHealthNames, health, "health of the price") };
    change({ price: { ...price, at: context.time } }, context);
  }),
  on(priceOracleEvents.BlindStarted, ({ since }, context) => change({ blindSince: since }, context)),
  on(priceOracleEvents.BlindEnded, (_, context) => change({ blindSince: undefined }, context)),
]);

type Transfer = { readonly from: Address; readonly to: Address; readonly value: bigint };

const transfer = ({ balances, supply }: TokenTable, { from, to, value }: Transfer, context: Context): void => {
  if (from === nobody) supply.put(supply.get() + value);
  else balances.put(from, less(balances.get(from) ?? 0n, value, `the balance of ${from}`, context));
  if (to === nobody) supply.put(less(supply.get(), value, "the supply", context));
  else balances.put(to, (balances.get(to) ?? 0n) + value);
};

/** Folds CARD's transfers. */
export const tokenHandlers: Handlers = new Map([
  on(computeTokenEvents.Transfer, (event, context) => transfer(context.store.tokens.computeToken, event, context)),
]);

/** Folds cfUSD's transfers. */
export const dollarHandlers: Handlers = new Map([
  on(computeDollarEvents.Transfer, (event, context) => transfer(context.store.tokens.computeDollar, event, context)),
]);
