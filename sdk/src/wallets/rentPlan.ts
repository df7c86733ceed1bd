import type { Account, Address, Hex } from "viem";
import { readContract } from "viem/actions";
import { allowanceAbi, balanceOfAbi } from "../abis/erc20.ts";
import { accountOfAbi } from "../abis/leaseLedger.ts";
import type { Ask, Take } from "../abis/structs.ts";
import { approveTokenCall } from "../actions/approveToken.ts";
import { mintDollarExactCall } from "../actions/mintDollarExact.ts";
import { takeAskCall } from "../actions/takeAsk.ts";
import { accountOf, addressOf } from "../client/account.ts";
import { readAtLatest } from "../client/readAtLatest.ts";
import { requireSeconds } from "../client/seconds.ts";
import type { CardflowClient } from "../client/types.ts";
import type { Deployment } from "../deployments/deployment.ts";
import { authorizationFunding } from "../funding/authorizationFunding.ts";
import { permitFunding } from "../funding/permitFunding.ts";
import type { DollarAmount, TokenAmount } from "../money/amounts.ts";
import { quoteMintExact } from "../reads/quoteMintExact.ts";
import { quoteTake } from "../reads/quoteTake.ts";
import { type FundingPath, type Plan, type PlanStep, usualPath } from "./plan.ts";
import { withSlippage } from "./slippage.ts";

/** Renting one card, planned. */
export type RentPlan = Plan & {
  readonly costs: {
    /** Rent in advance, cfUSD-wei; all of it that is not used comes back. */
    readonly total: DollarAmount;
    /** Part that the balance in the ledger pays. */
    readonly fromBalance: DollarAmount;
    /** Part that comes from the wallet. */
    readonly fromWallet: DollarAmount;
    /** What is minted first for `fromWallet`: what the wallet lacks, and at least one cfUSD. */
    readonly minted: DollarAmount;
    /** Most CARD-wei that are burned for it. */
    readonly maxTokenIn: TokenAmount;
    /** Protocol fee in bps; it is part of the rent. */
    readonly feeBps: number;
  };
  /** How the wallet's part is paid; undefined if the balance pays all. */
  readonly funding: FundingPath | undefined;
} & ({ readonly ok: true } | { readonly ok: false; readonly refusal: string; readonly remedy: string });

/** Arguments of {@link planRent}. */
export type PlanRentArgs = {
  readonly deployment: Deployment;
  /** The operator's ask, and its signature. */
  readonly ask: Ask;
  readonly signature: Hex;
  /** Thousandths, duration and limits of the lease. */
  readonly take: Take;
  /** Who rents; by default the client's account. */
  readonly account?: Account | Address | undefined;
  /**
   * Default: `permit` for keys, `approve` for accounts with a contract's code. A signature is asked for while planning. CARD has no
   * authorizations: a lease that burns it is paid by a permit then.
   */
  readonly funding?: FundingPath | undefined;
  /** Seconds for which signatures and a mint are valid. Default: 1200. */
  readonly validFor?: number | undefined;
  /** How much more CARD than quoted a mint may burn, in bps. Default: 100. */
  readonly slippageBps?: number | undefined;
};

/**
 * Plans a rent: what it costs, and what it needs first. Dollars that the account lacks are minted from its CARD; a key signs a permit instead of
 * approving. Nothing is sent: run the plan with {@link executePlan}, or hand its calls to a wallet with `toBatchCalls`, `safeBatch` or
 * `toEthersCall`. Reads market, ledger, minter and tokens.
 *
 * @param client - viem client; one that can sign, unless `funding` is `approve`
 * @param args - see {@link PlanRentArgs}
 * @returns the plan; with `ok: false` and a remedy, and without steps, if the rent would be refused
 * @throws AccountMissingError; InvalidInputError if `slippageBps` or `validFor` is out of range; RevertError; RequestError if the node does not answer or the wallet refuses to sign
 *
 * @example
 * const plan = await planRent(client, { deployment, ask, signature, take });
 * if (plan.ok) console.log(formatDollars(plan.costs.total, 2), plan.steps.map(({ description }) => description));
 */
export const planRent = async (client: CardflowClient, args: PlanRentArgs): Promise<RentPlan> => {
  const { deployment, ask, signature, take } = args;
  const signer = accountOf(client, args.account);
  const account = addressOf(signer);
  const quote = await quoteTake(client, { deployment, ask, signature, take, renter: account });
  const money = await readMoney(client, deployment, account);
  const paid = split(quote.total, take.payInToken ? undefined : money);
  const common = { chainId: deployment.chainId, account };
  const { total, feeBps } = quote;
  const refuse = ({ refusal, remedy }: { readonly refusal: string; readonly remedy: string }): RentPlan => ({
    ...common,
    steps: [],
    costs: { total, ...paid, maxTokenIn: 0n, feeBps },
    funding: undefined,
    ok: false,
    refusal,
    remedy,
  });
  if (!quote.ok && !(quote.refusal === "FundsTooLow" && paid.minted > 0n)) return refuse(quote);
  const mint = paid.minted === 0n ? undefined : await quoteMintExact(client, { deployment, out: paid.minted });
  if (mint?.ok === false) return refuse(mint);
  const maxTokenIn = take.payInToken ? take.maxTokenIn : withSlippage(mint?.tokenIn ?? 0n, args.slippageBps);
  if (mint !== undefined && maxTokenIn > money.tokens && !quote.ok) return refuse(quote);
  const deadline = money.now + requireSeconds("validFor", args.validFor ?? 1_200);
  const need = { deployment, signer, account, deadline, money, take, ...paid, maxTokenIn };
  const funding = needsWallet(need) ? await pathOf(client, account, args) : undefined;
  return {
    ...common,
    costs: { total, ...paid, maxTokenIn, feeBps },
    funding,
    ok: true,
    steps: [...mintSteps(need), ...(await payingSteps(client, need, funding, args))],
  };
};

