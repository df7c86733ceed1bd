import { accountStatus, CardflowError } from "@cardflow/sdk";
import { withoutUrlSecrets } from "@cardflow/sdk/errors";
import { formatEther } from "viem";
import { getBalance, getBlock } from "viem/actions";
import { chainIdAt, type Network, networkOf, recordOf, recordsOf, urlOf } from "../chain/network.ts";
import { command } from "../command.ts";
import type { Context } from "../context.ts";
import { dollars, duration, tokens } from "../terminal/format.ts";
import { codeFindings, type Finding, findingsText } from "./health.ts";

/** Oldest Node.js that runs this, as package.json says. */
const oldestNode = 20;

export const doctor = command({
  description:
    "Check your setup: Node.js, node, chain, code, account, balances; says what is missing and how to fix it",
  args: {},
  examples: ["cardflow doctor"],
  run: async (context) => {
    const findings = [nodeFinding(), ...(await examine(context))];
    const faulty = findings.some(({ level }) => level === "fault");
    return {
      data: { ready: !faulty, findings },
      text: (view) =>
        `${findingsText(view, findings)}\n\n${view.mark(faulty ? "fault" : "ok")} ${faulty ? "something is missing" : "ready"}`,
      faulty,
    };
  },
});

const nodeFinding = (): Finding => {
  const { node } = process.versions;
  const old = Number(node.split(".")[0]) < oldestNode;
  return { what: "Node.js", level: old ? "fault" : "ok", found: node, remedy: `Install ${oldestNode} or newer.` };
};

/** Looks as far as it can: what cannot be looked at without what is missing is left out. */
const examine = async (context: Context): Promise<readonly Finding[]> => {
  const { io, options } = context;
  const findings: Finding[] = [];
  const look = async <Found>(
    what: string,
    read: () => Promise<Found>,
    say: (found: Found) => readonly Finding[],
  ): Promise<Found | undefined> => {
    try {
      const found = await read();
      findings.push(...say(found));
      return found;
    } catch (cause) {
      if (!(cause instanceof CardflowError)) throw cause;
      findings.push({ what, level: "fault", found: cause.message, remedy: cause.remedy });
      return undefined;
    }
  };
  const records = await look(
    "deployments",
    () => recordsOf(io, options),
    (known) => [
      {
        what: "deployments",
        level: "ok",
        found: `known on chain ${known.map(({ deployment }) => deployment.chainId).join(", ")}`,
      },
    ],
  );
  const url = await look(
    "node",
    async () => urlOf(io, options),
    () => [],
  );
  const chainId =
    url === undefined
      ? undefined
      : await look(
          "node",
          () => chainIdAt(url),
          (id) => [{ what: "node", level: "ok", found: `${withoutUrlSecrets(url)} answers, chain ${id}` }],
        );
  const network =
    url === undefined || chainId === undefined || records === undefined
      ? undefined
      : await look(
          "chain",
          async () => networkOf(io, url, recordOf(records, chainId)),
          () => [],
        );
  const sound =
    network === undefined
      ? undefined
      : await look(
          "code",
          () => codeFindings(network),
          (code) => code,
        );
  const account = await look(
    "account",
    () => context.account(),
    (address) => [
      {
        what: "account",
        level: context.hasKey ? "ok" : "warning",
        found: `${address}${context.hasKey ? "" : ", without its key: you can look, not act"}`,
        remedy: "Pass --keystore FILE, or set CARDFLOW_KEYSTORE or CARDFLOW_PRIVATE_KEY.",
      },
    ],
  );
  if (network === undefined || account === undefined || sound?.some(({ level }) => level === "fault") !== false)
    return findings;
  await look(
    "clock",
    () => getBlock(network.client),
    ({ timestamp }) => [clockFinding(Number(timestamp))],
  );
  await look(
    "balances",
    () => balances(network, account),
    (found) => found,
  );
  return findings;
};

/** Seconds by which the latest block may be old before something seems wrong. */
const lateAfter = 3_600;

const clockFinding = (time: number): Finding => {
  const late = Math.floor(Date.now() / 1000) - time;
  return {
    what: "latest block",
    level: late > lateAfter ? "warning" : "ok",
    found: late >= 0 ? `${duration(late)} old` : `${duration(-late)} ahead of this machine's clock`,
    remedy: "The node may have lost the chain, or be a local one that stands still.",
  };
};

const balances = async ({ client, deployment }: Network, account: `0x${string}`): Promise<readonly Finding[]> => {
  const [gas, status] = await Promise.all([
    getBalance(client, { address: account }),
    accountStatus(client, { deployment, account }),
  ]);
  return [
    {
      what: "gas",
      level: gas === 0n ? "fault" : "ok",
      found: `${formatEther(gas)} of the chain's coin`,
      remedy: "Fund the account with the chain's coin; on a test chain, from a faucet.",
    },
    {
      what: "CARD",
      level: status.walletTokens === 0n ? "warning" : "ok",
      found: `${tokens(status.walletTokens)} in the wallet`,
      remedy: "Needed to stake, to buy shares and to make dollars; on a test chain, from the deployment's faucet.",
    },
    {
      what: "cfUSD",
      level: status.available + status.walletDollars === 0n ? "warning" : "ok",
      found: `${dollars(status.available)} available, ${dollars(status.walletDollars)} in the wallet`,
      remedy: "Needed to rent: cardflow dollar mint --dollars 100, or rent with --pay-in-card.",
    },
  ];
};
