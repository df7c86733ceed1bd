import { type Address, formatEther } from "viem";
import { ADMIN, PERMISSIONS, ROLES } from "../../ignition/roles.ts";
import { table } from "../demo/format.ts";
import type { Funds } from "./chainChecks.ts";
import type { Network } from "./networks.ts";
import type { Parameters } from "./parameters.ts";
import { contractNames, type Entry, testContractNames } from "./registry.ts";
import { leavesOf } from "./release.ts";

const DAY = 86_400;

/** What will be done, before anything is. */
export const planLines = (plan: {
  readonly network: Network;
  readonly release: string;
  readonly deployer: Address;
  readonly funds: Funds;
  readonly parameters: Parameters;
  readonly profile: string;
  readonly resumed: boolean;
}): string[] => {
  const { network, release, deployer, funds, parameters, profile, resumed } = plan;
  const { Cardflow, MockFeeds, MockSequencer, Faucet } = parameters;
  return [
    `${resumed ? "RESUME" : "DEPLOY"} Cardflow ${release} on ${network.name} (chain ${network.chainId}, ${network.kind})`,
    `  deployer   ${deployer}: has ${formatEther(funds.balance)} ETH, may spend ${formatEther(funds.cost)}; keeps no role`,
    `  compiled   with the ${profile} profile`,
    "",
    "WHO MAY DO WHAT",
    ...roleLines(Cardflow),
    "",
    "PARAMETERS",
    ...Object.entries(
      leavesOf({ ...Cardflow, ...{ timelock: undefined, guardian: undefined, verifier: undefined } }),
    ).map(([name, value]) => `  ${name.padEnd(26)} ${value}`),
    ...(MockFeeds === undefined ? [] : ["  mock price feeds           anyone can set them"]),
    ...(MockSequencer === undefined ? [] : ["  mock sequencer feed        anyone can set it"]),
    ...(Faucet === undefined
      ? []
      : [
          `  faucet                     ${formatEther(Faucet.amount)} CARD per account and ${Faucet.interval} s, ${formatEther(Faucet.dailyLimit)} a day; the treasury fills it`,
        ]),
    "",
  ];
};

const roleLines = (accounts: Parameters["Cardflow"]): string[] => {
  const roles = [...Object.entries(ROLES), ["admin", ADMIN] as const];
  return table(
    [
      { heading: "role" },
      { heading: "holder" },
      { heading: "account" },
      { heading: "delay", right: true },
      { heading: "functions", right: true },
    ],
    roles.map(([name, { holder, delay }]) => [
      name,
      holder,
      accounts[holder],
      delay === 0 ? "none" : `${delay / DAY} days`,
      name === "admin" ? "all others" : `${functionsOf(name)}`,
    ]),
  );
};

const functionsOf = (role: string): number =>
  Object.values(PERMISSIONS).flatMap((permissions) => Object.values(permissions).filter((owner) => owner === role))
    .length;

/** Where everything is. */
export const addressLines = ({ contracts, testContracts }: Entry): string[] => {
  const rows = [
    ...contractNames.map((name) => [name, contracts[name]] as const),
    ...testContractNames.flatMap((name) => {
      const recorded = testContracts[name];
      return recorded === undefined ? [] : [[name, recorded] as const];
    }),
  ];
  return table(
    [
      { heading: "contract" },
      { heading: "address" },
      { heading: "block", right: true },
      { heading: "transaction" },
      { heading: "code hash" },
    ],
    rows.map(([name, { address, block, transaction, codeHash }]) => [name, address, block, transaction, codeHash]),
  );
};
