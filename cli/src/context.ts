import type { ArgsDef } from "citty";
import type { Address, LocalAccount } from "viem";
import { type Network, openNetwork } from "./chain/network.ts";
import { openSigner } from "./chain/signer.ts";
import { UsageError } from "./failure.ts";
import { parseAddress } from "./input.ts";
import type { Io } from "./terminal/io.ts";

/** Options of every command. */
export const globalArgs = {
  rpc: {
    type: "string",
    valueHint: "url",
    description: "JSON-RPC node [CARDFLOW_RPC_URL, else http://127.0.0.1:8545]",
  },
  deployment: {
    type: "string",
    valueHint: "file",
    description: "Deployments by chain id [CARDFLOW_DEPLOYMENT, else those that the SDK publishes]",
  },
  account: {
    type: "string",
    valueHint: "address",
    description: "Account to look at, and to check the key against [CARDFLOW_ACCOUNT, else the key's]",
  },
  keystore: {
    type: "string",
    valueHint: "file",
    description: "Encrypted key, JSON v3 [CARDFLOW_KEYSTORE; or a plain key in CARDFLOW_PRIVATE_KEY]",
  },
  "password-file": {
    type: "string",
    valueHint: "file",
    description: "Password of the keystore [CARDFLOW_PASSWORD, CARDFLOW_PASSWORD_FILE, else asked for]",
  },
  yes: { type: "boolean", description: "Send without asking" },
  "dry-run": { type: "boolean", description: "Show what would happen and simulate it; send nothing" },
  json: { type: "boolean", description: "One line of JSON on standard output, amounts in wei" },
  help: { type: "boolean", description: "Show help" },
} as const satisfies ArgsDef;

/** Values of the options of every command. */
export type GlobalValues = {
  readonly [Name in keyof typeof globalArgs]: (typeof globalArgs)[Name]["type"] extends "boolean"
    ? boolean
    : string | undefined;
};

/** What a command works with; chain and key are opened when first asked for, and once. */
export type Context = {
  readonly io: Io;
  readonly options: GlobalValues;
  /** The chain, checked: right chain, and the code that the deployment's record says. */
  readonly network: () => Promise<Network>;
  /** The key that signs. */
  readonly signer: () => Promise<LocalAccount>;
  /** Whether there is a key. */
  readonly hasKey: boolean;
  /** Who acts: the key's account, which must be that of `--account`; without a key, in a dry run, the account alone. */
  readonly sender: () => Promise<Address>;
  /** Whose view is shown: `--account`, else the key's address. */
  readonly account: () => Promise<Address>;
  /** The same, or undefined if neither is given. */
  readonly accountIfGiven: () => Promise<Address | undefined>;
};

/** Opens what a command works with. */
export const contextOf = (io: Io, options: GlobalValues): Context => {
  const { CARDFLOW_ACCOUNT, CARDFLOW_PRIVATE_KEY, CARDFLOW_KEYSTORE } = io.env;
  const named = options.account ?? CARDFLOW_ACCOUNT;
  const account = named === undefined ? undefined : parseAddress("--account", named);
  const hasKey = (options.keystore ?? CARDFLOW_PRIVATE_KEY ?? CARDFLOW_KEYSTORE) !== undefined;
  const network = once(() => openNetwork(io, options));
  const signer = once(() => openSigner(io, options, account));
  const accountIfGiven = async (): Promise<Address | undefined> =>
    account ?? (hasKey ? (await signer()).address : undefined);
  const given = async (): Promise<Address> => {
    const found = await accountIfGiven();
    if (found !== undefined) return found;
    throw new UsageError(
      "no account is given",
      "Pass --account 0x…, or a key: --keystore FILE, CARDFLOW_KEYSTORE or CARDFLOW_PRIVATE_KEY.",
    );
  };
  return {
    io,
    options,
    network,
    signer,
    hasKey,
    accountIfGiven,
    sender: async () => (hasKey ? (await signer()).address : given()),
    account: given,
  };
};

const once = <Value>(open: () => Promise<Value>): (() => Promise<Value>) => {
  let opened: Promise<Value> | undefined;
  return () => {
    opened ??= open();
    return opened;
  };
};
