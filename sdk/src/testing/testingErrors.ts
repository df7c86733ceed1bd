import { CardflowError } from "../errors/cardflowError.ts";

/** There is no program to run a local chain with. */
export class NodeMissingError extends CardflowError {
  override readonly name = "NodeMissingError";

  constructor(looked: string) {
    super(
      `no local node is installed: ${looked}`,
      "Install one of them: `npm install --save-dev @foundry-rs/anvil`, or `npm install --save-dev hardhat` (3.13 or newer); or pass the `rpcUrl` of a node that runs.",
    );
  }
}

/** A local node was found, but it did not start or cannot be used. */
export class NodeUnusableError extends CardflowError {
  override readonly name = "NodeUnusableError";

  constructor(what: string, options?: ErrorOptions) {
    super(
      what,
      "Hardhat needs Node 22.13 or newer and a free port; a node that runs must be a fresh anvil or Hardhat node whose clock can be moved.",
      options,
    );
  }
}

/** The package was built without the transactions that deploy the contracts. */
export class RecordingMissingError extends CardflowError {
  override readonly name = "RecordingMissingError";

  constructor(path: string, options?: ErrorOptions) {
    super(
      `the recorded deployment cannot be read: ${path}`,
      "Install the package again; in the repository run `npm run build:sdk` first.",
      options,
    );
  }
}
