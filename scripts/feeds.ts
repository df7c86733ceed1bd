import { createClient, defineChain, formatUnits, http, parseAbi, parseUnits } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { readContract, waitForTransactionReceipt, writeContract } from "viem/actions";
import { runCommand } from "./deployment/command.ts";
import { connectDeployer, openHardhat, placeOf } from "./deployment/environment.ts";
import { DeploymentError, need } from "./deployment/failure.ts";
import { FEEDS_USAGE, readFeedsOptions } from "./deployment/options.ts";
import { entryOf, readRegistry } from "./deployment/registry.ts";

const mockAbi = parseAbi([
  "function decimals() view returns (uint8)",
  "function latestRoundData() view returns (uint80, int256 answer, uint256, uint256, uint80)",
  "function setAnswer(int256 answer)",
]);

await runCommand(async () => {
  const options = readFeedsOptions(process.argv.slice(2));
  if (options.help) {
    console.log(FEEDS_USAGE);
    return 0;
  }
  const { network, rpc, state, price } = options;
  const place = placeOf(network, state);
  const entry = need(entryOf(await readRegistry(place.registry), network.chainId), `a deployment on ${network.name}`);
  const { primaryFeed, secondFeed } = entry.testContracts;
  if (primaryFeed === undefined || secondFeed === undefined)
    throw new DeploymentError(`the price feeds of ${network.name} are no mocks: nobody can set them`);

  const { url, key } = await connectDeployer(await openHardhat("default"), network, rpc);
  const chain = defineChain({
    id: network.chainId,
    name: network.name,
    nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: [url] } },
  });
  const account = privateKeyToAccount(key);
  const client = createClient({ account, chain, transport: http(url) });
  for (const { address } of [primaryFeed, secondFeed]) {
    const at = { address, abi: mockAbi } as const;
    const [, before] = await readContract(client, { ...at, functionName: "latestRoundData" });
    const decimals = await readContract(client, { ...at, functionName: "decimals" });
    const answer = price === undefined ? before : parseUnits(price, decimals);
    const hash = await writeContract(client, { ...at, functionName: "setAnswer", args: [answer] });
    const { blockNumber } = await waitForTransactionReceipt(client, { hash });
    console.log(`${address} answers $${formatUnits(answer, decimals)} as of block ${blockNumber}`);
  }
  return 0;
});
