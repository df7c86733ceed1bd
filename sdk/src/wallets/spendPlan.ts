import type { Account, Address } from "viem";
import { readContract } from "viem/actions";
import { allowanceAbi, balanceOfAbi } from "../abis/erc20.ts";
import { approveTokenCall } from "../actions/approveToken.ts";
import { accountOf, addressOf } from "../client/account.ts";
import { readAtLatest } from "../client/readAtLatest.ts";
import { requireSeconds } from "../client/seconds.ts";
import type { CardflowClient } from "../client/types.ts";
import type { Deployment } from "../deployments/deployment.ts";
import { type PermitSignature, signPermit } from "../funding/permit.ts";
import type { TokenAmount } from "../money/amounts.ts";
import { type FundingPath, type Plan, type PlanStep, usualPath } from "./plan.ts";

/** Who spends and how, for every plan that takes CARD from a wallet. */
export type SpendArgs = {
  readonly deployment: Deployment;
  /** Who pays; by default the client's account. */
  readonly account?: Account | Address | undefined;
  /** Default: `permit` for keys, `approve` for accounts with a contract's code. A signature is asked for while planning. */
  readonly funding?: Exclude<FundingPath, "authorization"> | undefined;
  /** Seconds for which signatures and calls are valid. Default: 1200. */
  readonly validFor?: number | undefined;
};

/** A plan that takes CARD from a wallet. */
export type SpendPlan = Plan & {
  /** Most CARD-wei that leave the wallet. */
  readonly cost: TokenAmount;
  /** How the wallet lets it go; undefined if an allowance does already, or nothing is taken. */
  readonly funding: FundingPath | undefined;
} & ({ readonly ok: true } | { readonly ok: false; readonly refusal: string; readonly remedy: string });

/** What is planned: how much is taken, the step where that is allowed, and who takes it and the step with a permit where it must be. */
type Spending = {
  readonly cost: TokenAmount;
  readonly allowed: (deadline: number) => PlanStep;
  /** Absent where the sender's CARD is burned by right. */
  readonly taker?: {
    readonly spender: Address;
    readonly permitted: (permit: PermitSignature) => PlanStep;
  };
};

/** A refusal as a plan without steps. */
export const refusedPlan = (
  client: CardflowClient,
  { deployment, account }: SpendArgs,
  cost: TokenAmount,
  refusal: string,
  remedy: string,
): SpendPlan => ({
  ...{ chainId: deployment.chainId, account: addressOf(accountOf(client, account)), steps: [] },
  ...{ cost, funding: undefined, ok: false, refusal, remedy },
});

/** Plans a step that takes CARD: by right or by the allowance there is, by a permit that is signed now, or after an approval. */
export const planSpending = async (
  client: CardflowClient,
  args: SpendArgs,
  { cost, allowed, taker }: Spending,
): Promise<SpendPlan> => {
  const { deployment, validFor = 1_200 } = args;
  const { computeToken: token } = deployment.addresses;
  const signer = accountOf(client, args.account);
  const account = addressOf(signer);
  const { balance, allowance, now } = await readAtLatest(client, async (block) => {
    const at = { address: token, blockNumber: block.blockNumber } as const;
    const [has, may] = await Promise.all([
      readContract(client, { ...at, abi: balanceOfAbi, functionName: "balanceOf", args: [account] }),
      taker === undefined
        ? cost
        : readContract(client, { ...at, abi: allowanceAbi, functionName: "allowance", args: [account, taker.spender] }),
    ]);
    return { balance: has, allowance: may, now: block.now };
  });
  if (balance < cost)
    return refusedPlan(client, args, cost, "TokensTooLow", `Bring ${cost - balance} CARD-wei more into the wallet.`);
  const deadline = now + requireSeconds("validFor", validFor);
  const common = { chainId: deployment.chainId, account, cost, ok: true } as const;
  if (taker === undefined || allowance >= cost) return { ...common, funding: undefined, steps: [allowed(deadline)] };
  const { spender, permitted } = taker;
  const funding = args.funding ?? (await usualPath(client, account));
  if (funding === "permit") {
    const permit = await signPermit(client, { token, spender, value: cost, deadline, account: signer });
    return { ...common, funding, steps: [permitted(permit)] };
  }
  const call = approveTokenCall({ token, spender, amount: cost });
  const approve: PlanStep = { name: "ApproveTokens", description: "Let the contract take your CARD.", call };
  return { ...common, funding, steps: [approve, allowed(deadline)] };
};
