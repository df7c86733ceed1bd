import { requireClient } from "../client/requireClient.ts";
import type { CardflowClient } from "../client/types.ts";
import type { CardflowError } from "../errors/cardflowError.ts";
import { toRequestError } from "../errors/toCardflowError.ts";
import { type CardflowState, createState, type StateHead } from "./createState.ts";
import type { StateDeployment } from "./fold.ts";
import { createLook } from "./look.ts";

/** Options of {@link watchState}. */
export type WatchStateOptions = {
  /** Whose events are folded. */
  readonly deployment: StateDeployment;
  /** A state to go on with. Default: a new one, folded from `startBlock` on. */
  readonly state?: CardflowState | undefined;
  /** Blocks to wait for above one that is folded, or the chain's own word for settled. Default: 2. */
  readonly confirmations?: number | "safe" | "finalized" | undefined;
  /** Further providers of the same chain. Default: none. */
  readonly providers?: readonly CardflowClient[] | undefined;
  /** Providers, the client among them, that must agree on the block and on the logs. Default: more than half. */
  readonly quorum?: number | undefined;
  /**
   * Blocks that the providers' heads may lie apart; more is refused. A chain that falls back by no more without another hash lags, by more it
   * was reorganised. A test chain that is set back (`evm_revert`) looks like one that lags until it is as high again: watch it with 0.
   * Default: 8.
   */
  readonly mostHeadDifference?: number | undefined;
  /** Time between two looks in milliseconds. Default: the client's polling interval. */
  readonly pollingInterval?: number | undefined;
  /** Blocks of the largest range asked for; it shrinks and grows with what the provider allows. Default: 10 000. */
  readonly mostBlocks?: number | undefined;
  /** Logs of a range from which on the provider may have left some out, so that the range is split. Default: 10 000. */
  readonly mostLogs?: number | undefined;
  /** Whether the transfers of CARD and cfUSD are folded too, for the balances of wallets. Default: true. */
  readonly wallets?: boolean | undefined;
  /** Called after each look that folded something. */
  readonly onChange?: ((head: StateHead) => void) | undefined;
  /** Called when a reorganisation was rewound, with the newest block that was kept. */
  readonly onReorganisation?: ((kept: StateHead) => void) | undefined;
  /** Called when a look failed; the next one tries again. */
  readonly onError?: ((error: CardflowError) => void) | undefined;
};

/** A state that follows the chain. */
export type StateWatcher = {
  readonly state: CardflowState;
  /** Settles when the state has caught up for the first time, or when it is stopped before. */
  readonly ready: Promise<void>;
  /** Looks now; what it throws is not given to `onError`. */
  readonly sync: () => Promise<StateHead>;
  /** Stops looking, and waits for a look that is under way. */
  readonly stop: () => Promise<void>;
};

/**
 * Keeps a state live: reads the logs from the deployment's first block on in ranges that fit the provider, folds what has enough
 * confirmations, compares hashes at each look and rewinds what the chain took back. With several providers nothing is folded
 * on which fewer than a quorum agree. Providers that are on another chain than a deployment with a `chainId` are refused, by `sync` and `onError`.
 *
 * @param client - viem client
 * @param options - see {@link WatchStateOptions}
 *
 * @example
 * const watcher = watchState(client, { deployment, confirmations: 3, onError: ({ message }) => console.error(message) });
 * await watcher.ready;
 * const { value, age } = watcher.state.accountStatus({ account: renter, maxAge: 60 });
 * console.log(value.available, age);
 * await watcher.stop();
 */
export const watchState = (client: CardflowClient, options: WatchStateOptions): StateWatcher => {
  for (const each of [client, ...(options.providers ?? [])]) requireClient(each);
  const { deployment, onChange, onError, pollingInterval = client.pollingInterval } = options;
  const state = options.state ?? createState({ deployment });
  const look = createLook([client, ...(options.providers ?? [])], state, options);
  let running = true;
  let wake = (): void => undefined;
  let queue: Promise<unknown> = Promise.resolve();
  let caughtUp = (): void => undefined;
  const ready = new Promise<void>((resolve) => {
    caughtUp = resolve;
  });
  const sync = (): Promise<StateHead> => {
    const next = queue.then(async () => {
      const before = state.head();
      try {
        await look(() => running);
      } catch (error) {
        throw toRequestError(error);
      }
      const head = state.head();
      if (running && head.blockHash !== before.blockHash) onChange?.(head);
      return head;
    });
    queue = next.catch(() => undefined);
    return next;
  };
  const loop = async (): Promise<void> => {
    while (running) {
      try {
        await sync();
        caughtUp();
      } catch (error) {
        onError?.(toRequestError(error));
      }
      if (!running) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pollingInterval);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  };
  const looping = loop();
  return {
    state,
    ready,
    sync,
    stop: async () => {
      running = false;
      wake();
      await looping;
      await queue;
      caughtUp();
    },
  };
};
