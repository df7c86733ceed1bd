import { type Address, createClient, http, parseEther } from "viem";
import { getBlock, getChainId } from "viem/actions";
import { requireSeconds } from "../client/seconds.ts";
import { requireWhole } from "../client/whole.ts";
import type { Deployment } from "../deployments/deployment.ts";
import { InvalidInputError } from "../errors/inputErrors.ts";
import { toCardflowError, toRequestError } from "../errors/toCardflowError.ts";
import type { SignedAsk } from "../orders/json.ts";
import { type TestAccount, type TestAccountName, testAccount, testAccountNames } from "./accounts.ts";
import { controlClient, plainClient, type TestClient, testChain, testClient } from "./clients.ts";
import { type NodeProgram, nodePrograms, type RunningNode, startNode } from "./node.ts";
import { readRecording, replay } from "./recording.ts";
import { giveMoney, offerCards, refreshFeeds } from "./seed.ts";

/** What {@link startCardflow} may be told; everything has a default. */
export type StartOptions = {
  /** Cards to offer, all on one host. Default: 8. */
  readonly cards?: number | undefined;
  /** The program to run. Default: anvil if it is installed, else Hardhat. */
  readonly program?: NodeProgram | undefined;
  /** A port for the node. Default: any that is free. */
  readonly port?: number | undefined;
  /** EIP-155 id of the chain. Default: 31337. */
  readonly chainId?: number | undefined;
  /** A node that runs already, to be used instead of starting one: anvil or Hardhat. {@link TestChain.stop} leaves it running. */
  readonly rpcUrl?: string | undefined;
};

/** A local chain with Cardflow on it. */
export type TestChain = {
  /** Address of the node. */
  readonly rpcUrl: string;
  /** EIP-155 id of the chain. */
  readonly chainId: number;
  /** Where the contracts are. */
  readonly deployment: Deployment;
  /** Accounts with their keys. All have ETH; owner, operator, renter, investor and matcher have CARD and cfUSD too. */
  readonly accounts: { readonly [Name in TestAccountName]: TestAccount };
  /** Signed asks of cards that are verified and bonded, so that each can be taken. */
  readonly asks: readonly [SignedAsk, ...SignedAsk[]];
  /** Gives CARD to anyone who asks. */
  readonly faucet: Address;
  /** A viem client with all of this package's actions that acts for one of {@link accounts}, or for any account. */
  readonly clientOf: (who: TestAccountName | TestAccount) => TestClient;
  /** Gives gas money to an account. */
  readonly fund: (address: Address) => Promise<void>;
  /** Moves the clock on by seconds; the price feeds answer afresh. */
  readonly pass: (seconds: number) => Promise<void>;
  /** Ends the node; again, does nothing. */
  readonly stop: () => Promise<void>;
};

/** Host that the first cards stand on; on a chain that was seeded before, the cards come on another one. */
const hostOf = (time: number): number => time % 2 ** 24;

/**
 * Starts a local chain with the whole system on it: contracts, price feeds, people with money, cards that can be rented. It runs offline
 * and needs no keys; it needs `@foundry-rs/anvil` or `hardhat` in the project.
 *
 * @param options - see {@link StartOptions}
 * @returns the chain; call `stop` when done
 * @throws NodeMissingError if neither program is installed; NodeUnusableError if it does not start; InvalidInputError
 *
 * @example
 * const chain = await startCardflow();
 * const renter = chain.clientOf("renter");
 * const [{ ask, signature }] = chain.asks;
 * await renter.takeAsk({ ask, signature, take: takeOf(ask, { duration: 3600 }) }, { wait: true });
 * await chain.stop();
 */
export const startCardflow = async (options: StartOptions = {}): Promise<TestChain> => {
  const { cards = 8, chainId = 31337, port = 0, program } = options;
  requireWhole("cards", cards, 1, 1000);
  requireWhole("chainId", chainId, 1, 2 ** 32);
  requireWhole("port", port, 0, 65_535);
  if (program !== undefined && !nodePrograms.includes(program))
    throw new InvalidInputError("program", nodePrograms.join(" or "));
  const recording = await readRecording();
  const node = options.rpcUrl === undefined ? await startNode({ chainId, port }, program) : await join(options.rpcUrl);
  try {
    return await prepare(node, recording, cards);
  } catch (cause) {
    await node.stop();
    throw await toCardflowError(cause);
  }
};

/** What a request of viem's gives, or an error of this package. */
const typed = async <Result>(request: Promise<Result>): Promise<Result> => {
  try {
    return await request;
  } catch (cause) {
    throw toRequestError(cause);
  }
};

const join = async (rpcUrl: string): Promise<RunningNode> => ({ rpcUrl, stop: async () => {} });

const prepare = async (
  { rpcUrl, stop }: RunningNode,
  recording: Awaited<ReturnType<typeof readRecording>>,
  cards: number,
): Promise<TestChain> => {
  const chainId = await getChainId(createClient({ transport: http(rpcUrl) }));
  const chain = testChain(chainId, rpcUrl);
  const control = controlClient(chain);
  const fund = (address: Address): Promise<void> => typed(control.setBalance({ address, value: parseEther("1000") }));
  for (const name of ["deployer", ...testAccountNames]) await fund(testAccount(name).address);

  const clientOf = (name: string) => plainClient(chain, name);
  const deployment = await replay(recording, clientOf("deployer"), chainId);
  const now = async (): Promise<number> => Number((await getBlock(control)).timestamp);
  const refresh = (): Promise<void> => refreshFeeds(clientOf("treasury"), recording.feeds);
  const pass = async (seconds: number): Promise<void> => {
    await control.increaseTime({ seconds: requireSeconds("seconds", seconds) });
    await control.mine({ blocks: 1 });
    await refresh();
  };
  const place = { deployment, clientOf, now };
  await refresh();
  await giveMoney(place);
  const [first, ...others] = await offerCards(place, cards, hostOf(await now()));
  if (first === undefined) throw new InvalidInputError("cards", "at least 1");
  return {
    rpcUrl,
    chainId,
    deployment,
    accounts: accounts(),
    asks: [first, ...others],
    faucet: recording.faucet,
    clientOf: (who) => testClient(chain, deployment, who),
    fund,
    pass: (seconds) => typed(pass(seconds)),
    stop,
  };
};

const accounts = (): TestChain["accounts"] => ({
  owner: testAccount("owner"),
  operator: testAccount("operator"),
  renter: testAccount("renter"),
  investor: testAccount("investor"),
  matcher: testAccount("matcher"),
  treasury: testAccount("treasury"),
  timelock: testAccount("timelock"),
  guardian: testAccount("guardian"),
  verifier: testAccount("verifier"),
});
