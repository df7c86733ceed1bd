import { type Account, type Address, type Hex, hashTypedData, type LocalAccount, type TypedDataDefinition } from "viem";
import { signTypedData } from "viem/actions";
import { canonicalSignature } from "../orders/canonicalSignature.ts";
import { addressOf } from "./account.ts";
import type { CardflowClient } from "./types.ts";

/** Signs typed data by an account of a client; a key's signature comes in the form that the contracts take, however the wallet gives it. */
export const signTyped = async (
  client: CardflowClient,
  account: Account | Address,
  typedData: TypedDataDefinition,
): Promise<Hex> =>
  canonicalSignature(
    addressOf(account),
    () => hashTypedData(typedData),
    await signTypedData(client, { account, ...typedData }),
  );

/** The same by an account that needs no client. */
export const signTypedAlone = async (account: LocalAccount, typedData: TypedDataDefinition): Promise<Hex> =>
  canonicalSignature(account.address, () => hashTypedData(typedData), await account.signTypedData(typedData));
