import { type Account, type Address, type Hex, zeroHash } from "viem";
import type { CardflowClient } from "../client/types.ts";
import type { At } from "../deployments/deployment.ts";
import { InvalidInputError } from "../errors/inputErrors.ts";
import { encodeFunding } from "./encodeFunding.ts";
import { signPermitBytes } from "./permit.ts";

/** Arguments of {@link permitFunding}. */
export type PermitFundingArgs = At<"computeDollar" | "computeToken" | "leaseLedger" | "dollarMinter"> & {
  /** What is paid with: `cfUSD`, or `CARD` for leases that burn it. */
  readonly pay: "cfUSD" | "CARD";
  /** cfUSD-wei or CARD-wei. */
  readonly value: bigint;
  /** Last second (Unix time) at which it is valid. */
  readonly deadline: number;
  /** Who signs; by default the client's account. It must be a key: smart accounts have no permit. */
  readonly account?: Account | Address | undefined;
};

/**
 * Signs a permit and encodes it as the `funding` of `deposit`, `takeAsk`, `matchOrders` or `extendLease`: one signature, no approval
 * before. cfUSD is permitted to the ledger, CARD to the minter. Reads the token's EIP-712 domain and the account's next nonce.
 *
 * @param client - viem client with the account that pays
 * @param args - see {@link PermitFundingArgs}
 * @returns the funding bytes
 * @throws AccountMissingError; InvalidInputError if the deadline is not whole seconds; UnexpectedAnswerError if the wallet returns no key's signature; RequestError
 *
 * @example
 * const funding = await permitFunding(client, { deployment, pay: "cfUSD", value: parseDollars("25"), deadline });
 */
export const permitFunding = async (
  client: CardflowClient,
  { deployment: { addresses }, pay, value, deadline, account }: PermitFundingArgs,
): Promise<Hex> => {
  if (pay !== "cfUSD" && pay !== "CARD") throw new InvalidInputError("pay", "cfUSD or CARD");
  const [token, spender] =
    pay === "cfUSD"
      ? [addresses.computeDollar, addresses.leaseLedger]
      : [addresses.computeToken, addresses.dollarMinter];
  const signature = await signPermitBytes(client, { token, spender, value, deadline, account });
  return encodeFunding({
    kind: "Permit",
    value,
    validAfter: 0n,
    validBefore: BigInt(deadline),
    nonce: zeroHash,
    signature,
  });
};
