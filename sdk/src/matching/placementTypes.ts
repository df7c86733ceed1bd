/** A host and its cards, all of one model. What is absent is not limited. */
export type PlacementHost = {
  readonly model: string;
  /** Number of cards. */
  readonly gpus: number;
  /** CPU in thousandths of a core. */
  readonly cpuMilli?: number;
  /** Memory in MiB. */
  readonly memoryMib?: number;
};

/** A task that needs a place on one host. */
export type PlacementTask = {
  /** Number of cards; 0 for a task that needs only CPU and memory. */
  readonly gpus: number;
  /** Share of the card in thousandths, 1 to 1000 (the default). Counts when `gpus` is 1; several cards are whole ones. */
  readonly gpuMilli?: number;
  /** CPU in thousandths of a core, 0 when absent. */
  readonly cpuMilli?: number;
  /** Memory in MiB, 0 when absent. */
  readonly memoryMib?: number;
  /** Accepted models; every model when absent or empty. */
  readonly models?: readonly string[];
};

/** A task and how often it is expected, in any unit. */
export type ExpectedTask = { readonly task: PlacementTask; readonly weight: number };

/** Settings of a placer. */
export type PlacerOptions = {
  /**
   * Demand that is expected. Without it the placer learns from the tasks that it is asked to place. Tasks that no host would hold even
   * if it were empty do not count.
   */
  readonly profile?: readonly ExpectedTask[];
  /** A share of a card holds at least this much, or all that is free of the card; thousandths, 0 when absent. */
  readonly leastMilli?: number;
};

/** A part of one card: its index on the host, and thousandths. */
export type CardShare = { readonly index: number; readonly milli: number };

/** Where a task went. */
export type Placement<H extends PlacementHost> = {
  /** Number by which the placement is removed; never used twice by one placer. */
  readonly id: number;
  readonly host: H;
  /** Position of the host in the list given to the placer. */
  readonly hostIndex: number;
  readonly gpus: readonly CardShare[];
};

/**
 * Why a task has no place: no host has an accepted model, no such host would hold it even if it were empty, or none has
 * room now.
 */
export type PlacementRefusal = { readonly refused: "model" | "size" | "capacity" };

/** Figures of a placer. */
export type PlacerStats = {
  readonly hosts: number;
  readonly gpus: number;
  /** Tasks that are placed now. */
  readonly placements: number;
  /** Thousandths of cards in use. */
  readonly usedMilli: number;
  /** Thousandths of cards that are free, and how many of the cards are wholly free. */
  readonly freeMilli: number;
  readonly wholeGpusFree: number;
  /** Part of what is free that is expected never to find a task that fits, in thousandths of cards. */
  readonly strandedMilli: number;
  /** Refusals since the placer was made. */
  readonly refused: Readonly<Record<PlacementRefusal["refused"], number>>;
};

/** Places tasks on hosts, one at a time. */
export type Placer<H extends PlacementHost> = {
  /**
   * Finds the host and cards for a task and takes them. A task that fits anywhere is never refused.
   *
   * @param task What is needed.
   * @returns The placement, or why there is none.
   * @throws {PlacementInputError} When a figure of the task is not a whole number in its range.
   * @example
   * const placed = placer.place({ gpus: 1, gpuMilli: 460, cpuMilli: 6_000, memoryMib: 12_288 });
   * if ("refused" in placed) console.log(placed.refused);
   * else console.log(placed.hostIndex, placed.gpus);
   */
  readonly place: (task: PlacementTask) => Placement<H> | PlacementRefusal;
  /**
   * Gives back what a placement took.
   *
   * @param id The placement's number.
   * @returns Whether there was such a placement.
   * @example
   * placer.remove(placed.id);
   */
  readonly remove: (id: number) => boolean;
  /**
   * @returns Figures as of now.
   * @example
   * const { usedMilli, freeMilli } = placer.stats();
   */
  readonly stats: () => PlacerStats;
};
