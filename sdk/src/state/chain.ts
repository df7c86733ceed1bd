import { type Address, type Hex, numberToHex, type RpcLog } from "viem";
import type { CardflowClient } from "../client/types.ts";
import { toRequestError } from "../errors/toCardflowError.ts";
import { mayHaveEmitted } from "./bloom.ts";
import { LogsMissingError, ProvidersDifferError } from "./errors.ts";
import { CardTokenized } from "./layouts/revenueShareFactory.ts";
import { toNumber } from "./logs.ts";

/** A block as far as it is needed. */
export type Header = {
  readonly number: number;
  readonly hash: Hex;
  readonly parentHash: Hex;
  readonly timestamp: number;
  readonly logsBloom: Hex | undefined;
};

/** Whose logs are fetched: the deployment's contracts, its factory among them, and the shares known so far. */
export type Sources = {
  readonly contracts: readonly Address[];
  readonly factory: Address;
  readonly shares: readonly Address[];
};

/** Addresses in one request; nodes limit them. */
const mostAddresses = 500;

/**
 * A block by number or tag; undefined if the chain has none.
 *
 * @throws ProvidersDifferError if another block is answered; LogMalformedError; RequestError
 */
export const fetchHeader = async (
  client: CardflowClient,
  block: number | "latest" | "safe" | "finalized",
): Promise<Header | undefined> => {
  const which = typeof block === "number" ? numberToHex(block) : block;
  try {
    const header = await client.request({ method: "eth_getBlockByNumber", params: [which, false] });
    if (header === null || header.number === null || header.hash === null) return undefined;
    const number = toNumber(header.number, "a block's number");
    if (typeof block === "number" && number !== block)
      throw new ProvidersDifferError(`block ${block} was asked for and block ${number} answered`);
    return {
      number,
      hash: header.hash,
      parentHash: header.parentHash,
      timestamp: toNumber(header.timestamp, "a block's timestamp"),
      logsBloom: header.logsBloom ?? undefined,
    };
  } catch (cause) {
    throw toRequestError(cause);
  }
};

const getLogs = async (client: CardflowClient, address: readonly Address[], from: number, to: number) => {
  const range = { fromBlock: numberToHex(from), toBlock: numberToHex(to) };
  const pieces: Promise<readonly RpcLog[]>[] = [];
  for (let at = 0; at < address.length; at += mostAddresses) {
    const part = address.slice(at, at + mostAddresses);
    pieces.push(client.request({ method: "eth_getLogs", params: [{ address: part, ...range }] }));
  }
  try {
    return (await Promise.all(pieces)).flat();
  } catch (cause) {
    throw toRequestError(cause);
  }
};

const order = (log: RpcLog): readonly [number, number] => [Number(log.blockNumber), Number(log.logIndex)];

/** All logs of a range in the order of the chain, also those of shares that begin in it. */
export const fetchLogs = async (
  client: CardflowClient,
  { contracts, factory, shares }: Sources,
  from: number,
  to: number,
): Promise<readonly RpcLog[]> => {
  const logs = await getLogs(client, [...contracts, ...shares], from, to);
  const { topic, decode } = CardTokenized;
  const begun = logs
    .filter((log) => log.address.toLowerCase() === factory.toLowerCase() && log.topics[0] === topic)
    .map((log) => decode(log.topics, log.data).share);
  const known = new Set(shares.map((share) => share.toLowerCase()));
  const fresh = begun.filter((share) => !known.has(share));
  const more = fresh.length === 0 ? [] : await getLogs(client, fresh, from, to);
  return [...logs, ...more].sort((a, b) => {
    const [[blockA, indexA], [blockB, indexB]] = [order(a), order(b)];
    return blockA - blockB || indexA - indexB;
  });
};

/** Headers of the blocks of logs that do not say their time; refuses a header of another branch than its logs. */
export const fetchTimes = async (client: CardflowClient, logs: readonly RpcLog[]): Promise<readonly Header[]> => {
  const needed = new Map(
    logs.flatMap((log) =>
      (log.blockTimestamp ?? null) === null ? [[Number(log.blockNumber), log.blockHash] as const] : [],
    ),
  );
  const found: Header[] = [];
  const numbers = [...needed.keys()];
  for (let at = 0; at < numbers.length; at += 20) {
    const headers = await Promise.all(numbers.slice(at, at + 20).map((number) => fetchHeader(client, number)));
    for (const header of headers) {
      if (header === undefined || needed.get(header.number) !== header.hash)
        throw new ProvidersDifferError("a block changed while its logs were read");
      found.push(header);
    }
  }
  return found;
};

/** Refuses if a block's bloom filter promises logs of a contract, the logs given have none, and the block itself has some. */
export const requireBloom = async (
  client: CardflowClient,
  { number, hash, logsBloom }: Header,
  { contracts }: Sources,
  logs: readonly RpcLog[],
): Promise<void> => {
  if (logsBloom === undefined || logs.some((log) => Number(log.blockNumber) === number)) return;
  const promised = contracts.filter((address) => mayHaveEmitted(logsBloom, address));
  if (promised.length === 0) return;
  const params = [{ address: promised, blockHash: hash }] as const;
  const again = await client.request({ method: "eth_getLogs", params: [...params] });
  if (again.length === 0) return;
  const block = BigInt(number);
  throw new LogsMissingError(`block ${number} has ${again.length} logs that a range left out`, {
    from: block,
    to: block,
  });
};
