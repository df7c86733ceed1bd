import { zeroHash } from "viem";
import type { Ask, Take } from "../abis/structs.ts";
import { requireSeconds } from "../client/seconds.ts";

/** What {@link takeOf} must be told, and what it may be. */
export type TakeWish = Pick<Take, "duration"> & { readonly [Field in keyof Take]?: Take[Field] | undefined };

/**
 * How an ask is taken when nothing special is wanted: the whole card, at the ask's price, paid in cfUSD.
 *
 * @param ask - the ask
 * @param wish - seconds to rent for, and any field that shall be otherwise
 * @throws InvalidInputError unless the duration is whole seconds
 *
 * @example
 * const { result: leaseId } = await takeAsk(client, { deployment, ask, signature, take: takeOf(ask, { duration: 3600 }) }, { wait: true });
 */
export const takeOf = (
  { ratePerSecond }: Pick<Ask, "ratePerSecond">,
  {
    thousandths = 1000,
    duration,
    maxRatePerSecond = ratePerSecond,
    payInToken = false,
    maxTokenIn = 0n,
    accessKeyHash = zeroHash,
  }: TakeWish,
): Take => ({
  thousandths,
  duration: requireSeconds("duration", duration),
  maxRatePerSecond,
  payInToken,
  maxTokenIn,
  accessKeyHash,
});
