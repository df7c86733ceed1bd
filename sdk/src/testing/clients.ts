import {
  type Chain,
  createTestClient,
  createWalletClient,
  defineChain,
  http,
  type PrivateKeyAccount,
  type PublicActions,
  publicActions,
  type Transport,
  type TestClient as ViemTestClient,
  type WalletClient,
} from "viem";
import { cardflowActions } from "../cardflowActions.ts";
import type { CardflowClient } from "../client/types.ts";
import type { Deployment } from "../deployments/deployment.ts";
import { type TestAccount, testAccount } from "./accounts.ts";

/** A viem client with an account of the test chain, and with every action and read of this package. */
export type TestClient = WalletClient<Transport, Chain, PrivateKeyAccount> &
  PublicActions<Transport, Chain, PrivateKeyAccount> &
  ReturnType<ReturnType<typeof cardflowActions>>;

/** Milliseconds between two looks for a receipt: the node includes a transaction at once. */
const pollingInterval = 10;

/** A test chain as viem describes it. */
export const testChain = (chainId: number, rpcUrl: string): Chain =>
  defineChain({
    id: chainId,
    name: "Cardflow test chain",
    nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: [rpcUrl] } },
  });

const common = (chain: Chain) =>
  ({ chain, transport: http(undefined, { timeout: 60_000 }), pollingInterval, cacheTime: 0 }) as const;

const accountOf = (who: string | TestAccount): PrivateKeyAccount =>
  (typeof who === "string" ? testAccount(who) : who).account;

/** A client that acts for somebody, without this package's actions. */
export const plainClient = (chain: Chain, who: string | TestAccount): CardflowClient =>
  createWalletClient({ ...common(chain), account: accountOf(who) });

/** A client that acts for somebody. */
export const testClient = (chain: Chain, deployment: Deployment, who: string | TestAccount): TestClient =>
  createWalletClient({ ...common(chain), account: accountOf(who) })
    .extend(publicActions)
    .extend(cardflowActions(deployment));

/** A client that moves a node's clock and gives balances. */
type ControlClient = ViemTestClient<"hardhat", Transport, Chain>;

/** Control over a node's clock and balances; anvil answers to Hardhat's methods too. */
export const controlClient = (chain: Chain): ControlClient => createTestClient({ ...common(chain), mode: "hardhat" });
