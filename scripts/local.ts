import { relative } from "node:path";
import { holdOn, introduce } from "./demo/keep.ts";
import { crowdOf, type Person } from "./demo/people.ts";
import { progressOn } from "./demo/progress.ts";
import { runCommand } from "./deployment/command.ts";
import { type Stack, startStack } from "./deployment/local.ts";
import { LOCAL_USAGE, readLocalOptions, releaseOf } from "./deployment/options.ts";
import { testContractNames } from "./deployment/registry.ts";

const DEVELOPERS = 3;

const linesOf = ({ system, entry, cards, asks, published }: Stack, port: number): string[] => [
  ...testContractNames.flatMap((name) => {
    const contract = entry.testContracts[name];
    return contract === undefined ? [] : [`  ${name.padEnd(20)} ${contract.address}`];
  }),
  `  cards 1 to ${cards.length} can be rented; their signed asks are in ${relative(process.cwd(), asks)}`,
  `  look at it: npm run health -- --network localhost${port === 8545 ? "" : ` --rpc ${system.chain.url}`}`,
  ...(published ? ["  the SDK's registry named other addresses for this chain and was written anew: commit it"] : []),
];

const jsonOf = ({ system, entry, cards, asks }: Stack, developers: readonly Person[]): string =>
  JSON.stringify({
    rpc: system.chain.url,
    chainId: system.chain.id,
    addresses: system.deployment.addresses,
    testContracts: Object.fromEntries(testContractNames.map((name) => [name, entry.testContracts[name]?.address])),
    cards: cards.length,
    asks,
    keys: Object.fromEntries(
      [...developers, system.treasury, system.timelock, system.guardian, system.verifier].map(({ name, key }) => [
        name,
        key,
      ]),
    ),
  });

await runCommand(async () => {
  const options = readLocalOptions(process.argv.slice(2));
  if (options.help) {
    console.log(LOCAL_USAGE);
    return 0;
  }
  const { port, hardfork } = options;
  const stack = await startStack({ port, hardfork, release: releaseOf(undefined) }, progressOn(process.stderr));
  try {
    const introduction = await introduce(stack.system);
    const developers = crowdOf(stack.system.chain, "developer", DEVELOPERS);
    console.log(options.json ? jsonOf(stack, developers) : [...introduction, ...linesOf(stack, port)].join("\n"));
    await holdOn(stack.system);
  } finally {
    await stack.close();
  }
  return 0;
});
