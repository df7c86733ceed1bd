// Prints the size of every deployable contract in the production profile; fails if one leaves less than `ROOM` bytes below the limit.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isHex, size, sliceHex } from "viem";
import { z } from "zod";

const LIMIT = 24_576; // EIP-170, bytes
const ROOM = 1_024;

const Artifact = z.object({ contractName: z.string(), sourceName: z.string(), deployedBytecode: z.string() });

function* artifacts(folder: string): Generator<z.infer<typeof Artifact>> {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith(".json")) continue;
    const parsed = Artifact.safeParse(JSON.parse(readFileSync(join(entry.parentPath, entry.name), "utf8")));
    if (parsed.success) yield parsed.data;
  }
}

/** Placeholders of linked libraries are as long as the addresses that replace them. */
const bytesOf = (code: string): number => {
  const filled = code.replace(/__\$[0-9a-f]{34}\$__/g, "0".repeat(40));
  return isHex(filled) ? size(filled) : 0;
};

/** A contract that only holds internal functions compiles to a stub that starts with its own address or reverts at once. */
const isStub = (code: string): boolean => bytesOf(code) < 64 || (isHex(code) && sliceHex(code, 0, 1) === "0x73");

const rows = [...artifacts("artifacts/contracts")]
  .filter(({ sourceName, deployedBytecode }) => !sourceName.includes("/mocks/") && !isStub(deployedBytecode))
  .map(({ contractName, deployedBytecode }) => ({ contractName, bytes: bytesOf(deployedBytecode) }))
  .sort((a, b) => b.bytes - a.bytes);

console.log(`${"contract".padEnd(24)}${"bytes".padStart(8)}${"left".padStart(8)}`);
for (const { contractName, bytes } of rows) {
  const left = LIMIT - bytes;
  const mark = left < ROOM ? `  less than ${ROOM} bytes of room` : "";
  console.log(`${contractName.padEnd(24)}${String(bytes).padStart(8)}${String(left).padStart(8)}${mark}`);
}
if (rows.length === 0 || rows.some(({ bytes }) => LIMIT - bytes < ROOM)) process.exitCode = 1;
