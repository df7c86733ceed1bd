import type { Account, Address, Hash, Hex } from "viem";
import { getCapabilities, getChainId, sendCalls, waitForCallsStatus } from "viem/actions";
import { accountOf } from "../client/account.ts";
import { encodeCall } from "../client/encodeCall.ts";
import { decodeNothing } from "../client/perform.ts";
import { send } from "../client/send.ts";
import type { CardflowClient, ContractCall } from "../client/types.ts";
import { WrongChainError } from "../errors/inputErrors.ts";
import { RequestError, TransactionRevertedError } from "../errors/requestError.ts";
import { toCardflowError, toRequestError, unconfirmed } from "../errors/toCardflowError.ts";

/** A call as EIP-5792 wallets, ERC-4337 accounts and multicalls take it. */
export type BatchCall = { readonly to: Address; readonly data: Hex; readonly value: bigint };

/**
 * Calls in the form that `wallet_sendCalls`, `sendUserOperation` and most account libraries take.
 *
 * @param calls - what `…Call` functions returned
 * @throws InvalidInputError if an argument does not fit its type
 *
 * @example
 * const [first] = toBatchCalls([retireCardCall({ deployment, cardId: 7n })]);
 */
export const toBatchCalls = (calls: readonly ContractCall[]): readonly BatchCall[] =>
  calls.map((call) => ({ to: call.address, data: encodeCall(call), value: 0n }));

/** What a wallet says of batches: all or none now, after the user agreed to an upgrade, or not at all. */
export type AtomicSupport = "supported" | "ready" | "unsupported";

/**
 * Whether a wallet can send several calls as one (EIP-5792). Wallets and nodes that do not know the question answer it with an error, which
 * means no.
 *
 * @param client - viem client of the wallet
 * @param account - whose batches; by default the client's account
 * @throws AccountMissingError if there is no account; RequestError if the chain of a client that names none cannot be read
 *
 * @example
 * const support = await atomicSupport(client);
 */
export const atomicSupport = async (client: CardflowClient, account?: Account | Address): Promise<AtomicSupport> => {
  const sender = accountOf(client, account);
  const chainId = client.chain?.id ?? (await chainOf(client));
  try {
    const { atomic } = await getCapabilities(client, { account: sender, chainId });
    return atomic?.status === "supported" || atomic?.status === "ready" ? atomic.status : "unsupported";
  } catch {
    return "unsupported";
  }
};

const chainOf = async (client: CardflowClient): Promise<number> => {
  try {
    return await getChainId(client);
  } catch (cause) {
    throw await toCardflowError(cause);
  }
};

/** How a batch is sent. */
export type SendBatchOptions = {
  /** Sender; by default the client's account. */
  readonly account?: Account | Address | undefined;
  /** EIP-155 id of the chain that the calls are for; the client must be on it. Default: not checked. */
  readonly chainId?: number | undefined;
  /** Told before the call of an index is sent one by one, and with the hash when it is in a block. */
  readonly onProgress?:
    | ((progress: { readonly index: number; readonly of: number; readonly hash?: Hash }) => void)
    | undefined;
};

/** What became of a batch. */
export type SentBatch = {
  /** Whether all calls were one (`atomic`), or each was a transaction (`single`). */
  readonly mode: "atomic" | "single";
  /** Hashes of the transactions, in order. */
  readonly hashes: readonly Hash[];
};

/**
 * Sends calls as one batch where the wallet can (EIP-5792) and the client names its chain, else one by one, each simulated and waited for. One by one is not all or
 * none: what was sent before a refusal stays.
 *
 * @param client - viem client
 * @param calls - what `…Call` functions returned
 * @param options - see {@link SendBatchOptions}
 * @throws RevertError with the contract's reason if a single call is refused; TransactionRevertedError if a batch reverts; RequestError if the
 * wallet refuses, or does not say how the batch ended;
 * AccountMissingError; WrongChainError
 *
 * @example
 * const { mode, hashes } = await sendBatch(client, [approveTokenCall({ token, spender, amount }), depositCall({ deployment, account: account.address, amount })]);
 */
export const sendBatch = async (
  client: CardflowClient,
  calls: readonly ContractCall[],
  { account, chainId, onProgress }: SendBatchOptions = {},
): Promise<SentBatch> => {
  const sender = accountOf(client, account);
  const actual = chainId === undefined ? undefined : await chainOf(client);
  if (chainId !== undefined && actual !== undefined && actual !== chainId) throw new WrongChainError(actual, chainId);
  return calls.length > 1 && client.chain !== undefined && (await atomicSupport(client, sender)) !== "unsupported"
    ? sendAtOnce(client, calls, sender)
    : sendOneByOne(client, calls, sender, onProgress);
};

const sendAtOnce = async (
  client: CardflowClient,
  calls: readonly ContractCall[],
  account: Account | Address,
): Promise<SentBatch> => {
  const id = await handIn(client, { account, calls: toBatchCalls(calls), forceAtomic: true });
  const end = await endOf(client, id);
  const { status, receipts = [] } = end;
  const reverted = receipts.find((receipt) => receipt.status === "reverted");
  if (reverted !== undefined) throw new TransactionRevertedError(reverted.transactionHash);
  if (status !== "success")
    throw new RequestError("Other", `the wallet ended the batch ${id} as ${status ?? "unknown"}`, { cause: end });
  return { mode: "atomic", hashes: receipts.map(({ transactionHash }) => transactionHash) };
};

const handIn = async (client: CardflowClient, batch: Parameters<typeof sendCalls>[1]): Promise<string> => {
  try {
    return (await sendCalls(client, batch)).id;
  } catch (cause) {
    throw unconfirmed(await toCardflowError(cause));
  }
};

/** How a batch ended that the wallet has. */
const endOf = async (client: CardflowClient, id: string): ReturnType<typeof waitForCallsStatus> => {
  try {
    return await waitForCallsStatus(client, { id });
  } catch (cause) {
    throw new RequestError("Unconfirmed", `batch ${id}: ${toRequestError(cause).message}`, { cause });
  }
};

const sendOneByOne = async (
  client: CardflowClient,
  calls: readonly ContractCall[],
  account: Account | Address,
  onProgress: SendBatchOptions["onProgress"],
): Promise<SentBatch> => {
  const hashes: Hash[] = [];
  for (const [index, call] of calls.entries()) {
    onProgress?.({ index, of: calls.length });
    const { hash } = await send(client, call, decodeNothing, { account, wait: true });
    hashes.push(hash);
    onProgress?.({ index, of: calls.length, hash });
  }
  return { mode: "single", hashes };
};
