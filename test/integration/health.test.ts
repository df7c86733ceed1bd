import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { expect } from "chai";
import { type Address, encodeFunctionData, type Hex, maxUint128 } from "viem";
import { sendTransaction, waitForTransactionReceipt } from "viem/actions";
import { giveTokens, provideDollars } from "../../scripts/demo/dollars.ts";
import { inTurn } from "../../scripts/demo/each.ts";
import { need } from "../../scripts/demo/failure.ts";
import type { FleetCard } from "../../scripts/demo/fleet.ts";
import { type Person, personOf } from "../../scripts/demo/people.ts";
import { silent } from "../../scripts/demo/progress.ts";
import { root } from "../../scripts/deployment/environment.ts";
import { examine, type Health } from "../../scripts/deployment/health/examine.ts";
import { type Stack, startStack } from "../../scripts/deployment/local.ts";
import { LOCALHOST } from "../../scripts/deployment/networks.ts";
import { type Parameters, readParameters } from "../../scripts/deployment/parameters.ts";
import { accessManagerAbi, priceOracleAbi } from "../../sdk/src/abis/index.ts";
import {
  accountStatus,
  approveToken,
  buyShares,
  extendLease,
  finaliseSale,
  parseDollars,
  parseShares,
  parseTokens,
  pauseMatches,
  redeemDollar,
  takeAsk,
  tokenizeCard,
  withdraw,
} from "../../sdk/src/index.ts";
import {
  CHAIN_FAULTS,
  GIVER,
  type GovernanceFault,
  PARAMETER_FAULTS,
  ROLE_FAULTS,
  WIRING_FAULTS,
} from "./support/faults.ts";
import { ask } from "./support/storage.ts";

const HOUR = 3_600;
const DAY = 24 * HOUR;
/** How long leases run: beyond the longest delay of governance. */
const LEASE = 45 * DAY;

const GOVERNANCE: readonly GovernanceFault[] = [...ROLE_FAULTS, ...WIRING_FAULTS, ...PARAMETER_FAULTS];

