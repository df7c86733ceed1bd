import type { CardflowClient, Deployment } from "../../../sdk/src/index.ts";
import type { Network } from "../networks.ts";
import type { Parameters } from "../parameters.ts";
import type { Entry } from "../registry.ts";

/** ok: as it should be. note: allowed, and worth knowing. fault: wrong. */
export type Verdict = "ok" | "note" | "fault";

/** One thing that was looked at. */
export type Finding = { readonly subject: string; readonly verdict: Verdict; readonly detail: string };

/** What a look at a chain goes by; everything is read at one block. */
export type Look = {
  readonly reader: CardflowClient;
  readonly network: Network;
  readonly deployment: Deployment;
  readonly entry: Entry;
  readonly parameters: Parameters;
  readonly block: { readonly number: bigint; readonly time: number };
};

/** What is expected of one thing, against what it is. */
export const compare = (subject: string, expected: unknown, actual: unknown): Finding => {
  const [wanted, found] = [show(expected), show(actual)];
  return wanted.toLowerCase() === found.toLowerCase()
    ? { subject, verdict: "ok", detail: found }
    : { subject, verdict: "fault", detail: `is ${found}, should be ${wanted}` };
};

const show = (value: unknown): string => (value === "" ? "nothing" : String(value));

export const judge = (subject: string, verdict: Verdict, detail: string): Finding => ({ subject, verdict, detail });
