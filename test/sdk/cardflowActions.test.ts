import { readdirSync, readFileSync } from "node:fs";
import { expect } from "chai";
import { cardflowActions } from "../../sdk/src/index.ts";
import { scriptedClient } from "./support/chain.ts";
import { deployment } from "./support/deployment.ts";

const namesIn = (folder: string): readonly string[] =>
  readdirSync(new URL(`../../sdk/src/${folder}/`, import.meta.url))
    .map((file) => file.replace(/\.ts$/, ""))
    .filter((name) =>
      new RegExp(`^export const ${name} = (async )?\\(`, "m").test(
        readFileSync(new URL(`../../sdk/src/${folder}/${name}.ts`, import.meta.url), "utf8"),
      ),
    );

describe("cardflowActions", function () {
  this.timeout(60_000);

  it("binds every action and read to a client", () => {
    const { client } = scriptedClient();
    const methods = Object.keys(cardflowActions(deployment)(client));
    expect(methods).to.include.members([...namesIn("actions"), ...namesIn("reads")]);
    expect(new Set(methods).size).to.equal(methods.length);
  });

  it("extends a client, with the deployment filled in", async () => {
    const { client, asked } = scriptedClient();
    const cardflow = client.extend(cardflowActions(deployment));
    const { hash } = await cardflow.retireCard({ cardId: 7n });
    expect(hash).to.equal(`0x${"ee".repeat(32)}`);
    expect(asked).to.include("eth_sendRawTransaction");
  });

  it("takes no arguments where none are left", async () => {
    const { client } = scriptedClient({ eth_call: `0x${"00".repeat(32)}` });
    const { result } = await client.extend(cardflowActions(deployment)).bumpCounter();
    expect(result).to.equal(0n);
  });
});
