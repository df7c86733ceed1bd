import { InvalidInputError } from "../errors/inputErrors.ts";
import type { TokenAmount } from "../money/amounts.ts";

/**
 * Most CARD-wei that a mint may burn: what was quoted, and `slippageBps` more.
 *
 * @throws InvalidInputError unless `slippageBps` is a whole number from 0 to 10 000
 */
export const withSlippage = (quoted: TokenAmount, slippageBps = 100): TokenAmount => {
  if (!Number.isInteger(slippageBps) || slippageBps < 0 || slippageBps > 10_000)
    throw new InvalidInputError("slippageBps", "a whole number from 0 to 10000");
  return (quoted * BigInt(10_000 + slippageBps)) / 10_000n;
};
