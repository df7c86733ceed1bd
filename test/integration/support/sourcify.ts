import { createServer, type IncomingMessage } from "node:http";
import { z } from "zod";

/** A request to verify one contract, as Sourcify's API takes it. */
const requestSchema = z.object({
  stdJsonInput: z.object({
    sources: z.record(z.string(), z.object({ content: z.string() })),
    settings: z.object({ evmVersion: z.string() }),
  }),
  contractIdentifier: z.string(),
  compilerVersion: z.string(),
  creationTransactionHash: z.string(),
});

/** A server that speaks Sourcify's API: what it was asked, and for how many requests it still is out of order. */
export type SourcifyServer = {
  readonly url: string;
  /** Addresses by the contract they were verified as. */
  readonly verified: Map<string, string>;
  readonly requests: () => number;
  /** The next requests to verify fail, as many as said. */
  readonly failNext: (count: number) => void;
  readonly close: () => Promise<void>;
};

export const startSourcify = async (): Promise<SourcifyServer> => {
  const verified = new Map<string, string>();
  let failures = 0;
  let requests = 0;
  const answer = async (request: IncomingMessage): Promise<readonly [status: number, body: object]> => {
    const [, , kind, chainOrJob = "", address = ""] = (request.url ?? "").split("/");
    if (kind === "contract") {
      const match = verified.has(address) ? "match" : null;
      return [
        match === null ? 404 : 200,
        { match, creationMatch: match, runtimeMatch: match, chainId: chainOrJob, address },
      ];
    }
    if (request.method === "GET") {
      const contract = { match: verified.has(chainOrJob) ? "match" : null };
      return [200, { isJobCompleted: true, verificationId: chainOrJob, jobStartTime: "", contract }];
    }
    requests += 1;
    if (failures > 0) {
      failures -= 1;
      return [503, { customCode: "unavailable", message: "out of order", errorId: "1" }];
    }
    const { stdJsonInput, contractIdentifier } = requestSchema.parse(JSON.parse(await bodyOf(request)));
    const [source = "", name = ""] = splitLast(contractIdentifier);
    if (!stdJsonInput.sources[source]?.content.includes(`contract ${name}`))
      return [400, { customCode: "missing_contract", message: `no ${name} in ${source}`, errorId: "2" }];
    verified.set(address, contractIdentifier);
    return [202, { verificationId: address }];
  };
  const server = createServer(async (request, response) => {
    const [status, body] = await answer(request).catch(
      (cause: unknown) => [400, { customCode: "invalid", message: String(cause), errorId: "3" }] as const,
    );
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const bound = server.address();
  const port = typeof bound === "object" && bound !== null ? bound.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    verified,
    requests: () => requests,
    failNext: (count) => {
      failures = count;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
};

const splitLast = (identifier: string): [string, string] => {
  const at = identifier.lastIndexOf(":");
  return [identifier.slice(0, at), identifier.slice(at + 1)];
};
