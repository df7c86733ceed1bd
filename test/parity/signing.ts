import { concat, type Hex, hexToNumber, isHex, slice, type TypedDataDomain } from "viem";
import { askFields, bidFields } from "../../sdk/src/abis/orderTypes.ts";
import type { Authorization } from "../model/authorizations.ts";
import type { Ask, Bid } from "../model/orders.ts";
import type { Withdrawal } from "../model/signed.ts";
import type { Account } from "../model/state.ts";
import type { Permit } from "../model/tokens.ts";
import { hasOnlyCode, type World } from "./world.ts";

type Fields = readonly { readonly name: string; readonly type: string }[];

const fieldsOf = (text: string): Fields =>
  text.split(",").map((field) => {
    const [type = "", name = ""] = field.split(" ");
    return { type, name };
  });

const WITHDRAWAL = fieldsOf("address account,uint256 amount,address to,uint256 deadline,uint256 nonce");
const PERMIT = fieldsOf("address owner,address spender,uint256 value,uint256 nonce,uint256 deadline");
const AUTHORIZATION = fieldsOf(
  "address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce",
);
const CANCELLATION = fieldsOf("address authorizer,bytes32 nonce");

const DOMAINS = {
  market: "Cardflow Rental Market",
  ledger: "Cardflow Lease Ledger",
  token: "Cardflow Compute Token",
  dollar: "Cardflow Compute Dollar",
  share: "Cardflow Revenue Share",
};

type Signing = keyof typeof DOMAINS;

const domainOf = (contract: Signing, verifyingContract: Hex): TypedDataDomain => ({
  name: DOMAINS[contract],
  version: "1",
  chainId: 31_337,
  verifyingContract,
});

/** The first field of every message is whose it is. */
const makerOf = (fields: Fields, message: Record<string, unknown>): unknown => message[fields[0]?.name ?? ""];

/** A signature of 65 bytes by the key of `signer`, of zeros for an account without a key; for a wallet's message, with its address behind. */
async function sign(
  world: World,
  contract: Signing,
  signer: Account,
  primaryType: string,
  fields: Fields,
  message: Record<string, unknown>,
  address: Hex = world.contracts[contract].address,
): Promise<Hex> {
  const account = world.accounts.find((one) => one.address.toLowerCase() === signer);
  if (account === undefined) return `0x${"00".repeat(65)}`;
  const domain = domainOf(contract, address);
  const signature = await account.signTypedData({ domain, types: { [primaryType]: fields }, primaryType, message });
  const maker = makerOf(fields, message);
  return isHex(maker) && hasOnlyCode(world, maker) ? concat([signature, maker]) : signature;
}

export const signAsk = (world: World, ask: Ask, signer: Account): Promise<Hex> =>
  sign(world, "market", signer, "Ask", askFields, ask);

export const signBid = (world: World, bid: Bid, signer: Account): Promise<Hex> =>
  sign(world, "market", signer, "Bid", bidFields, bid);

export const signWithdrawal = (world: World, withdrawal: Withdrawal, signer: Account): Promise<Hex> =>
  sign(world, "ledger", signer, "Withdrawal", WITHDRAWAL, withdrawal);

export const signAuthorization = (
  world: World,
  authorization: Authorization,
  signer: Account,
  receives: boolean,
): Promise<Hex> => {
  const primaryType = receives ? "ReceiveWithAuthorization" : "TransferWithAuthorization";
  return sign(world, "dollar", signer, primaryType, AUTHORIZATION, authorization);
};

export const signCancellation = (world: World, authorizer: Account, nonce: Hex, signer: Account): Promise<Hex> =>
  sign(world, "dollar", signer, "CancelAuthorization", CANCELLATION, { authorizer, nonce });

/** Of CARD, cfUSD, or the share at an address. */
export const signPermit = (
  world: World,
  contract: "token" | "dollar" | "share",
  permit: Permit,
  signer: Account,
  address?: Hex,
): Promise<Hex> => sign(world, contract, signer, "Permit", PERMIT, permit, address);

/** v, r and s out of the first 65 bytes. */
export const partsOf = (signature: Hex): readonly [v: number, r: Hex, s: Hex] => [
  hexToNumber(slice(signature, 64, 65)),
  slice(signature, 0, 32),
  slice(signature, 32, 64),
];
