import { CardflowError } from "./cardflowError.ts";

/** A value from outside does not have the form that is needed; nothing was sent. */
export class InvalidInputError extends CardflowError {
  override readonly name = "InvalidInputError";
  /** Which value, as a path: `ask.ratePerSecond`. */
  readonly path: string;
  /** What is expected there. */
  readonly expected: string;

  constructor(path: string, expected: string, options?: ErrorOptions & { readonly found?: string }) {
    const found = options?.found === undefined ? "" : `, found ${options.found}`;
    super(`${path}: expected ${expected}${found}`, `Give ${path} as ${expected}.`, options);
    this.path = path;
    this.expected = expected;
  }
}

/** No deployment is known for a chain. */
export class DeploymentUnknownError extends CardflowError {
  override readonly name = "DeploymentUnknownError";
  /** EIP-155 id of the chain. */
  readonly chainId: number;

  constructor(chainId: number, known: readonly number[]) {
    super(
      `no deployment is known on chain ${chainId}`,
      `Pass your own deployment for chain ${chainId}, or use one of: ${known.length === 0 ? "none published yet" : known.join(", ")}.`,
    );
    this.chainId = chainId;
  }
}

/** The client talks to another chain than the deployment is on; nothing was sent. */
export class WrongChainError extends CardflowError {
  override readonly name = "WrongChainError";
  /** Chain of the client. */
  readonly actual: number;
  /** Chain of the deployment. */
  readonly expected: number;

  constructor(actual: number, expected: number) {
    super(
      `the client is on chain ${actual}, the deployment on chain ${expected}`,
      `Switch the client to chain ${expected}.`,
    );
    this.actual = actual;
    this.expected = expected;
  }
}

/** A call that needs an account was given none; nothing was sent. */
export class AccountMissingError extends CardflowError {
  override readonly name = "AccountMissingError";

  constructor() {
    super("no account to send from", "Create the client with an account, or pass `account` in the options.");
  }
}

/** A contract answered with a value that this version of the package does not know. */
export class UnexpectedAnswerError extends CardflowError {
  override readonly name = "UnexpectedAnswerError";
  /** What was read. */
  readonly what: string;
  /** What came back. */
  readonly answer: string;

  constructor(what: string, answer: string) {
    super(
      `${what}: unexpected answer ${answer}`,
      "Update the package, and check that the address is the contract it should be.",
    );
    this.what = what;
    this.answer = answer;
  }
}
