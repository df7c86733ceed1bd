import { readFileSync } from "node:fs";
import { expect } from "chai";
import { z } from "zod";
import { FLOORS } from "../../scripts/bench/gas/floors.ts";
import { type Measured, type Operation, operations } from "../../scripts/bench/gas/operations.ts";
import { asJson, asMarkdown, asTable } from "../../scripts/bench/gas/report.ts";
import { committed, differences } from "../../scripts/bench/gas/snapshot.ts";

const Entry = z.object({
  gas: z.number(),
  peer: z.string().optional(),
  peerGas: z.number().optional(),
  peerMeasured: z.boolean().optional(),
  floor: z.number().optional(),
  goal: z.number().optional(),
});
const parsed = (json: string) => z.record(z.string(), Entry).parse(JSON.parse(json));

const ours: Measured = new Map(operations.map(([name], index) => [name, 50_000 + index]));

describe("the gas benchmark's report", () => {
  it("tells measured, recorded and published figures of peers apart", () => {
    const peers = new Map([["solady.transfer", 34_001]] as const);
    const recorded = new Map([
      ["solady.transfer", 1],
      ["openzeppelin.transfer", 34_002],
    ] as const);
    const report = parsed(asJson({ ours, peers, recorded }));
    expect(report["token.transfer"]).to.include({ peer: "solady ERC20", peerGas: 34_001, peerMeasured: true });
    expect(report["dollar.transfer"]).to.include({ peerGas: 34_002, peerMeasured: false });
    expect(report["stake.request"]).to.include({ peer: "Livepeer unbond", peerGas: 446_267, peerMeasured: false });
    expect(report["match.fresh"]).to.not.have.property("peer");
  });

  it("is one line of JSON and names each operation once in every form", () => {
    const results = { ours, peers: new Map(), recorded: new Map() };
    expect(asJson(results)).to.not.include("\n");
    expect(Object.keys(parsed(asJson(results)))).to.deep.equal(operations.map(([name]) => name));
    for (const [name] of operations) {
      expect(asTable(results).split(`  ${name} `)).to.have.length(2);
      expect(asMarkdown(results).split(`\`${name}\``)).to.have.length(2);
    }
  });
});

describe("the gas benchmark's floors", () => {
  it("are those of the gas schedule, by hand", () => {
    // 21 000, selector and two words with 29 bytes that are not zero, two writes, a log of three topics and a word.
    expect(FLOORS.transfer).to.equal(21_000 + 33 * 16 + 35 * 4 + 2 * 5_000 + 4 * 375 + 32 * 8);
    // 21 000, a selector, one write, a log of two topics and a word.
    expect(FLOORS.bump).to.equal(21_000 + 64 + 5_000 + 3 * 375 + 256);
  });

  it("are below what was measured", () => {
    const floors = operations.flatMap(([name, { floor }]) => (floor === undefined ? [] : [{ name, floor }]));
    for (const { name, floor } of floors) expect(committed().get(name), name).to.be.greaterThan(floor);
  });
});

describe("the gas snapshot", () => {
  it("has no difference to itself, and tells each that there is", () => {
    expect(differences(committed())).to.deep.equal([]);
    const changed = new Map<Operation, number>(committed());
    changed.set("order.bump", (committed().get("order.bump") ?? 0) + 7);
    changed.delete("order.cancel");
    const [cancelled, bumped] = differences(changed).sort().reverse();
    expect(bumped).to.match(/^order\.bump: committed \d+, measured \d+ \(\+7\)$/);
    expect(cancelled).to.match(/^order\.cancel: committed \d+, measured nothing$/);
  });
});

describe("the README's figures of gas", () => {
  it("are those of the snapshots", () => {
    const read = (file: string): string => readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");
    const section = read("README.md").split("## What it costs")[1]?.split("\n## ")[0] ?? "";
    const Figures = z.record(z.string(), z.number());
    const known = new Set(
      ["snapshots/gas.json", "snapshots/gas-peers.json"].flatMap((file) =>
        Object.values(Figures.parse(JSON.parse(read(file)))),
      ),
    );
    const figures = section
      .split("\n")
      .filter((line) => line.startsWith("| ") && !line.includes("published"))
      .flatMap((line) => line.match(/\d+,\d{3}/g) ?? [])
      .map((text) => Number(text.replace(",", "")));
    expect(figures).to.have.length(10);
    expect(figures.filter((figure) => !known.has(figure))).to.deep.equal([]);
  });
});
