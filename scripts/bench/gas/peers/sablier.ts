import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Abi, concatHex, type Hex, isHex, padHex, parseEther, sliceHex } from "viem";
import { z } from "zod";
import { DemoError } from "../../../demo/failure.ts";
import { type Compiled, type Contracts, PEERS } from "./compile.ts";
import type { PeerKey } from "./known.ts";
import type { Deployed, Lab } from "./lab.ts";

const ONE = parseEther("1");
const HOUR = 3600;

const Place = z.object({ start: z.number(), length: z.number() });
const Artifact = z.object({
  abi: z.custom<Abi>(Array.isArray),
  bytecode: z.object({
    object: z.string(),
    linkReferences: z.record(z.string(), z.record(z.string(), z.array(Place))).default({}),
  }),
});

/** A contract as its own developers compiled it, with its libraries' addresses put in. */
const published = (path: string, libraries: Readonly<Record<string, Deployed>> = {}): Compiled => {
  const { abi, bytecode } = Artifact.parse(JSON.parse(readFileSync(join(PEERS, "node_modules", path), "utf8")));
  const filled = bytecode.object.replace(/__\$[0-9a-f]{34}\$__/g, "0".repeat(40));
  if (!isHex(filled)) throw new DemoError(`${path} holds no bytecode`);
  let code: Hex = filled;
  for (const [name, places] of Object.values(bytecode.linkReferences).flatMap((file) => Object.entries(file))) {
    const library = libraries[name];
    if (library === undefined) throw new DemoError(`${path} needs the library ${name}`);
    for (const { start, length } of places) code = replaced(code, start, padHex(library.address, { size: length }));
  }
  return { abi, bytecode: code };
};

const replaced = (code: Hex, start: number, part: Hex): Hex =>
  concatHex([sliceHex(code, 0, start), part, sliceHex(code, start + (part.length - 2) / 2)]);

/** Streams of Sablier as published: one that is open-ended and one with an end. */
export const measureSablier = async (lab: Lab, contracts: Contracts): Promise<[PeerKey, number][]> => {
  const { chain, maker, taker, deploy, call } = lab;
  const token = await deploy(contracts("OpenZeppelinToken"));
  const comptroller = (await deploy(contracts("FreeComptroller"))).address;
  const descriptor = comptroller; // asked only for pictures

  const flow = await deploy(published("@sablier/flow/artifacts/SablierFlow.json"), [comptroller, descriptor]);
  await call(maker, token, "approve", [flow.address, parseEther("1000000")]);
  await call(maker, token, "transfer", [taker.address, ONE]);
  const stream = [maker.address, taker.address, ONE / 1_000_000n, 0, token.address, true, ONE];
  await call(maker, flow, "createAndDeposit", stream);
  const flowCreate = await call(maker, flow, "createAndDeposit", stream);
  const flowDeposit = await call(maker, flow, "deposit", [2n, ONE, maker.address, taker.address]);
  const withdrawal = async () => {
    await chain.moveTo((await chain.now()) + HOUR);
    return call(taker, flow, "withdrawMax", [2n, taker.address]);
  };
  await withdrawal();
  const flowWithdraw = await withdrawal();

  return [
    ["sablier.flowCreate", flowCreate],
    ["sablier.flowDeposit", flowDeposit],
    ["sablier.flowWithdraw", flowWithdraw],
    ["sablier.lockupCancel", await measureCancel(lab, token, [comptroller, descriptor])],
  ];
};

const measureCancel = async ({ chain, maker, taker, deploy, call }: Lab, token: Deployed, args: readonly Hex[]) => {
  const folder = "@sablier/lockup/artifacts";
  const libraries = {
    LockupMath: await deploy(published(`${folder}/libraries/LockupMath.json`)),
    LockupHelpers: await deploy(published(`${folder}/libraries/LockupHelpers.json`)),
  };
  const lockup = await deploy(published(`${folder}/SablierLockup.json`, libraries), args);
  await call(maker, token, "approve", [lockup.address, parseEther("1000000")]);
  const terms = {
    sender: maker.address,
    recipient: taker.address,
    depositAmount: ONE,
    token: token.address,
    cancelable: true,
    transferable: true,
    shape: "",
  };
  const durations = { cliff: 0, total: 24 * HOUR };
  await call(maker, lockup, "createWithDurationsLL", [terms, { start: 0n, cliff: 0n }, 1, durations]);
  await chain.moveTo((await chain.now()) + HOUR);
  return call(maker, lockup, "cancel", [1n]);
};
