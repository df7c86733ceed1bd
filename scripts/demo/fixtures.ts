import { type CatalogueModel, MODELS, REGIONS } from "../../ignition/catalogue.ts";
import { DemoError, need } from "./failure.ts";
import type { HostPlan } from "./fleet.ts";
import type { Person } from "./people.ts";

export const OWNER_NAMES = ["Ada", "Bruno", "Chidi", "Dora", "Emre", "Freya", "Goran", "Hana", "Imre", "Jun"] as const;
export const NODE_NAMES = ["Aurora", "Boreas", "Cirrus", "Delta", "Ember"] as const;

/** A model of the catalogue by its name, without the vendor. */
export const modelNamed = (name: string): CatalogueModel =>
  need(
    MODELS.find((model) => model.name.split(" ").slice(1).join(" ") === name),
    `the model ${name} of the catalogue`,
  );

/** Cards per host, model, and how many such hosts there are: 40 hosts with 120 cards. */
const HOSTS: readonly (readonly [cards: number, model: string, hosts: number])[] = [
  [8, "H200 141GB", 1],
  [8, "H100 80GB", 1],
  [4, "H100 80GB", 1],
  [4, "A100 80GB", 2],
  [4, "A100 40GB", 1],
  [4, "MI300X 192GB", 1],
  [4, "B200 180GB", 1],
  [4, "L40S 48GB", 1],
  [4, "RTX A6000 48GB", 1],
  [3, "RTX 4090 24GB", 4],
  [3, "RTX 3090 24GB", 3],
  [3, "L40S 48GB", 2],
  [3, "RTX 5090 32GB", 3],
  [2, "L4 24GB", 4],
  [2, "T4 16GB", 4],
  [2, "A10 24GB", 4],
  [2, "V100 32GB", 3],
  [2, "V100 16GB", 1],
  [2, "A2 16GB", 2],
];

/** The hosts of the story: spread over owners, nodes and regions; each host asks a little more or less than usual. */
export const storyHosts = (owners: readonly Person[], nodes: readonly Person[]): HostPlan[] =>
  HOSTS.flatMap(([cards, name, hosts]) =>
    Array.from({ length: hosts }, () => ({ cards, model: modelNamed(name) })),
  ).map(({ cards, model }, index) => {
    // Spread so that no node and no owner is always the cheapest.
    const step = (index * 3 + Math.floor(index / 5)) % 5;
    return {
      name: `host ${index + 1}`,
      model,
      cards,
      region: need(REGIONS[index % REGIONS.length], "a region").id,
      owner: pick(owners, index),
      operator: pick(nodes, index),
      hostId: index + 1,
      dollarsPerHour: ((model.usualDollarsPerHour * (96 + 2 * step)) / 100).toFixed(4),
    };
  });

/** An entry of a list, which begins again at its end. */
export const pick = <Item>(items: readonly Item[], index: number): Item => {
  const item = items[index % items.length];
  if (item === undefined) throw new DemoError("an empty list has no entry");
  return item;
};
