/// <reference types="node" />
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { getAddress, type Hex, isAddress, isHex } from "viem";
import { estimateFeesPerGas, getBlockNumber, getCode, sendTransaction, waitForTransactionReceipt } from "viem/actions";
import * as z from "zod/mini";
import type { CardflowClient } from "../client/types.ts";
import type { Deployment } from "../deployments/deployment.ts";
import { testAccount } from "./accounts.ts";
import { NodeUnusableError, RecordingMissingError } from "./testingErrors.ts";

const address = z.pipe(
  z.string().check(z.refine((text) => isAddress(text))),
  z.transform((text) => getAddress(text)),
);
const bytes = z.custom<Hex>((value) => isHex(value));

const recordingSchema = z.object({
  /** Hash of the sources, and the compiler profile: what it was made of. */
  source: z.string(),
  profile: z.string(),
  addresses: z.object({
    accessManager: address,
    computeToken: address,
    computeDollar: address,
    priceOracle: address,
    dollarMinter: address,
    cardRegistry: address,
    supplierStaking: address,
    renterStaking: address,
    leaseLedger: address,
    rentalMarket: address,
    revenueShareFactory: address,
  }),
  /** Price feeds that anyone can set, and the faucet. */
  feeds: z.array(address),
  faucet: address,
  /** All that the deployer sent, from its first nonce on; so every contract gets the address it had. */
  transactions: z.array(z.object({ to: z.optional(address), data: bytes, gas: z.number() })),
});

/** The transactions that deploy Cardflow, recorded from the deployment modules, and the addresses they lead to. */
export type Recording = z.infer<typeof recordingSchema>;

/** Where the recording stands: beside this module. */
export const recordingFile = new URL("./recording.json", import.meta.url);

/** @throws RecordingMissingError */
export const readRecording = async (): Promise<Recording> => {
  try {
    return recordingSchema.parse(JSON.parse(await readFile(recordingFile, "utf8")));
  } catch (cause) {
    throw new RecordingMissingError(fileURLToPath(recordingFile), { cause });
  }
};

/** Sends the recorded transactions from the deployer's client; a chain on which the contracts stand already is left as it is. */
export const replay = async (recording: Recording, client: CardflowClient, chainId: number): Promise<Deployment> => {
  const { addresses, transactions } = recording;
  if ((await getCode(client, { address: addresses.rentalMarket })) !== undefined)
    return { chainId, startBlock: 0n, addresses };
  const startBlock = (await getBlockNumber(client, { cacheTime: 0 })) + 1n;
  const { account } = testAccount("deployer");
  const { maxFeePerGas } = await estimateFeesPerGas(client);
  const fees = { maxFeePerGas: 10n * maxFeePerGas, maxPriorityFeePerGas: 1n };
  for (const [nonce, { to, data, gas }] of transactions.entries()) {
    const request = { account, chain: client.chain ?? null, nonce, data, gas: BigInt(gas), ...fees };
    const hash = await sendTransaction(client, { ...request, ...(to !== undefined && { to }) });
    const { status } = await waitForTransactionReceipt(client, { hash });
    if (status === "reverted") throw new NodeUnusableError(`transaction ${nonce} of the deployment reverted`);
  }
  return { chainId, startBlock, addresses };
};
