import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { startChain } from "../../../scripts/demo/chain.ts";
import { modelNamed, pick } from "../../../scripts/demo/fixtures.ts";
import { buildFleet, type FleetCard } from "../../../scripts/demo/fleet.ts";
import { type Person, personOf } from "../../../scripts/demo/people.ts";
import { deploySystem, openHardhat, type System } from "../../../scripts/demo/system.ts";

/** Cardflow on a node of its own, with a few cards that are verified, bonded and offered. */
export type Stage = {
  readonly hre: HardhatRuntimeEnvironment;
  readonly system: System;
  readonly owner: Person;
  readonly operator: Person;
  readonly matcher: Person;
  /** Takes a card that no other test uses. */
  readonly freshCard: () => FleetCard;
  /** Makes a person with gas money that no other test uses. */
  readonly newcomer: (title: string) => Promise<Person>;
  /** Moves the clock on by seconds and lets the price feeds answer again. */
  readonly pass: (seconds: number) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Starts a node, deploys, and offers `count` RTX 4090 cards of one owner and one operator. */
export const openStage = async (count: number): Promise<Stage> => {
  const { hre, dispose } = await openHardhat();
  const chain = await startChain(hre);
  const system = await deploySystem(hre, chain);
  const [owner, operator, matcher] = [personOf(chain, "owner"), personOf(chain, "node"), personOf(chain, "matcher")];
  await chain.fund([owner, operator, matcher].map(({ address }) => address));
  const cards = await buildFleet(system, [
    {
      name: "host",
      model: modelNamed("RTX 4090 24GB"),
      cards: count,
      region: 0,
      owner,
      operator,
      hostId: 1,
      dollarsPerHour: "0.44",
    },
  ]);
  let used = 0;
  let people = 0;
  return {
    hre,
    system,
    owner,
    operator,
    matcher,
    freshCard: () => pick(cards.slice(used++), 0),
    newcomer: async (title) => {
      const person = personOf(chain, `${title} ${++people}`);
      await chain.fund([person.address]);
      return person;
    },
    pass: async (seconds) => {
      await chain.moveTo((await chain.now()) + seconds);
      await system.refreshFeeds();
    },
    close: async () => {
      await chain.close();
      await dispose();
    },
  };
};
