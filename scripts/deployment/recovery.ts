import { existsSync } from "node:fs";
import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { HardhatArtifactResolver } from "@nomicfoundation/hardhat-ignition/helpers";
import { status, trackTransaction, wipe } from "@nomicfoundation/ignition-core";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { type Address, getAddress, type Hash, isAddressEqual, isHash, TransactionReceiptNotFoundError } from "viem";
import { getBlock, getBlockNumber, getTransactionCount, getTransactionReceipt } from "viem/actions";
import { z } from "zod";
import type { CardflowClient } from "../../sdk/src/index.ts";
import { DeploymentError } from "./failure.ts";

/** Waits for a transaction that the node knows and no block has yet. */
const PATIENCE = 120_000;
const PAUSE = 1_000;

const prepareSchema = z.object({
  type: z.literal("TRANSACTION_PREPARE_SEND"),
  futureId: z.string(),
  nonce: z.number(),
});
const sendSchema = z.object({
  type: z.literal("TRANSACTION_SEND"),
  futureId: z.string(),
  networkInteractionId: z.number(),
  nonce: z.number(),
  transaction: z.object({ hash: z.string() }),
});
const confirmSchema = z.object({
  type: z.literal("TRANSACTION_CONFIRM"),
  futureId: z.string(),
  hash: z.string(),
  receipt: z.object({ blockNumber: z.number(), contractAddress: z.string().optional() }),
});
const wipeSchema = z.object({ type: z.literal("WIPE_APPLY"), futureId: z.string() });
const messageSchema = z.union([prepareSchema, sendSchema, confirmSchema, wipeSchema]);

const futureSchema = z.object({ type: z.string(), futureId: z.string() });
/** Begins of futures that send something. */
const BEGIN = /^(DEPLOYMENT|CALL|SEND_DATA)_EXECUTION_STATE_INITIALIZE$/;

type Message = z.infer<typeof messageSchema>;

/** Lines of Ignition's journal that are of one kind. */
const linesOf = async <Schema extends z.ZodType>(folder: string, schema: Schema): Promise<z.infer<Schema>[]> => {
  const file = join(folder, "journal.jsonl");
  if (!existsSync(file)) return [];
  const lines = (await readFile(file, "utf8")).split("\n").filter((line) => line.trim() !== "");
  return lines.flatMap((line, index) => {
    const parsed = schema.safeParse(index === lines.length - 1 ? lastOf(line) : JSON.parse(line));
    return parsed.success ? [parsed.data] : [];
  });
};

/** The last line may be half written: it is being written now. */
const lastOf = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
};

/** Ignition's journal of a deployment; what it says of transactions. */
export const readJournal = (folder: string): Promise<Message[]> => linesOf(folder, messageSchema);

/** Whether anything of a module was begun. */
export const isBegun = async (folder: string, module: string): Promise<boolean> =>
  (await linesOf(folder, futureSchema)).some(({ futureId }) => futureId.startsWith(`${module}#`));

/** Drops a last line that was cut off while it was written; what it said is found on the chain. */
const mendJournal = async (folder: string): Promise<void> => {
  const file = join(folder, "journal.jsonl");
  if (!existsSync(file)) return;
  const text = await readFile(file, "utf8");
  const cut = text.lastIndexOf("\n");
  try {
    JSON.parse(text.slice(cut + 1));
  } catch {
    await writeFile(file, text.slice(0, Math.max(0, cut)));
  }
};

/** What a recovery works on: the deployment's folder, its chain, and who sent. */
export type Interrupted = {
  readonly hre: HardhatRuntimeEnvironment;
  readonly folder: string;
  readonly reader: CardflowClient;
  readonly deployer: Address;
  /** Blocks after which a transaction counts. */
  readonly confirmations: number;
  readonly provider: Parameters<typeof trackTransaction>[2];
};

/**
 * Makes an interrupted deployment one that Ignition can go on with. A process can end between two lines of the journal: then a
 * nonce is taken, and only the chain knows whether its transaction was sent.
 *
 * @returns what was done, in words
 */
export const recover = async (work: Interrupted): Promise<string[]> => {
  const { folder, hre } = work;
  await mendJournal(folder);
  if (!existsSync(join(folder, "journal.jsonl"))) return [];
  const said: string[] = [];
  for (const futureId of begunOnly(await linesOf(folder, futureSchema))) {
    await wipe(folder, new HardhatArtifactResolver(hre.artifacts), futureId);
    said.push(`${futureId} was begun, and nothing was sent`);
  }
  for (const { futureId, nonce } of unsent(await readJournal(folder))) said.push(await settle(work, futureId, nonce));
  for (const sent of unconfirmed(await readJournal(folder)))
    if (await confirm(work, sent)) said.push(`${sent.futureId} is in its block`);
  const { failed } = await status(folder);
  for (const { futureId } of failed) {
    await wipe(folder, new HardhatArtifactResolver(hre.artifacts), futureId);
    said.push(`${futureId} failed before and is tried again`);
  }
  return said;
};

