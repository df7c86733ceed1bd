import { CardflowError } from "../errors/cardflowError.ts";

/** Blocks from the first to the last, both included. */
export type BlockRange = { readonly from: bigint; readonly to: bigint };

const rangeText = ({ from, to }: BlockRange): string => (from === to ? `block ${from}` : `blocks ${from} to ${to}`);

/** A log does not have the layout of its event: another contract, another version of the package, or a node that lies. */
export class LogMalformedError extends CardflowError {
  override readonly name = "LogMalformedError";

  constructor(what: string, options?: ErrorOptions) {
    super(
      `a log cannot be read: ${what}`,
      "Check that the deployment's addresses are right and the package is of its release, then fetch the logs again.",
      options,
    );
  }
}

/** Blocks between what is folded and what was given are missing. Nothing was applied. */
export class StateGapError extends CardflowError {
  override readonly name = "StateGapError";
  /** The blocks to fetch first. */
  readonly refetch: BlockRange;

  constructor(refetch: BlockRange) {
    super(`the logs of ${rangeText(refetch)} are missing`, `Apply ${rangeText(refetch)} first.`);
    this.refetch = refetch;
  }
}

/** Logs are not in the order of the chain, or not of the range they were given for. Nothing was applied. */
export class LogOrderError extends CardflowError {
  override readonly name = "LogOrderError";
  /** The blocks to fetch again, all of their logs, in the order of block and log index. */
  readonly refetch: BlockRange;

  constructor(what: string, refetch: BlockRange) {
    super(what, `Fetch all logs of ${rangeText(refetch)} again and apply them in the order of block and log index.`);
    this.refetch = refetch;
  }
}

/** The times of blocks are needed and were not given. Nothing was applied. */
export class BlockTimeMissingError extends CardflowError {
  override readonly name = "BlockTimeMissingError";
  /** The block whose time is missing. */
  readonly blockNumber: bigint;

  constructor(blockNumber: bigint) {
    super(
      `the time of block ${blockNumber} is not known`,
      `Give block ${blockNumber} with its timestamp in \`blocks\`, or logs that carry \`blockTimestamp\`.`,
    );
    this.blockNumber = blockNumber;
  }
}

/** The blocks given are of another branch than what is folded. Nothing was applied. */
export class ForkError extends CardflowError {
  override readonly name = "ForkError";
  /** Block at which the branches differ. */
  readonly blockNumber: bigint;

  constructor(blockNumber: bigint, ours: string, theirs: string) {
    super(
      `block ${blockNumber} is ${ours} here and ${theirs} in what was given`,
      "Rewind to the newest of `checkpoints()` that the chain still has, then apply the blocks after it again.",
    );
    this.blockNumber = blockNumber;
  }
}

/** The chain forked before the oldest block that can be rewound to. */
export class ReorganisationTooDeepError extends CardflowError {
  override readonly name = "ReorganisationTooDeepError";
  /** Oldest block that can be rewound to. */
  readonly oldest: bigint;

  constructor(oldest: bigint, asked: bigint | undefined) {
    super(
      asked === undefined
        ? `the chain has none of the blocks that are kept; the oldest is ${oldest}`
        : `block ${asked} is older than ${oldest}, the oldest that can be rewound to`,
      "Fold again from the deployment's first block, and keep more blocks with `depth` or wait for more confirmations.",
    );
    this.oldest = oldest;
  }
}

/** What an event says does not fit what the events before it made: some were never given. Nothing was applied. */
export class LogsMissingError extends CardflowError {
  override readonly name = "LogsMissingError";
  /** The blocks to fetch again, from another provider if this one says the same. */
  readonly refetch: BlockRange;

  constructor(what: string, refetch: BlockRange) {
    super(
      `logs are missing before block ${refetch.to}: ${what}`,
      `Fetch ${rangeText(refetch)} again, of every address of the deployment, and from another provider if it stays so.`,
    );
    this.refetch = refetch;
  }
}

/** The state is older than the caller accepts. */
export class StateStaleError extends CardflowError {
  override readonly name = "StateStaleError";
  /** Seconds since the newest block that is folded. */
  readonly age: number;

  constructor(age: number, maxAge: number) {
    super(
      `the newest block that is folded is ${age} s old, ${maxAge} s are accepted`,
      "Wait until the state has caught up, check its provider, or read from the chain; sign nothing meanwhile.",
    );
    this.age = age;
  }
}

/** A question about a time before the newest block that is folded. */
export class StateTimeError extends CardflowError {
  override readonly name = "StateTimeError";

  constructor(at: number, newest: number) {
    super(
      `second ${at} is before ${newest}, the time of the newest block that is folded`,
      `Ask for ${newest} or later; for the past, fold to an older block.`,
    );
  }
}

/** Providers do not agree, so none of them is believed. */
export class ProvidersDifferError extends CardflowError {
  override readonly name = "ProvidersDifferError";

  constructor(what: string) {
    super(
      `the providers differ: ${what}`,
      "Nothing was applied. Wait for the one that lags, or replace the one that is wrong.",
    );
  }
}
