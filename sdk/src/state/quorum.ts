import type { CardflowClient } from "../client/types.ts";
import { toRequestError } from "../errors/toCardflowError.ts";
import { fetchHeader, type Header } from "./chain.ts";
import { ProvidersDifferError } from "./errors.ts";

type Answer<Value> = { readonly client: CardflowClient; readonly value: Value };

/** The block to fold up to, and the providers that agree on it. */
export type Target = { readonly block: Header; readonly clients: readonly CardflowClient[] };

/** Asks all providers; throws unless a quorum answers. */
const askAll = async <Value>(
  clients: readonly CardflowClient[],
  quorum: number,
  ask: (client: CardflowClient) => Promise<Value | undefined>,
): Promise<readonly Answer<Value>[]> => {
  const settled = await Promise.allSettled(clients.map(ask));
  const answers = settled.flatMap((outcome, index) => {
    const client = clients[index];
    const value = outcome.status === "fulfilled" ? outcome.value : undefined;
    return client === undefined || value === undefined ? [] : [{ client, value }];
  });
  if (answers.length >= quorum) return answers;
  const failed = settled.find((outcome) => outcome.status === "rejected");
  if (failed !== undefined) throw toRequestError(failed.reason);
  throw new ProvidersDifferError(`${answers.length} have the block and ${quorum} are needed`);
};

/** What {@link agreeOnBlock} must know. */
export type QuorumOptions = {
  readonly quorum: number;
  readonly mostHeadDifference: number;
  readonly confirmations: number | "safe" | "finalized";
};

/**
 * The newest block with enough confirmations by the lowest head, if a quorum has the same one.
 *
 * @throws ProvidersDifferError if heads lie too far apart or too few agree; RequestError if too few answer
 */
export const agreeOnBlock = async (
  clients: readonly CardflowClient[],
  { quorum, mostHeadDifference, confirmations }: QuorumOptions,
): Promise<Target | undefined> => {
  const counted = typeof confirmations === "number";
  const heads = await askAll(clients, quorum, (client) => fetchHeader(client, counted ? "latest" : confirmations));
  const numbers = heads.map(({ value }) => value.number);
  const [lowest, highest] = [Math.min(...numbers), Math.max(...numbers)];
  if (highest - lowest > mostHeadDifference)
    throw new ProvidersDifferError(`their heads are from block ${lowest} to block ${highest}`);
  const number = lowest - (counted ? confirmations : 0);
  if (number < 0) return undefined;
  const answered = heads.map(({ client }) => client);
  const blocks = await askAll(answered, quorum, (client) => fetchHeader(client, number));
  const camps = blocks.map(({ value }) => blocks.filter((other) => other.value.hash === value.hash));
  const [largest = []] = camps.sort((a, b) => b.length - a.length);
  const [first] = largest;
  if (first === undefined || largest.length < quorum)
    throw new ProvidersDifferError(`fewer than ${quorum} have the same block ${number}`);
  return { block: first.value, clients: largest.map(({ client }) => client) };
};
