import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect } from "chai";
import { ensureRecording } from "../../scripts/package/recording.ts";
import { startCardflow, type TestChain } from "../../sdk/src/testing/index.ts";
import { blocksOf, root } from "../sdk/support/docs.ts";
import type { atHand } from "./support/atHand.ts";

/** By a word of a recipe: what holds when it has done what it says. */
const proofs: readonly (readonly [word: string, proof: string])[] = [
  ["runs for an hour", "leaseId > 0n"],
  ["an hour costs", "quote.ok && leaseId > 0n"],
  ["parseSignedAsk", "(await client.leaseStatus({ leaseId })).running"],
  ["LeaseCallerNotParty", "!(await client.leaseStatus({ leaseId })).running"],
  ["formatSignedOrder", 'JSON.parse(body).bid.quantity === "8"'],
  ["recoverBy", "good"],
  ["toEthersCall", "request.data.length > 10"],
  ["useQuery", "(await quote.queryFn()).ok && request.chainId === 31337 && batch.calls.length === 2"],
  ["planMint", "plan.ok"],
  ["createEngine", "matches.length === 1"],
  ["chain.pass", "cardId > 0n"],
];

/** What no test chain has: a wallet that sends batches. That recipe is only compiled. */
const outOfReach = "sendCalls";

/** Names that recipes take for granted. */
const names: readonly (keyof Awaited<ReturnType<typeof atHand>>)[] = [
  "url",
  "deployment",
  "key",
  "renter",
  "client",
  "signer",
  "submitter",
  "ask",
  "signature",
  "text",
  "leaseId",
  "deadline",
  "bid",
  "bidSignature",
];

/** A recipe as a script: its imports, what it takes for granted, and its proof at the end. */
const scriptOf = (code: string, rpcUrl: string, proof: string): string => {
  const imports = [...code.matchAll(/^import .*;$/gm)].map(([line]) => line);
  const body = code.replace(/^import .*;$/gm, "");
  const support = JSON.stringify(join(import.meta.dirname, "support", "atHand.ts"));
  return [
    ...imports,
    `import { atHand } from ${support};`,
    `const { ${names.join(", ")} } = await atHand(${JSON.stringify(rpcUrl)});`,
    `{\n${body}\nif (!(${proof})) throw new Error("it did not");\n}`,
    "process.exit(0);",
  ].join("\n");
};

/** Runs a script as a project that has the packages would. */
const run = async (script: string): Promise<string> => {
  const args = ["--input-type=module-typescript", "--conditions=@cardflow/source", "--eval", script];
  const child = spawn(process.execPath, args, { cwd: join(root, "sdk"), stdio: ["ignore", "ignore", "pipe"] });
  let wrong = "";
  child.stderr.on("data", (chunk: Buffer) => {
    wrong += chunk.toString();
  });
  const [code] = await once(child, "close");
  return code === 0 ? wrong : `${wrong}\nended with ${code}`;
};

describe("the recipes of the pages", () => {
  let chain: TestChain;
  const recipes = blocksOf("ts").filter(({ code }) => !code.includes(outOfReach));

  before(async () => {
    await ensureRecording("default");
    chain = await startCardflow({ program: "hardhat" });
  });
  after(() => chain.stop());

  it("have a proof each", () => {
    const found = recipes.map(({ code }) => proofs.filter(([word]) => code.includes(word)).map(([word]) => word));
    expect(found.flat()).to.have.members(proofs.map(([word]) => word));
    expect(found.filter((words) => words.length !== 1)).to.deep.equal([]);
  });

  for (const { page, code } of recipes) {
    const [word = "", proof = "false"] = proofs.find(([part]) => code.includes(part)) ?? [];
    it(`of ${page} do what they say: ${word}`, async () => {
      expect(await run(scriptOf(code, chain.rpcUrl, proof))).to.equal("");
    });
  }
});
