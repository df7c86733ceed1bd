import { withoutUrlSecrets } from "../../sdk/src/errors/index.ts";

/** A deployment, check or verification that cannot go on, said for the person who started it: what, and every reason. */
export class DeploymentError extends Error {
  override readonly name = "DeploymentError";
  readonly reasons: readonly string[];

  constructor(what: string, reasons: readonly string[] = [], options?: ErrorOptions) {
    super([what, ...reasons.map((reason) => `  ${reason}`)].join("\n"), options);
    this.reasons = reasons;
  }
}

/** The value, or a failure that says what is missing. */
export const need = <Value>(value: Value | undefined | null, what: string): Value => {
  if (value === undefined || value === null) throw new DeploymentError(`${what} is missing`);
  return value;
};

/** What an unknown failure says, in one line and without the keys in its URLs. */
export const messageOf = (cause: unknown): string =>
  withoutUrlSecrets((cause instanceof Error ? cause.message : String(cause)).split("\n")[0] ?? "");
