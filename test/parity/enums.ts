import {
  cardStateNames,
  dollarStateNames,
  legRefusalNames,
  matchRefusalNames,
  mintRefusalNames,
  paymentRefusalNames,
  priceHealthNames,
  priceSlotNames,
  redeemLaneNames,
  redeemRefusalNames,
  sharePhaseNames,
} from "../../sdk/src/abis/enums.ts";
import { MOODS } from "../model/state.ts";

const NAMES: Readonly<Record<string, readonly string[]>> = {
  "enum ICardRegistry.CardState": cardStateNames,
  "enum IDollarMinter.State": dollarStateNames,
  "enum IDollarMinter.Lane": redeemLaneNames,
  "enum IDollarMinter.MintRefusal": mintRefusalNames,
  "enum IDollarMinter.RedeemRefusal": redeemRefusalNames,
  "enum ILeaseLedger.LegRefusal": legRefusalNames,
  "enum ILeaseLedger.PaymentRefusal": paymentRefusalNames,
  "enum IRentalMarket.MatchRefusal": matchRefusalNames,
  "enum IPriceOracle.Health": priceHealthNames,
  "enum IPriceOracle.Slot": priceSlotNames,
  "enum IRevenueShare.Phase": sharePhaseNames,
  "enum MoodyWallet.Mood": MOODS,
};

/** The member names of an enum, by its Solidity type. */
export const enumNames = (internalType: string | undefined): readonly string[] | undefined =>
  internalType === undefined ? undefined : NAMES[internalType];