describe("health of a deployment", () => {
  let stack: Stack;
  let folder: string;
  let parameters: Parameters;
  let snapshot: unknown;
  const scheduled = new Map<string, { readonly to: Address; readonly data: Hex }>();

  const look = (): Promise<Health> =>
    examine(stack.system.chain.reader, { network: LOCALHOST, entry: stack.entry, parameters });

  const faultsOf = ({ findings }: Health): string[] =>
    findings.flatMap(({ subject, verdict, detail }) => (verdict === "fault" ? [`${subject} ${detail}`] : []));

  const send = async ({ client, account }: Person, to: Address, data: Hex): Promise<void> => {
    const hash = await sendTransaction(client, { account, chain: null, to, data });
    const { status } = await waitForTransactionReceipt(client, { hash });
    expect(status).to.equal("success");
  };

  const rent = async (renter: Person, card: FleetCard, payInToken = false): Promise<bigint> => {
    const { deployment } = stack.system;
    const take = {
      thousandths: 1_000,
      duration: LEASE,
      maxRatePerSecond: card.ask.ratePerSecond,
      payInToken,
      maxTokenIn: payInToken ? maxUint128 : 0n,
      accessKeyHash: `0x${"00".repeat(32)}`,
    } as const;
    const args = { deployment, ask: card.ask, signature: card.signature, take };
    return need((await takeAsk(renter.client, args, { wait: true })).result, "a lease");
  };

  /** Hands somebody CARD that the minter may burn. */
  const giveBurnable = async (to: Person): Promise<void> => {
    const { computeToken: token, dollarMinter: spender } = stack.system.deployment.addresses;
    const amount = parseTokens("100000");
    await giveTokens(stack.system, to, amount);
    await approveToken(to.client, { token, spender, amount }, { wait: true });
  };

  /** A lease paid in CARD that somebody who does nothing else extends for another minute, far below the least mint. */
  const give = async (renter: Person, card: FleetCard): Promise<void> => {
    const { chain, deployment } = stack.system;
    const giver = personOf(chain, GIVER);
    await chain.fund([giver.address]);
    for (const payer of [renter, giver]) await giveBurnable(payer);
    const leaseId = await rent(renter, card, true);
    const args = { deployment, leaseId, added: 60, maxTokenIn: maxUint128 };
    await extendLease(giver.client, args, { wait: true });
    expect((await accountStatus(chain.reader, { deployment, account: giver.address })).available > 0n).to.equal(true);
  };

  const sell = async (card: FleetCard, buyer: Person): Promise<void> => {
    const { chain, deployment } = stack.system;
    const now = await chain.now();
    const supply = parseShares("100");
    const cost = parseTokens("100");
    const terms = {
      supply,
      price: parseTokens("1"),
      minimumRaise: cost,
      promisedRevenue: parseDollars("100"),
      floorRate: 1n,
      floorDecayBps: 0,
      upfrontBps: 2_000,
      saleEnd: now + DAY,
      term: 2 * LEASE,
    };
    const { result: share } = await tokenizeCard(
      card.host.owner.client,
      { deployment, cardId: card.id, terms },
      { wait: true },
    );
    await giveTokens(stack.system, buyer, cost);
    const token = deployment.addresses.computeToken;
    await approveToken(buyer.client, { token, spender: share, amount: cost }, { wait: true });
    await buyShares(buyer.client, { share, shares: supply, maxCost: cost, deadline: now + DAY }, { wait: true });
    await finaliseSale(buyer.client, { share }, { wait: true });
  };

  /** Running leases, a card sold in shares, dollars made and turned back: so that the identities have something to add up. */
  const live = async (): Promise<void> => {
    const { system, cards } = stack;
    const { chain, deployment } = system;
    const [renter, buyer] = [personOf(chain, "renter"), personOf(chain, "buyer")];
    await chain.fund([renter.address, buyer.address]);
    const cheapest = [...cards].sort((a, b) => Number(a.ask.ratePerSecond - b.ask.ratePerSecond));
    const [rented, sold, given] = [
      need(cheapest[0], "a card"),
      need(cheapest[1], "another"),
      need(cheapest[2], "a third"),
    ];
    await sell(sold, buyer);
    const spare = parseDollars("100");
    const due = (rented.ask.ratePerSecond + sold.ask.ratePerSecond) * BigInt(LEASE);
    await provideDollars(system, renter, due + spare, "approval");
    await inTurn([rented, sold], (card) => rent(renter, card));
    await give(renter, given);
    await withdraw(renter.client, { deployment, amount: spare / 2n, to: renter.address }, { wait: true });
    const deadline = (await chain.now()) + HOUR;
    await redeemDollar(
      renter.client,
      { deployment, dollarIn: spare / 4n, minOut: 0n, to: renter.address, deadline },
      { wait: true },
    );
  };

  /** Announces every change of governance for one moment, and waits until then. */
  const announce = async (): Promise<void> => {
    const { chain, deployment, timelock } = stack.system;
    const when = (await chain.now()) + 31 * DAY;
    for (const { title, call } of GOVERNANCE) {
      const { contract, abi, name, args } = call(deployment.addresses, stack);
      const to = deployment.addresses[contract];
      const data = encodeFunctionData({ abi, functionName: name, args: [...args] });
      scheduled.set(title, { to, data });
      const order = encodeFunctionData({ abi: accessManagerAbi, functionName: "schedule", args: [to, data, when] });
      await send(timelock, deployment.addresses.accessManager, order);
    }
    await chain.moveTo(when);
    await stack.system.refreshFeeds();
    const poke = encodeFunctionData({ abi: priceOracleAbi, functionName: "poke" });
    await send(stack.system.keeper, deployment.addresses.priceOracle, poke);
  };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "cardflow-health-"));
    const place = { ignition: folder, registry: join(folder, "deployments.json") };
    parameters = await readParameters(join(root, "ignition", "parameters", "localhost.json5"));
    stack = await startStack({ port: 0, release: "health", place }, silent);
    await live();
    await announce();
  });

  after(async () => {
    await stack.close();
    await rm(folder, { recursive: true, force: true });
  });

  beforeEach(async () => {
    snapshot = await ask(stack.system.chain.reader, "evm_snapshot", []);
  });

  afterEach(() => ask(stack.system.chain.reader, "evm_revert", [snapshot]));

  /** Each expected line is said by one fault, and there is no other. */
  const expectFaults = async (says: readonly RegExp[]): Promise<void> => {
    const health = await look();
    const faults = faultsOf(health);
    for (const line of says)
      expect(
        faults.filter((fault) => line.test(fault)),
        `${line} in:\n${faults.join("\n")}`,
      ).to.have.length(1);
    expect(faults, faults.join("\n")).to.have.length(says.length);
    expect(health.healthy).to.equal(false);
  };

  it("is good while leases run, a card is sold and changes of governance wait for their day", async () => {
    const health = await look();
    expect(faultsOf(health)).to.deep.equal([]);
    expect(health.healthy).to.equal(true);
    const waiting = health.findings.filter(({ subject }) => subject === "scheduled operation");
    expect(waiting.map(({ verdict }) => verdict)).to.deep.equal(GOVERNANCE.map(() => "note"));
    const i7 = need(
      health.findings.find(({ subject }) => subject.startsWith("I7")),
      "I7",
    );
    expect(i7.detail).to.match(/^[1-9][0-9]+\.?[0-9]* of [1-9]/);
  });

  it("has its asks in a file of its own port, so that another stack beside it overwrites none", () => {
    const { port } = new URL(stack.system.chain.url);
    expect(basename(stack.asks)).to.equal(`asks-${port}.json`);
  });

  it("is good, with a note, in a pause", async () => {
    const { guardian, chain, deployment } = stack.system;
    const until = (await chain.now()) + HOUR;
    await pauseMatches(guardian.client, { deployment, until }, { wait: true });
    const health = await look();
    expect(faultsOf(health)).to.deep.equal([]);
    expect(health.findings.filter(({ subject }) => subject === "pause of matches")).to.have.length(1);
  });

  for (const { title, says } of GOVERNANCE) {
    it(`names ${title}`, async () => {
      const { to, data } = need(scheduled.get(title), title);
      await send(stack.system.timelock, to, data);
      await expectFaults(says);
    });
  }

  for (const { title, says, plant } of CHAIN_FAULTS) {
    it(`names ${title}`, async () => {
      await plant(stack);
      await expectFaults(says);
    });
  }

  /** The command as people run it. */
  const command = (...words: string[]): Promise<{ readonly code: number; readonly out: string }> =>
    new Promise((resolve) => {
      const args = ["scripts/health.ts", "--network", "localhost", "--rpc", stack.system.chain.url, "--state", folder];
      execFile(process.execPath, [...args, ...words], { cwd: root }, (error, stdout) =>
        resolve({ code: typeof error?.code === "number" ? error.code : 0, out: stdout }),
      );
    });

  it("is told by the exit code, in lines and as JSON", async () => {
    const good = await command();
    expect(good.code, good.out).to.equal(0);
    expect(good.out).to.match(/HEALTHY: \d+ looks/);
    const { to, data } = need(scheduled.get("another guardian"), "another guardian");
    await send(stack.system.timelock, to, data);
    const bad = await command("--json");
    expect(bad.code).to.equal(1);
    const told: Health = JSON.parse(bad.out);
    expect(told.healthy).to.equal(false);
    expect(faultsOf(told))
      .to.have.length(1)
      .and.to.match(/role guardian is held by 0x5757/);
  });
});