const pathOf = async (client: CardflowClient, account: Address, args: PlanRentArgs): Promise<FundingPath> => {
  const path = args.funding ?? (await usualPath(client, account));
  return args.take.payInToken && path === "authorization" ? "permit" : path;
};

type Money = {
  readonly now: number;
  readonly balance: bigint;
  readonly dollars: bigint;
  readonly tokens: bigint;
  readonly dollarAllowance: bigint;
  readonly tokenAllowance: bigint;
};

const readMoney = (client: CardflowClient, { addresses }: Deployment, account: Address): Promise<Money> =>
  readAtLatest(client, async ({ blockNumber, now }) => {
    const { computeDollar, computeToken, leaseLedger, dollarMinter } = addresses;
    const balanceOf = (address: Address): Promise<bigint> =>
      readContract(client, { address, abi: balanceOfAbi, functionName: "balanceOf", args: [account], blockNumber });
    const allowance = (address: Address, spender: Address): Promise<bigint> =>
      readContract(client, {
        address,
        abi: allowanceAbi,
        functionName: "allowance",
        args: [account, spender],
        blockNumber,
      });
    const ledgerAccount = {
      address: leaseLedger,
      abi: accountOfAbi,
      functionName: "accountOf",
      args: [account],
      blockNumber,
    } as const;
    const [{ balance }, dollars, tokens, dollarAllowance, tokenAllowance] = await Promise.all([
      readContract(client, ledgerAccount),
      balanceOf(computeDollar),
      balanceOf(computeToken),
      allowance(computeDollar, leaseLedger),
      allowance(computeToken, dollarMinter),
    ]);
    return { now, balance, dollars, tokens, dollarAllowance, tokenAllowance };
  });

/** Who pays which part; a lease that burns CARD takes nothing from balance and wallet dollars. */
const split = (total: bigint, money: Money | undefined) => {
  if (money === undefined) return { fromBalance: 0n, fromWallet: 0n, minted: 0n };
  const fromBalance = total < money.balance ? total : money.balance;
  const fromWallet = total - fromBalance;
  const missing = fromWallet - money.dollars;
  return { fromBalance, fromWallet, minted: missing <= 0n ? 0n : missing < leastMint ? leastMint : missing };
};

/** The minter makes no less than one cfUSD; what is too much of it stays in the wallet. */
const leastMint = 10n ** 18n;

type Need = ReturnType<typeof split> & {
  readonly deployment: Deployment;
  readonly signer: Account | Address;
  readonly account: Address;
  readonly deadline: number;
  readonly money: Money;
  readonly take: Take;
  readonly maxTokenIn: bigint;
};

const needsWallet = ({ take, fromWallet, maxTokenIn, money }: Need): boolean =>
  take.payInToken ? maxTokenIn > money.tokenAllowance : fromWallet > money.dollarAllowance;

const approveTokens = ({ deployment: { addresses }, maxTokenIn: amount }: Need): PlanStep => ({
  name: "ApproveTokens",
  description: "Let the minter burn your CARD.",
  call: approveTokenCall({ token: addresses.computeToken, spender: addresses.dollarMinter, amount }),
});

const mintSteps = (need: Need): readonly PlanStep[] => {
  const { deployment, minted, maxTokenIn, account, deadline } = need;
  if (minted === 0n) return [];
  const call = mintDollarExactCall({ deployment, out: minted, maxIn: maxTokenIn, to: account, deadline });
  return [{ name: "MintDollars", description: "Burn CARD for the cfUSD that are missing.", call }];
};

const payingSteps = async (
  client: CardflowClient,
  need: Need,
  path: FundingPath | undefined,
  { deployment, ask, signature, take }: PlanRentArgs,
): Promise<readonly PlanStep[]> => {
  const funding = path === undefined || path === "approve" ? "0x" : await signFunding(client, need, path);
  const call = takeAskCall({ deployment, ask, signature, take, funding });
  const rent: PlanStep = { name: "Rent", description: "Rent the card.", call };
  if (path !== "approve") return [rent];
  if (take.payInToken) return [approveTokens(need), rent];
  const { computeDollar: token, leaseLedger: spender } = deployment.addresses;
  const approve = approveTokenCall({ token, spender, amount: need.fromWallet });
  return [
    { name: "ApproveDollars", description: "Let the ledger take the rent from your wallet.", call: approve },
    rent,
  ];
};

const signFunding = (client: CardflowClient, need: Need, path: "permit" | "authorization"): Promise<Hex> => {
  const { deployment, signer: account, deadline, take, fromWallet, maxTokenIn } = need;
  if (take.payInToken) return permitFunding(client, { deployment, pay: "CARD", value: maxTokenIn, deadline, account });
  return path === "permit"
    ? permitFunding(client, { deployment, pay: "cfUSD", value: fromWallet, deadline, account })
    : authorizationFunding(client, { deployment, value: fromWallet, validBefore: deadline, account });
};
