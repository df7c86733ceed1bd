import {
  approveToken,
  approveTokenCall,
  authorizationFunding,
  type DollarAmount,
  deposit,
  depositCall,
  mintDollarExact,
  mintDollarExactCall,
  minterStatus,
  permitFunding,
  quoteMintExact,
  type TokenAmount,
  transferToken,
} from "../../sdk/src/index.ts";
import { DemoError } from "./failure.ts";
import type { Person } from "./people.ts";
import type { SmartAccount } from "./smartAccount.ts";
import type { System } from "./system.ts";

const DAY = 86_400;
/** Seconds in which a call or a signature may be used. */
const PATIENCE = 3_600;

/** How cfUSD comes from a wallet into the ledger. */
export type DepositWay = "approval" | "permit" | "authorization";

/** Hands CARD of the treasury to somebody. */
export const giveTokens = async (
  { treasury, deployment }: System,
  { address }: Pick<Person, "address">,
  amount: TokenAmount,
): Promise<void> => {
  const token = deployment.addresses.computeToken;
  await transferToken(treasury.client, { token, to: address, amount }, { wait: true });
};

/** Gives a renter the CARD that mints `dollars`, waiting for another day's mint where today's is used up. */
const giveTokensFor = async (
  system: System,
  to: Pick<Person, "address">,
  dollars: DollarAmount,
): Promise<TokenAmount> => {
  const { chain, deployment } = system;
  const { openMint } = await minterStatus(chain.reader, { deployment });
  if (dollars > openMint.room) {
    await chain.moveTo((await chain.now()) + DAY);
    await system.refreshFeeds();
  }
  const quote = await quoteMintExact(chain.reader, { deployment, out: dollars });
  if (!quote.ok) throw new DemoError(`dollars cannot be minted: ${quote.refusal}. ${quote.remedy}`);
  // The price is asked again when the mint runs; a thousandth covers what may have moved.
  const tokens = quote.tokenIn + quote.tokenIn / 1000n;
  await giveTokens(system, to, tokens);
  return tokens;
};

/** A renter burns CARD for cfUSD and brings it into the ledger; in equal parts where that takes more than a day's mint. */
export const provideDollars = async (
  system: System,
  renter: Person,
  dollars: DollarAmount,
  way: DepositWay,
): Promise<void> => {
  const { openMint } = await minterStatus(system.chain.reader, { deployment: system.deployment });
  const parts = dollars / openMint.capacity + 1n;
  for (let left = dollars, part = dollars / parts + 1n; left > 0n; left -= part) {
    if (left < part) part = left;
    await providePart(system, renter, part, way);
  }
};

const providePart = async (system: System, renter: Person, dollars: DollarAmount, way: DepositWay): Promise<void> => {
  const { deployment, chain } = system;
  const { computeDollar, leaseLedger } = deployment.addresses;
  const { client, address } = renter;
  const maxIn = await giveTokensFor(system, renter, dollars);
  const deadline = (await chain.now()) + PATIENCE;
  await mintDollarExact(client, { deployment, out: dollars, maxIn, to: address, deadline }, { wait: true });
  if (way === "approval") {
    await approveToken(client, { token: computeDollar, spender: leaseLedger, amount: dollars }, { wait: true });
    await deposit(client, { deployment, account: address, amount: dollars }, { wait: true });
    return;
  }
  const funding =
    way === "permit"
      ? await permitFunding(client, { deployment, pay: "cfUSD", value: dollars, deadline })
      : await authorizationFunding(client, { deployment, value: dollars, validBefore: deadline });
  await deposit(client, { deployment, account: address, amount: dollars, funding }, { wait: true });
};

/** The same for a smart account, as one batch of calls. */
export const provideDollarsTo = async (system: System, account: SmartAccount, dollars: DollarAmount): Promise<void> => {
  const { deployment, chain } = system;
  const { computeDollar, leaseLedger } = deployment.addresses;
  const maxIn = await giveTokensFor(system, account, dollars);
  const deadline = (await chain.now()) + PATIENCE;
  await account.execute([
    mintDollarExactCall({ deployment, out: dollars, maxIn, to: account.address, deadline }),
    approveTokenCall({ token: computeDollar, spender: leaseLedger, amount: dollars }),
    depositCall({ deployment, account: account.address, amount: dollars }),
  ]);
};
