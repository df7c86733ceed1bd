import { parseEther } from "viem";
import type { Contracts } from "./compile.ts";
import type { PeerKey } from "./known.ts";
import type { Lab } from "./lab.ts";

const ONE = parseEther("1");
const MANY = parseEther("1000000");

/** Transfers between two who hold already, deposits in vaults, and what a token of its own costs. */
export const measureTokens = async (lab: Lab, contracts: Contracts): Promise<[PeerKey, number][]> => {
  const { maker, taker, deploy, call } = lab;
  const figures: [PeerKey, number][] = [];

  const transfers = [
    ["solady.transfer", "SoladyToken"],
    ["solmate.transfer", "SolmateToken"],
    ["openzeppelin.transfer", "OpenZeppelinToken"],
  ] as const;
  for (const [key, name] of transfers) {
    const token = await deploy(contracts(name));
    await call(maker, token, "transfer", [taker.address, ONE]);
    figures.push([key, await call(maker, token, "transfer", [taker.address, 1n])]);
  }

  const votes = await deploy(contracts("VotesToken"));
  await call(maker, votes, "delegate", [maker.address]);
  await call(taker, votes, "delegate", [taker.address]);
  await call(maker, votes, "transfer", [taker.address, ONE]);
  figures.push(["openzeppelin.votesTransfer", await call(maker, votes, "transfer", [taker.address, 1n])]);

  const clones = await deploy(contracts("ClonedTokens"));
  await call(maker, clones, "create", []);
  figures.push(["openzeppelin.clone", await call(maker, clones, "create", [])]);
  figures.push(["openzeppelin.token", (await deploy(contracts("PermitToken"))).gas]);
  return [...figures, ...(await measureVaults(lab, contracts))];
};

const measureVaults = async ({ maker, taker, deploy, call }: Lab, contracts: Contracts) => {
  const figures: [PeerKey, number][] = [];
  const vaults = [
    ["solady.deposit", "SoladyToken", "SoladyVault"],
    ["solmate.deposit", "SolmateToken", "SolmateVault"],
    ["openzeppelin.deposit", "OpenZeppelinToken", "OpenZeppelinVault"],
  ] as const;
  for (const [key, tokenName, vaultName] of vaults) {
    const token = await deploy(contracts(tokenName));
    const vault = await deploy(contracts(vaultName), [token.address]);
    await call(maker, token, "transfer", [taker.address, MANY]);
    for (const who of [maker, taker]) await call(who, token, "approve", [vault.address, MANY]);
    await call(maker, vault, "deposit", [ONE, maker.address]);
    const first = await call(taker, vault, "deposit", [ONE, taker.address]);
    figures.push([key, await call(taker, vault, "deposit", [ONE, taker.address])]);
    if (key !== "openzeppelin.deposit") continue;
    const half = ONE / 2n;
    figures.push(["openzeppelin.depositFirst", first]);
    figures.push(["openzeppelin.withdraw", await call(taker, vault, "withdraw", [half, taker.address, taker.address])]);
  }
  return figures;
};
