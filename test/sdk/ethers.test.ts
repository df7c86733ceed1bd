import { expect } from "chai";
import { BrowserProvider, Interface } from "ethers";
import { encodeErrorResult } from "viem";
import { cardRegistryAbi, errorAbi } from "../../sdk/src/abis/index.ts";
import { isRevert, send, toEthersCall } from "../../sdk/src/ethers/index.ts";
import { InvalidInputError, RequestError, retireCardCall } from "../../sdk/src/index.ts";
import { account, revertWith, scriptedNode } from "./support/chain.ts";
import { deployment } from "./support/deployment.ts";

const call = retireCardCall({ deployment, cardId: 7n });
const hash = `0x${"ee".repeat(32)}`;

const signerOf = async (answers: Readonly<Record<string, unknown>>) => {
  const node = scriptedNode({ eth_accounts: [account.address], eth_sendTransaction: hash, ...answers });
  const provider = new BrowserProvider({ request: node.request }, 31337, { staticNetwork: true });
  return { asked: node.asked, signer: await provider.getSigner(account.address) };
};

describe("toEthersCall", function () {
  this.timeout(60_000);

  it("is the calldata that ethers makes of the ABI", () => {
    const contract = new Interface(JSON.parse(JSON.stringify(cardRegistryAbi)));
    expect(toEthersCall(call)).to.deep.equal({
      to: deployment.addresses.cardRegistry,
      data: contract.encodeFunctionData("retire", [7n]),
    });
  });

  it("says which argument does not fit", () => {
    expect(() => toEthersCall(retireCardCall({ deployment, cardId: -1n })))
      .to.throw(InvalidInputError)
      .with.property("path", "cardId");
  });
});

describe("send with ethers", function () {
  this.timeout(60_000);

  it("simulates, then sends", async () => {
    const { asked, signer } = await signerOf({
      eth_getTransactionByHash: {
        hash,
        type: "0x2",
        accessList: [],
        blockHash: null,
        blockNumber: null,
        transactionIndex: null,
        from: account.address,
        to: deployment.addresses.cardRegistry,
        gas: "0x5208",
        gasPrice: "0x1",
        maxFeePerGas: "0x1",
        maxPriorityFeePerGas: "0x1",
        value: "0x0",
        nonce: "0x0",
        input: toEthersCall(call).data,
        chainId: "0x7a69",
        r: `0x${"01".repeat(32)}`,
        s: `0x${"02".repeat(32)}`,
        v: "0x1",
      },
    });
    const response = await send(signer, call);
    expect(response.hash).to.equal(hash);
    expect(asked.indexOf("eth_call")).to.be.greaterThan(-1).and.below(asked.indexOf("eth_sendTransaction"));
  });

  it("names the contract's reason, and sends nothing", async () => {
    const data = encodeErrorResult({ abi: errorAbi, errorName: "CardHasRunningLeases", args: [7n, 2n] });
    const { asked, signer } = await signerOf({ eth_call: revertWith(data) });
    const error: unknown = await send(signer, call).catch((caught: unknown) => caught);
    expect(isRevert(error, "CardHasRunningLeases") && error.args.running).to.equal(2n);
    expect(asked).not.to.include("eth_sendTransaction");
  });

  it("says that a transaction may be sent when the answer to it is lost", async () => {
    const { signer } = await signerOf({
      eth_sendTransaction: () => {
        throw Object.assign(new Error("timeout"), { code: "TIMEOUT" });
      },
    });
    const error: unknown = await send(signer, call).catch((caught: unknown) => caught);
    expect(error).to.be.instanceOf(RequestError).with.property("failure", "Unconfirmed");
  });

  it("says so when the user refuses", async () => {
    const { signer } = await signerOf({
      eth_sendTransaction: () => {
        throw Object.assign(new Error("User rejected the request."), { code: 4001 });
      },
    });
    const error: unknown = await send(signer, call).catch((caught: unknown) => caught);
    expect(error).to.be.instanceOf(RequestError).with.property("failure", "UserRejected");
  });
});
