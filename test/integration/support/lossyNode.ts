import { createServer } from "node:http";
import { z } from "zod";

/** A node whose answers to some methods are lost: it does what it is asked, and the connection breaks before it says so. */
export type LossyNode = {
  readonly url: string;
  readonly loses: (...methods: readonly string[]) => void;
  readonly close: () => Promise<void>;
};

const requestSchema = z.object({ method: z.string() });

/** Stands before a node. */
export const openLossyNode = async (behind: string): Promise<LossyNode> => {
  let lost: readonly string[] = [];
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(Buffer.from(part));
    const body = Buffer.concat(parts).toString("utf8");
    const headers = { "content-type": "application/json" };
    const answer = await (await fetch(behind, { method: "POST", headers, body })).text();
    if (lost.includes(requestSchema.parse(JSON.parse(body)).method)) request.socket.destroy();
    else response.writeHead(200, headers).end(answer);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    loses: (...methods) => {
      lost = methods;
    },
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
};
