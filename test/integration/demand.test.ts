import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { catalogueModel, hostsOf, tasksOf } from "../../scripts/demo/demand.ts";
import { DemoError } from "../../scripts/demo/failure.ts";
import { planOf } from "../../scripts/demo/main.ts";
import { readOptions } from "../../scripts/demo/options.ts";
import { planDemand } from "../../scripts/demo/placement.ts";
import { CsvFormatError } from "../../scripts/lib/openb.ts";

const DAY = 86_400;
const HOST_HEADER = "sn,cpu_milli,memory_mib,gpu,model";
const TASK_HEADER = "name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,creation_time,deletion_time,scheduled_time";

const located = (read: () => unknown): Pick<CsvFormatError, "line" | "column" | "expected"> => {
  try {
    read();
  } catch (error) {
    if (error instanceof CsvFormatError) return { line: error.line, column: error.column, expected: error.expected };
    throw error;
  }
  return expect.fail("nothing was thrown");
};

const host = (...rows: string[]) => hostsOf([HOST_HEADER, ...rows].join("\n"), "hosts.csv");
const tasks = (...rows: string[]) => tasksOf([TASK_HEADER, ...rows].join("\n"), "tasks.csv");

describe("real demand", () => {
  describe("files", () => {
    it("says line, column and what was expected of a host", () => {
      expect(located(() => host("h-0,64000,262144,2,P100", "h-1,64000,many,2,P100"))).to.deep.equal({
        line: 3,
        column: 3,
        expected: "a whole number of at least 0",
      });
      const { line, column, expected } = located(() => host("h-0,64000,262144,2,P100", "h-1,1,1,2,Voodoo2"));
      expect({ line, column }).to.deep.equal({ line: 3, column: 5 });
      expect(expected).to.contain("V100M32");
    });

    it("says line, column and what was expected of a task", () => {
      expect(located(() => tasks("a,1,1,1,1001,,0,10,0"))).to.deep.equal({
        line: 2,
        column: 5,
        expected: "a whole number from 1 to 1000",
      });
      expect(located(() => tasks("a,1,1,1,1000,,0,10,0", "b,1,1,1,1000,,0,,0"))).to.deep.equal({
        line: 3,
        column: 8,
        expected: "the second at which the task ended",
      });
      expect(located(() => tasks("a,1,1,1,1000,,,10,"))).to.deep.equal({
        line: 2,
        column: 7,
        expected: "the second at which the task began",
      });
      expect(located(() => tasks("a,1,1,1,1000,,20,10,30"))).to.deep.equal({
        line: 2,
        column: 8,
        expected: "a second not before the task began (30)",
      });
    });

    it("wants the columns of times", () => {
      const text = "name,cpu_milli,memory_mib,num_gpu,gpu_milli\na,1,1,1,1000";
      expect(located(() => tasksOf(text, "tasks.csv"))).to.deep.equal({
        line: 1,
        column: 6,
        expected: 'a column "creation_time": demand is played with its real times',
      });
    });

    it("knows the columns of times by any end of line", () => {
      const text = "name,cpu_milli,memory_mib,num_gpu,gpu_milli,creation_time,deletion_time\ra,1,1,1,1000,0,900\r";
      expect(tasksOf(text, "tasks.csv")).to.have.lengthOf(1);
    });

    it("orders tasks by when they began, and leases them for ten minutes at least", () => {
      const read = tasks("b,1,1,1,250,,100,5000,200", "a,1,1,1,1000,,50,60,", "c,1,1,4,0,T4|P100,200,900,200");
      expect(read.map(({ name, start, duration }) => ({ name, start, duration }))).to.deep.equal([
        { name: "a", start: 50, duration: 600 },
        { name: "b", start: 200, duration: 4_800 },
        { name: "c", start: 200, duration: 700 },
      ]);
      expect(read.map(({ cards, thousandths, models }) => ({ cards, thousandths, models }))).to.deep.equal([
        { cards: 1, thousandths: 1000, models: [] },
        { cards: 1, thousandths: 250, models: [] },
        { cards: 4, thousandths: 1000, models: ["T4", "P100"] },
      ]);
    });

    it("knows the models of the files and of the catalogue", () => {
      expect(catalogueModel("V100M32")?.memoryMiB).to.equal(32 * 1024);
      expect(catalogueModel("h100")?.name).to.equal("NVIDIA H100 80GB");
      expect(catalogueModel("nvidia l4 24gb")?.name).to.equal("NVIDIA L4 24GB");
      expect(catalogueModel("Voodoo2")).to.equal(undefined);
    });
  });

  describe("plan", () => {
    const one = host("h-0,8000,8000,1,T4");

    it("gives an eighth of a card at least, and takes no ninth lease", () => {
      const rows = Array.from({ length: 9 }, (_, index) => `t${index},0,0,1,1,,0,7200,0`);
      const plan = planDemand(one, tasks(...rows));
      expect(plan.placed).to.have.lengthOf(8);
      expect(plan.unplaced).to.deep.equal([
        { task: "t8", reason: "all hosts of the file that it fits on are full at its time" },
      ]);
    });

    it("uses a card again once a lease is over, and adds hosts in the order of the file", () => {
      const two = host("h-0,8000,8000,1,T4", "h-1,8000,8000,1,P100", "h-2,8000,8000,1,T4");
      const rows = ["a,0,0,1,1000,T4,0,3600,0", "b,0,0,1,1000,T4,60,3600,60", "c,0,0,1,1000,T4,4000,9000,4000"];
      const plan = planDemand(two, tasks(...rows));
      expect(plan.fleet.map(({ sn }) => sn)).to.deep.equal(["h-0", "h-2"]);
      expect(plan.placed.map(({ host: index }) => index)).to.deep.equal([0, 1, 0]);
    });

    it("keeps a host's CPU and memory, and refuses more than 366 days", () => {
      const rows = ["cpu,9000,0,1,10,,0,900,0", `long,0,0,1,10,,0,${367 * 86_400},0`];
      expect(planDemand(one, tasks(...rows)).unplaced.map(({ reason }) => reason)).to.deep.equal([
        "asks for more CPU or memory than any host that it accepts has",
        "asks for more than 366 days",
      ]);
    });

    it("refuses what no order would hold: more cards than a bid is for, and a task that begins when no ask stands any more", () => {
      const big = host("h-0,8000,8000,1024,T4");
      const rows = ["all,0,0,254,0,,0,900,0", "more,0,0,255,0,,0,900,0", `late,0,0,1,10,,${367 * DAY},${368 * DAY},`];
      const plan = planDemand(big, tasks(...rows));
      expect(plan.placed.map(({ task }) => task.name)).to.deep.equal(["all"]);
      expect(plan.unplaced.map(({ reason }) => reason)).to.deep.equal([
        "asks for more than 254 cards, the most of one bid",
        "begins more than 366 days after the first task; asks do not stand so long",
      ]);
    });

    it("says so before a node is started where nothing can run", async () => {
      const directory = await mkdtemp(join(tmpdir(), "demand-"));
      const [hosts, wanted] = [join(directory, "hosts.csv"), join(directory, "tasks.csv")];
      await writeFile(hosts, `${HOST_HEADER}\nh-0,8000,8000,0,\n`);
      await writeFile(wanted, `${TASK_HEADER}\na,0,0,1,10,,0,900,0\n`);
      const failure = await planOf({ hosts, tasks: wanted, limit: 1 }).catch((error: unknown) => error);
      await rm(directory, { recursive: true });
      expect(failure).to.be.instanceOf(DemoError);
      expect(String(failure)).to.match(/none of 1 tasks can run .*; a no host has a card$/);
    });
  });

  describe("command line", () => {
    it("is read, or refused with what is wrong", () => {
      expect(readOptions(["--hosts", "a", "--tasks", "b"]).demand).to.deep.equal({
        hosts: "a",
        tasks: "b",
        limit: 300,
      });
      expect(() => readOptions(["--hosts", "a"])).to.throw("--hosts and --tasks go together");
      expect(() => readOptions(["--hosts", "a", "--tasks", "b", "--limit", "0"])).to.throw("found 0");
      expect(() => readOptions(["--jsn"])).to.throw("--jsn");
    });
  });
});
