import { parseEther, zeroAddress } from "viem";
import { readContract } from "viem/actions";
import { MODELS, REGIONS } from "../../../ignition/catalogue.ts";
import { cardRegistryAbi, dollarMinterAbi, priceOracleAbi, rentalMarketAbi } from "../../../sdk/src/abis/index.ts";
import { each } from "../../demo/each.ts";
import { leavesOf } from "../release.ts";
import { compare, type Finding, judge, type Look } from "./finding.ts";

/** Whether the contracts' parameters are those of the parameter file. */
export const parameterFindings = async (look: Look): Promise<Finding[]> => [
  ...(await minterFindings(look)),
  ...(await marketFindings(look)),
  ...(await oracleFindings(look)),
  ...(await catalogueFindings(look)),
];

const eachField = (contract: string, expected: object, actual: object): Finding[] => {
  const found = leavesOf(actual);
  return Object.entries(leavesOf(expected)).map(([name, value]) =>
    compare(`parameter ${contract}.${name}`, value, found[name]),
  );
};

const minterFindings = async ({ reader, deployment, parameters: { Cardflow }, block }: Look): Promise<Finding[]> => {
  const at = { address: deployment.addresses.dollarMinter, abi: dollarMinterAbi, blockNumber: block.number } as const;
  const { dollarFeeBps, gateBps, ceilingBps, openMintBps, leaseMintBps, openLaneBps, earnedLaneBps, hardCeiling } =
    Cardflow;
  const expected = {
    feeBps: dollarFeeBps,
    gateBps,
    ceilingBps,
    openMintBps,
    leaseMintBps,
    openLaneBps,
    earnedLaneBps,
    hardCeiling,
  };
  return [
    ...eachField("DollarMinter", expected, await readContract(reader, { ...at, functionName: "parameters" })),
    compare(
      "parameter DollarMinter.treasury",
      Cardflow.treasury,
      await readContract(reader, { ...at, functionName: "treasury" }),
    ),
  ];
};

const marketFindings = async ({ reader, deployment, parameters: { Cardflow }, block }: Look): Promise<Finding[]> => {
  const { feeBps, tokenFeeBps, longestMinDuration } = Cardflow;
  const actual = await readContract(reader, {
    address: deployment.addresses.rentalMarket,
    abi: rentalMarketAbi,
    functionName: "parameters",
    blockNumber: block.number,
  });
  return eachField("RentalMarket", { feeBps, tokenFeeBps, longestMinDuration }, actual);
};

const oracleFindings = async ({ reader, deployment, parameters, entry, block }: Look): Promise<Finding[]> => {
  const { primarySource, secondSource, sequencerFeed } = parameters.Cardflow;
  const { testContracts } = entry;
  const at = { address: deployment.addresses.priceOracle, abi: priceOracleAbi, blockNumber: block.number } as const;
  const slots = [
    ["primarySource", { ...primarySource, feed: primarySource.feed ?? testContracts.primaryFeed?.address }],
    ["secondSource", { ...secondSource, feed: secondSource.feed ?? testContracts.secondFeed?.address }],
  ] as const;
  const sources = await each(slots, async ([name, expected], slot) =>
    eachField(
      `PriceOracle.${name}`,
      expected,
      await readContract(reader, { ...at, functionName: "source", args: [slot] }),
    ),
  );
  const sequencer = sequencerFeed ?? testContracts.sequencerFeed?.address ?? zeroAddress;
  const actual = await readContract(reader, { ...at, functionName: "sequencer" });
  return [...sources.flat(), compare("parameter PriceOracle.sequencer", sequencer, actual)];
};

/** Models and regions that the deployment began with; governance may have added others. */
const catalogueFindings = async ({ reader, deployment, block }: Look): Promise<Finding[]> => {
  const at = { address: deployment.addresses.cardRegistry, abi: cardRegistryAbi, blockNumber: block.number } as const;
  const models = await each(MODELS, async ({ id, name, memoryMiB, referenceDollars, minimumBondDollars }) => {
    const expected = {
      name,
      memoryMiB,
      referenceValue: parseEther(`${referenceDollars}`),
      minimumBond: parseEther(`${minimumBondDollars}`),
    };
    return eachField(
      `CardRegistry.model ${id}`,
      expected,
      await readContract(reader, { ...at, functionName: "model", args: [id] }),
    );
  });
  const regions = await each(REGIONS, async ({ id, name }) =>
    compare(
      `parameter CardRegistry.region ${id}`,
      name,
      await readContract(reader, { ...at, functionName: "region", args: [id] }),
    ),
  );
  const wrong = [...models.flat(), ...regions].filter(({ verdict }) => verdict !== "ok");
  return wrong.length > 0
    ? wrong
    : [
        judge(
          "parameters of CardRegistry",
          "ok",
          `${MODELS.length} models and ${REGIONS.length} regions of the catalogue`,
        ),
      ];
};
