import { createServer, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { numberToHex, parseTransaction, recoverTransactionAddress } from "viem";
import { z } from "zod";

const hex = z.templateLiteral(["0x", z.string()]);
const requestSchema = z.looseObject({ method: z.string(), params: z.array(z.unknown()).default([]) });
const blockSchema = z.object({ result: z.object({ number: hex, timestamp: hex }) });
/** An answer that is no error. */
const resultSchema = z.object({ result: z.unknown(), error: z.undefined().optional() });
const countSchema = z.object({ result: hex });
const signedSchema = z.templateLiteral(["0x02", z.string()]);

/** A door to a node. */
export type Door = { readonly url: string; readonly close: () => Promise<void> };

const MINES = /^eth_send(Raw)?Transaction$|_mine$/;

/**
 * Opens a door to a node behind which no clock runs: it stands at `start` (seconds), and every block comes one second after the one
 * before unless its time is set, as gas is estimated and views are answered for. One request passes at a time, and an
 * account's transactions pass in the order of their nonces, so that each has a block of its own.
 */
export const steadyClock = async (node: string, start: number): Promise<Door> => {
  let last: Promise<unknown> = Promise.resolve();

  const pass = async (body: string): Promise<string> => {
    const headers = { "content-type": "application/json" };
    return (await fetch(node, { method: "POST", headers, body })).text();
  };
  const ask = (method: string, ...params: unknown[]): Promise<string> =>
    pass(JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }));
  const newest = async () => blockSchema.parse(JSON.parse(await ask("eth_getBlockByNumber", "latest", false))).result;
  const setNext = async (): Promise<void> => {
    const { timestamp } = await newest();
    await ask("evm_setNextBlockTimestamp", numberToHex(BigInt(timestamp) + 1n));
  };
  /** Passes what makes a block, and waits for the block: anvil answers before it is there. */
  const mine = async (body: string): Promise<string> => {
    const before = await newest();
    const answer = await pass(body);
    if (resultSchema.safeParse(JSON.parse(answer)).success)
      while ((await newest()).number === before.number) await sleep(2);
    await setNext();
    return answer;
  };
  const handle = (body: string): Promise<string> =>
    MINES.test(requestSchema.parse(JSON.parse(body)).method) ? mine(body) : pass(body);

  /** Waits until all that the sender of a transaction sent before has passed. */
  const untilNext = async (body: string): Promise<void> => {
    const { method, params } = requestSchema.parse(JSON.parse(body));
    if (method !== "eth_sendRawTransaction") return;
    const serializedTransaction = signedSchema.parse(params[0]);
    const from = await recoverTransactionAddress({ serializedTransaction });
    const { nonce = 0 } = parseTransaction(serializedTransaction);
    const count = async (): Promise<number> =>
      Number(countSchema.parse(JSON.parse(await ask("eth_getTransactionCount", from, "latest"))).result);
    while ((await count()) < nonce) await sleep(5);
  };
  const inTurn = async (request: IncomingMessage): Promise<string> => {
    const body = await text(request);
    await untilNext(body);
    const answer = last.then(() => handle(body));
    last = answer.catch(() => {});
    return answer;
  };

  await ask("evm_setNextBlockTimestamp", numberToHex(start));
  await ask("evm_mine");
  await setNext();
  const server = createServer((request, response) => {
    inTurn(request).then(
      (answer) => response.setHeader("content-type", "application/json").end(answer),
      (cause) => response.writeHead(500).end(String(cause)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new RangeError("the door has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
