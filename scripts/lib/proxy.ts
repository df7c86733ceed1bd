import { once } from "node:events";
import { createServer } from "node:http";
import { z } from "zod";

const requestSchema = z.object({ method: z.string(), params: z.array(z.unknown()).default([]) });

/** A question to a node, and how long the answer was. */
export type Asked = z.infer<typeof requestSchema> & { readonly bytes: number };

/** A proxy before a node that writes down what is asked. */
export type NodeProxy = { readonly url: string; readonly asked: Asked[]; readonly close: () => void };

/** Stands before a node on a port of its own; `change` may give other answers than the node's. */
export const openProxy = async (
  target: string,
  change: (method: string, answer: string) => string = (_, answer) => answer,
): Promise<NodeProxy> => {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const body = Buffer.concat(chunks).toString();
    const answer = await fetch(target, { method: "POST", body, headers: { "content-type": "application/json" } });
    const question = requestSchema.parse(JSON.parse(body));
    const text = change(question.method, await answer.text());
    asked.push({ ...question, bytes: text.length });
    response.end(text);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = z.object({ port: z.int() }).parse(server.address());
  return { url: `http://127.0.0.1:${port}`, asked, close: () => server.close() };
};
