import { type CardflowClient, type ContractCall, confirm, RequestError, toCardflowError } from "@cardflow/sdk";
import {
  type Address,
  encodeFunctionData,
  formatEther,
  type Hash,
  keccak256,
  type LocalAccount,
  type TransactionReceipt,
} from "viem";
import { estimateGas, getGasPrice, getTransaction, sendTransaction, call as simulateCall } from "viem/actions";
import { clientOf, type Network } from "./chain/network.ts";
import type { Outcome } from "./command.ts";
import type { Context } from "./context.ts";
import { CancelledError, UnfinishedError } from "./failure.ts";
import { counted } from "./terminal/format.ts";
import { type Fact, type View, viewOf } from "./terminal/view.ts";

/** One transaction. */
export type Step = {
  /** What it does, as a phrase: `rent card 7`. */
  readonly what: string;
  /** Whether making the call signs something besides, a permit say. */
  readonly signs?: boolean;
  /** Makes the call, after the user has said yes and the steps before are done. */
  readonly call: (client: CardflowClient, sender: Address) => ContractCall | Promise<ContractCall>;
};

/** What a command is about to do. */
export type Plan = {
  /** In a sentence. */
  readonly title: string;
  /** What it means in dollars, dates and rules. */
  readonly facts: readonly Fact[];
  /** The same for scripts. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly steps: readonly Step[];
};

/** What came of a plan. */
type Done = { readonly data: Readonly<Record<string, unknown>>; readonly facts: readonly Fact[] };

/** A transaction that was sent. */
type Sent = {
  readonly what: string;
  readonly hash: Hash;
  readonly block: bigint;
  readonly gasUsed: bigint;
};

/**
 * Shows a plan, asks, sends its steps one by one, and says what came of it. With `--dry-run` the first step is simulated and nothing is
 * sent; later steps stand on those before them, so their previews are in the plan.
 *
 * @param after - reads the result out of the receipts
 */
export const carryOut = async (
  context: Context,
  network: Network,
  plan: Plan,
  after: (receipts: readonly TransactionReceipt[]) => Promise<Done> | Done,
): Promise<Outcome> => {
  const { io, options } = context;
  if (options["dry-run"]) return rehearse(context, network, plan);
  const account = await context.signer();
  const client = clientOf(network.url, network.deployment.chainId, account);
  // What goes to standard error loses its colours there, if it must.
  if (!options.json || !options.yes) io.err(`${planText(plan, viewOf({ ...io, colour: true }))}\n`);
  await askFor(context, plan);
  const receipts: TransactionReceipt[] = [];
  const sent: Sent[] = [];
  const finished = async (): Promise<Done> => {
    for (const step of plan.steps) {
      const receipt = await carryOutStep(context, client, account, step);
      receipts.push(receipt);
      const { transactionHash: hash, blockNumber: block, gasUsed } = receipt;
      sent.push({ what: step.what, hash, block, gasUsed });
    }
    return after(receipts);
  };
  const { data, facts } = await finished().catch(async (cause: unknown) => {
    if (sent.length === 0) throw cause;
    throw cause instanceof UnfinishedError
      ? new UnfinishedError(cause.cause, [...sent, ...cause.transactions], cause.isOpen)
      : new UnfinishedError(await toCardflowError(cause), sent);
  });
  return {
    data: { dryRun: false, plan: plan.data, transactions: sent, result: data },
    text: (view) => view.facts([...facts, ...sent.map(({ what, hash }): Fact => [what, view.paint.dim(hash)])]),
  };
};

/** What a command answers that found nothing to send: for a script no failure, but a plan without steps. */
export const nothingToDo = (
  { options }: Context,
  sentence: string,
  plan: Plan["data"],
  result: Done["data"],
  facts: readonly Fact[] = [],
): Outcome => ({
  data: options["dry-run"]
    ? { dryRun: true, plan, simulated: true, gas: null, transactions: [], result: null }
    : { dryRun: false, plan, transactions: [], result },
  text: (view) => (facts.length === 0 ? sentence : `${view.title(sentence)}\n${view.facts(facts)}`),
});

const planText = ({ title, facts }: Plan, view: View): string => `${view.title(title)}\n${view.facts(facts)}`;

const askFor = async ({ io, options }: Context, { steps }: Plan): Promise<void> => {
  if (options.yes) return;
  if (!io.asks)
    throw new CancelledError(
      "nobody confirmed, and there is no terminal to ask on",
      "Pass --yes to send without asking, or --dry-run to only look.",
    );
  if (!(await io.confirm(`Send ${counted(steps.length, "transaction")}?`)))
    throw new CancelledError("nothing was sent", "Run it again when you are ready.");
};

const carryOutStep = async (
  { io }: Context,
  client: CardflowClient,
  account: LocalAccount,
  { what, call }: Step,
): Promise<TransactionReceipt> => {
  let ended = io.progress(`${what} …`);
  const signed: Hash[] = [];
  let accepted = false;
  try {
    const request = requestOf(await call(client, account.address), account.address);
    await simulateCall(client, request);
    const { chain = null } = client;
    const hash = await sendTransaction(client, { ...request, account: noting(account, signed), chain }).catch(
      (cause: unknown) => sentAllTheSame(client, signed, cause),
    );
    accepted = true;
    ended(`${what}: sent as ${hash}`);
    ended = io.progress("waiting for its block …");
    const receipt = await confirm(client, hash);
    ended(`${what}: done in block ${receipt.blockNumber}`);
    return receipt;
  } catch (cause) {
    ended(`${what}: failed`);
    const error = await toCardflowError(cause);
    const [hash] = signed;
    const isOpen = error instanceof RequestError && (accepted || error.failure === "Network");
    throw hash !== undefined && isOpen ? new UnfinishedError(error, [{ what, hash }], true) : error;
  }
};

/** The account, with every transaction that it signs noted before it is sent: the answer to sending may be lost. */
const noting = (account: LocalAccount, hashes: Hash[]): LocalAccount => ({
  ...account,
  signTransaction: async (transaction, options) => {
    const serialized = await account.signTransaction(transaction, options);
    hashes.push(keccak256(serialized));
    return serialized;
  },
});

/** A node that says no to a second try may have the transaction from the first. */
const sentAllTheSame = async (client: CardflowClient, [hash]: readonly Hash[], cause: unknown): Promise<Hash> => {
  if (hash === undefined) throw cause;
  await getTransaction(client, { hash }).catch(() => Promise.reject(cause));
  return hash;
};

const requestOf = (call: ContractCall, account: Address) => ({
  account,
  to: call.address,
  data: encodeFunctionData(call),
});

/** What a dry run could do: without a key nothing can be signed, so a step that needs a permit is not simulated. */
type Rehearsal = {
  readonly simulated: boolean;
  readonly gas: bigint | undefined;
  readonly gasPrice: bigint | undefined;
};

const rehearse = async (context: Context, network: Network, plan: Plan): Promise<Outcome> => {
  const { simulated, gas, gasPrice } = await simulate(context, network, plan.steps[0]);
  const fee = gas === undefined || gasPrice === undefined ? undefined : gas * gasPrice;
  const note: readonly Fact[] = [
    [
      "dry run",
      simulated
        ? `nothing was sent; ${plan.steps.length === 1 ? "the transaction" : `the first of ${plan.steps.length} transactions`} would succeed`
        : "nothing was sent or simulated: the simulation needs the key",
    ],
    ...(fee === undefined
      ? []
      : [["gas", `${gas} units, about ${Number(formatEther(fee)).toPrecision(3)} of the chain's coin`] as const]),
  ];
  return {
    data: { dryRun: true, plan: plan.data, simulated, gas: gas ?? null, transactions: [], result: null },
    text: (view) => planText({ ...plan, facts: [...plan.facts, ...note] }, view),
  };
};

const simulate = async (context: Context, network: Network, step: Step | undefined): Promise<Rehearsal> => {
  const nothing = { gas: undefined, gasPrice: undefined };
  if (step === undefined) return { simulated: true, ...nothing };
  if (step.signs === true && !context.hasKey) return { simulated: false, ...nothing };
  const sender = await context.sender();
  const client = clientOf(network.url, network.deployment.chainId, context.hasKey ? await context.signer() : undefined);
  try {
    const request = requestOf(await step.call(client, sender), sender);
    await simulateCall(client, request);
    const [gas, gasPrice] = await Promise.all([
      estimateGas(client, request).catch(() => undefined),
      getGasPrice(client).catch(() => undefined),
    ]);
    return { simulated: true, gas, gasPrice };
  } catch (cause) {
    throw await toCardflowError(cause);
  }
};
