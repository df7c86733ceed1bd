import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { broken } from "../../scripts/demo/account.ts";
import { type Outcome, runDemo } from "../../scripts/demo/main.ts";
import { printAccount } from "../../scripts/demo/print.ts";
import { silent } from "../../scripts/demo/progress.ts";

const nothing = { keep: false, json: true, help: false };
const amounts = ["gross", "fee", "operators", "holders", "claimed", "unclaimed", "burned", "minted"] as const;

const requireSums = ({ json, account }: Outcome): void => {
  for (const name of amounts) expect(json[name], name).to.match(/^\d+$/);
  const [gross, fee, operators, holders, claimed, unclaimed] = amounts.map((name) => BigInt(json[name]));
  expect(gross).to.equal((fee ?? 0n) + (operators ?? 0n) + (holders ?? 0n));
  expect(holders).to.equal((claimed ?? 0n) + (unclaimed ?? 0n));
  expect(broken(account)).to.deep.equal([]);
};

describe("the demo", () => {
  describe("the story", () => {
    let outcome: Outcome;

    before(async () => {
      outcome = await runDemo(nothing, silent);
    });
    after(() => outcome.close());

    it("adds up to the wei", () => {
      requireSums(outcome);
    });

    it("has the size that it tells of", () => {
      const { cards, hosts, shares, leases, orders, seconds } = outcome.json;
      expect({ cards, hosts, shares }).to.deep.equal({ cards: 120, hosts: 40, shares: 2 });
      expect(outcome.account.models).to.be.at.least(12);
      expect(outcome.play.owners).to.have.lengthOf(10);
      expect(outcome.play.renters).to.have.lengthOf(25);
      expect(leases).to.be.at.least(50);
      expect(orders).to.be.at.least(cards);
      expect(seconds).to.equal(outcome.account.leases.reduce((sum, { start, end }) => sum + end - start, 0));
    });

    it("leaves something unclaimed on purpose, and says for whom", () => {
      expect(BigInt(outcome.json.unclaimed)).to.be.greaterThan(0n);
      const waiting = outcome.account.shares.flatMap(({ holders }) =>
        holders.filter(({ claimable }) => claimable > 0n),
      );
      expect(waiting.map(({ name }) => name)).to.deep.equal(["buyer 10"]);
    });

    it("has a lease paid in CARD, a cluster of eight on one host, and slices", () => {
      const { leases } = outcome.account;
      expect(leases.some(({ paidInToken }) => paidInToken)).to.equal(true);
      const cluster = leases.filter(({ renter }) => renter === outcome.play.renters[0]?.address);
      const hosts = cluster.map(({ cardId }) => outcome.play.cards.find(({ id }) => id === cardId)?.host.name);
      expect(cluster).to.have.lengthOf(8);
      expect(new Set(hosts).size).to.equal(1);
    });

    it("prints an account in which every check holds", () => {
      const lines = printAccount(outcome.play, outcome.account);
      expect(lines.length).to.be.at.most(90);
      expect(lines.filter((line) => line.startsWith("  ✓")).length).to.be.at.least(10);
      expect(lines.filter((line) => line.startsWith("  ✗"))).to.deep.equal([]);
    });

    it("has no plural of one", () => {
      const { play, account } = outcome;
      expect(printAccount(play, account)[0]).to.match(/on 40 hosts; 25 renters took \d+ leases,/);
      const one = { cards: 1, hosts: 1, models: 1, seconds: 1, owners: account.owners.slice(0, 1) };
      const only = { ...account, ...one, renters: account.renters.slice(0, 1), leases: account.leases.slice(0, 1) };
      expect(printAccount(play, only)[0]).to.equal(
        "CARDFLOW: 1 owner put 1 card of 1 model on 1 host; 1 renter took 1 lease, 1 paid second (0.0 card-days).",
      );
    });
  });

  describe("real demand", () => {
    let folder: string;
    let outcome: Outcome;
    const hosts = ["sn,cpu_milli,memory_mib,gpu,model", "h-0,64000,262144,2,P100", "h-1,96000,393216,8,G2"];
    const tasks = [
      "name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,creation_time,deletion_time,scheduled_time",
      "late,1000,1000,1,460,,90000,93600,90000",
      "short,1000,1000,1,1000,,0,60,10",
      "cluster,8000,1000,8,1000,,20,7220,20",
      "cpu,1000,1000,0,0,,30,400,30",
      "missing,1000,1000,1,1000,T4,40,4000,40",
      "huge,1000,1000,9,1000,,50,4000,50",
      "beyond,1000,1000,1,1000,,95000,99000,95000",
    ];

    before(async () => {
      folder = await mkdtemp(join(tmpdir(), "cardflow-demand-"));
      await writeFile(join(folder, "hosts.csv"), hosts.join("\n"));
      await writeFile(join(folder, "tasks.csv"), tasks.join("\n"));
      const demand = { hosts: join(folder, "hosts.csv"), tasks: join(folder, "tasks.csv"), limit: 6 };
      outcome = await runDemo({ ...nothing, demand }, silent);
    });
    after(async () => {
      await outcome.close();
      await rm(folder, { recursive: true, force: true });
    });

    it("adds up to the wei", () => {
      requireSums(outcome);
    });

    it("leases the first tasks in time order for as long as they ran, ten minutes at least", () => {
      const { leases, seconds, hosts: used, cards } = outcome.json;
      expect({ leases, seconds }).to.deep.equal({ leases: 1 + 8 + 1, seconds: 600 + 8 * 7_200 + 3_600 });
      expect({ used, cards }).to.deep.equal({ used: 2, cards: 10 });
    });

    it("names what finds no card, with its reason", () => {
      expect(outcome.play.unplaced).to.deep.equal([
        { task: "cpu", reason: "asks for no GPU" },
        { task: "missing", reason: "no host has a card of T4" },
        { task: "huge", reason: "asks for 9 cards on one host, the largest that it accepts has 8" },
      ]);
    });
  });
});