/** Futures of which nothing is said but that they began: Ignition takes none of them up. */
const begunOnly = (lines: readonly z.infer<typeof futureSchema>[]): readonly string[] => {
  const newest = new Map(lines.map(({ futureId, type }) => [futureId, type]));
  return [...newest].flatMap(([futureId, type]) => (BEGIN.test(type) ? [futureId] : []));
};

/** Nonces that were taken without a word of a transaction that used them. */
const unsent = (journal: readonly Message[]): { readonly futureId: string; readonly nonce: number }[] => {
  const open = new Map<string, number>();
  for (const message of journal) {
    if (message.type === "TRANSACTION_PREPARE_SEND") open.set(message.futureId, message.nonce);
    else open.delete(message.futureId);
  }
  return [...open].map(([futureId, nonce]) => ({ futureId, nonce }));
};

type Sent = z.infer<typeof sendSchema>;

/** Transactions that were sent, and of which the journal says no more. */
const unconfirmed = (journal: readonly Message[]): Sent[] => {
  const open = new Map<string, Sent>();
  for (const message of journal) {
    if (message.type === "TRANSACTION_SEND") open.set(message.futureId, message);
    else open.delete(message.futureId);
  }
  return [...open.values()];
};

/**
 * Notes in the journal, as Ignition would have, that a transaction is in a block. Ignition itself counts on from the highest nonce that
 * is still open and refuses to go on where later ones are done.
 */
const confirm = async (work: Interrupted, { futureId, networkInteractionId, transaction }: Sent): Promise<boolean> => {
  const { reader, folder, confirmations } = work;
  const { hash } = transaction;
  if (!isHash(hash)) throw new DeploymentError(`the journal of ${futureId} names no transaction: ${hash}`);
  const receipt = await receiptOf(reader, hash);
  if (receipt?.status !== "success") return false;
  if ((await getBlockNumber(reader, { cacheTime: 0 })) - receipt.blockNumber + 1n < BigInt(confirmations)) return false;
  const { blockHash, blockNumber, contractAddress, logs } = receipt;
  const line = {
    futureId,
    hash,
    networkInteractionId,
    receipt: {
      blockHash,
      blockNumber: Number(blockNumber),
      ...(contractAddress && { contractAddress: getAddress(contractAddress) }),
      logs: logs.map(({ address, data, logIndex, topics }) => ({
        address: getAddress(address),
        data,
        logIndex,
        topics,
      })),
      status: "SUCCESS",
    },
    type: "TRANSACTION_CONFIRM",
  };
  await appendFile(join(folder, "journal.jsonl"), `\n${JSON.stringify(line)}`);
  return true;
};

const receiptOf = async (reader: CardflowClient, hash: Hash) => {
  try {
    return await getTransactionReceipt(reader, { hash });
  } catch (cause) {
    if (cause instanceof TransactionReceiptNotFoundError) return undefined;
    throw cause;
  }
};

const settle = async (work: Interrupted, futureId: string, nonce: number): Promise<string> => {
  const { hre, folder, provider } = work;
  if (await isSent(work, nonce)) {
    const hash = await transactionOf(work, nonce);
    await trackTransaction(folder, hash, provider, 1);
    return `${futureId} was sent by ${hash}`;
  }
  await wipe(folder, new HardhatArtifactResolver(hre.artifacts), futureId);
  return `${futureId} was not sent yet`;
};

/** Waits for the node's view of a nonce to be that of a block, if there is one pending. */
const isSent = async ({ reader, deployer }: Interrupted, nonce: number): Promise<boolean> => {
  const until = Date.now() + PATIENCE;
  while (true) {
    if ((await getTransactionCount(reader, { address: deployer })) > nonce) return true;
    if ((await getTransactionCount(reader, { address: deployer, blockTag: "pending" })) <= nonce) return false;
    if (Date.now() > until)
      throw new DeploymentError(`the deployer's transaction of nonce ${nonce} is in no block yet; try again later`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
};

/** The transaction of the deployer with this nonce: in the block where its count of transactions passes it. */
const transactionOf = async ({ reader, deployer }: Interrupted, nonce: number): Promise<Hash> => {
  const isUsedAt = async (blockNumber: bigint): Promise<boolean> =>
    (await getTransactionCount(reader, { address: deployer, blockNumber })) > nonce;
  const latest = await getBlockNumber(reader);
  // Backwards in growing steps: the block is a recent one, and few nodes know old counts.
  let [low, high] = [latest, latest];
  for (let step = 1n; low > 0n && (await isUsedAt(low)); step *= 2n) {
    high = low;
    low = low > step ? low - step : 0n;
  }
  while (low + 1n < high) {
    const middle = (low + high) / 2n;
    if (await isUsedAt(middle)) high = middle;
    else low = middle;
  }
  const { transactions } = await getBlock(reader, { blockNumber: high, includeTransactions: true });
  const found = transactions.find((sent) => sent.nonce === nonce && isAddressEqual(sent.from, deployer));
  if (found === undefined) throw new DeploymentError(`the deployer's transaction of nonce ${nonce} was not found`);
  return found.hash;
};
