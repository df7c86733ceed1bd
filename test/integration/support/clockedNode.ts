import { createServer, type IncomingMessage } from "node:http";
import { z } from "zod";

const requestSchema = z.looseObject({ method: z.string(), params: z.array(z.unknown()).default([]) });
const answerSchema = z.looseObject({ result: z.unknown() });

/** What mines a block, and what says which time the next one has. */
const MINING = ["eth_sendRawTransaction", "evm_mine", "hardhat_mine", "anvil_mine"];
const SETTING = "evm_setNextBlockTimestamp";

/** A node behind a clock of its own: every block comes a second after the one before, however fast the machine is. */
export type ClockedNode = {
  readonly url: string;
  /** Hashes of all transactions that went through. */
  readonly sent: readonly string[];
  readonly close: () => Promise<void>;
};

/** Stands before a node, with the first block at `start` (seconds, in the future). */
export const clockedNode = async (node: string, start: number): Promise<ClockedNode> => {
  const sent: string[] = [];
  let time = start;
  let set = false;
  let queue: Promise<unknown> = Promise.resolve();

  const post = async (body: string): Promise<string> => {
    const headers = { "content-type": "application/json" };
    return (await fetch(node, { method: "POST", headers, body })).text();
  };

  const pass = async (body: string): Promise<string> => {
    const { method, params } = requestSchema.parse(JSON.parse(body));
    if (method === SETTING) [time, set] = [Number(params[0]), true];
    if (MINING.includes(method)) {
      if (!set) time += 1;
      set = false;
      await post(JSON.stringify({ jsonrpc: "2.0", id: 1, method: SETTING, params: [`0x${time.toString(16)}`] }));
    }
    const answer = await post(body);
    if (method === "eth_estimateGas") return roomier(answer);
    if (method === "eth_sendRawTransaction") sent.push(String(answerSchema.parse(JSON.parse(answer)).result));
    return answer;
  };

  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    // One after the other, so that no request comes between a block's time and the block.
    const answer = queue.then(() => pass(body));
    queue = answer.catch(() => undefined);
    response.writeHead(200, { "content-type": "application/json" }).end(await answer);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const bound = server.address();
  const port = typeof bound === "object" && bound !== null ? bound.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    sent,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

/** An estimate is made at another second than its block's, when less may be due to be stored: so half as much again. */
const roomier = (answer: string): string => {
  const parsed = answerSchema.parse(JSON.parse(answer));
  if (typeof parsed.result !== "string") return answer;
  return JSON.stringify({ ...parsed, result: `0x${((BigInt(parsed.result) * 3n) / 2n).toString(16)}` });
};

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
};
