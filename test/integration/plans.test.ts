import { expect } from "chai";
import { JsonRpcProvider, Wallet } from "ethers";
import { type Hex, isHex, zeroHash } from "viem";
import { getTransactionReceipt } from "viem/actions";
import { giveTokens } from "../../scripts/demo/dollars.ts";
import { need } from "../../scripts/demo/failure.ts";
import type { Person } from "../../scripts/demo/people.ts";
import { toEthersCall } from "../../sdk/src/ethers/index.ts";
import {
  accountStatus,
  cardStatus,
  leaseStatus,
  parseDollars,
  parseShares,
  parseTokens,
  shareStatus,
} from "../../sdk/src/index.ts";
import {
  executePlan,
  type Plan,
  planBuyShares,
  planMint,
  planRent,
  planStakeBond,
  planStakeRenter,
  planTokenize,
} from "../../sdk/src/wallets/index.ts";
import { openStage, type Stage } from "./support/stage.ts";

const DAY = 86_400;

/** How an application sends a plan. */
type Way = { readonly library: string; readonly send: (who: Person, plan: Plan) => Promise<readonly Hex[]> };

describe("plans", () => {
  let stage: Stage;
  let provider: JsonRpcProvider;

  before(async () => {
    stage = await openStage(8);
    provider = new JsonRpcProvider(stage.system.chain.url, undefined, { cacheTimeout: -1, pollingInterval: 20 });
  });
  after(async () => {
    provider.destroy();
    await stage.close();
  });

  const ways: readonly Way[] = [
    { library: "viem", send: async ({ client }, plan) => (await executePlan(client, plan)).hashes },
    {
      library: "ethers",
      send: async ({ key }, { steps }) => {
        const wallet = new Wallet(key, provider);
        const hashes: Hex[] = [];
        for (const { call } of steps) {
          const { hash } = need(
            (await (await wallet.sendTransaction(toEthersCall(call))).wait()) ?? undefined,
            "a receipt",
          );
          if (isHex(hash)) hashes.push(hash);
        }
        return hashes;
      },
    },
  ];

  const money = ({ address: account }: Person) =>
    accountStatus(stage.system.chain.reader, { deployment: stage.system.deployment, account });
  const holder = async (tokens: string): Promise<Person> => {
    const person = await stage.newcomer("planner");
    await giveTokens(stage.system, person, parseTokens(tokens));
    return person;
  };
  const names = ({ steps }: Plan): readonly string[] => steps.map(({ name }) => name);

  for (const { library, send } of ways) {
    describe(`sent by ${library}`, () => {
      it("make dollars in one step, without allowance or permit", async () => {
        const { deployment } = stage.system;
        const person = await holder("200");
        const plan = await planMint(person.client, { deployment, out: parseDollars("5") });
        expect(plan).to.deep.include({ ok: true, funding: undefined });
        expect(names(plan)).to.deep.equal(["MintDollars"]);
        await send(person, plan);
        const after = await money(person);
        expect(after.walletDollars).to.equal(parseDollars("5"));
        expect(parseTokens("200") - after.walletTokens <= plan.cost).to.equal(true);
      });

      it("stake as a renter in one step", async () => {
        const { deployment } = stage.system;
        const person = await holder("100");
        const plan = await planStakeRenter(person.client, { deployment, amount: parseTokens("40") });
        expect(names(plan)).to.deep.equal(["StakeAsRenter"]);
        await send(person, plan);
        expect(await money(person)).to.deep.include({ walletTokens: parseTokens("60") });
        expect((await money(person)).stake.pending).to.equal(parseTokens("40"));
      });

      it("add to a bond in one step", async () => {
        const { system, operator, freshCard } = stage;
        const { deployment } = system;
        const { id: cardId } = freshCard();
        await giveTokens(system, operator, parseTokens("30"));
        const before = await cardStatus(system.chain.reader, { deployment, cardId });
        const plan = await planStakeBond(operator.client, { deployment, cardId, amount: parseTokens("30") });
        expect(names(plan)).to.deep.equal(["StakeBond"]);
        await send(operator, plan);
        const { bond } = await cardStatus(system.chain.reader, { deployment, cardId });
        expect((bond?.active ?? 0n) - (before.bond?.active ?? 0n)).to.equal(parseTokens("30"));
      });

      it("tokenize a card and buy its shares, each in one step", async () => {
        const { system, owner, freshCard } = stage;
        const { chain, deployment } = system;
        const { id: cardId } = freshCard();
        const terms = {
          ...{ supply: parseShares("100"), price: parseTokens("1"), minimumRaise: parseTokens("10") },
          ...{ promisedRevenue: parseDollars("100"), floorRate: 0n, floorDecayBps: 0, upfrontBps: 1_000 },
          ...{ saleEnd: (await chain.now()) + DAY, term: 30 * DAY },
        };
        const offer = await planTokenize(owner.client, { deployment, cardId, terms });
        expect(names(offer)).to.deep.equal(["TokenizeCard"]);
        const [hash = "0x"] = await send(owner, offer);
        const { holder: share = "0x" } = await cardStatus(chain.reader, { deployment, cardId });
        expect(hash).to.have.length(66);
        const buyer = await holder("50");
        const plan = await planBuyShares(buyer.client, { deployment, share, shares: parseShares("25") });
        expect(plan).to.deep.include({ ok: true, funding: "permit", cost: parseTokens("25") });
        expect(names(plan)).to.deep.equal(["BuyShares"]);
        await send(buyer, plan);
        const { holding } = await shareStatus(chain.reader, { share, account: buyer.address });
        expect(holding?.balance).to.equal(parseShares("25"));
        const again = await planTokenize(owner.client, { deployment, cardId, terms });
        expect(again).to.deep.include({ ok: false, refusal: "CardEncumbered", steps: [] });
        const tooMany = await planBuyShares(buyer.client, { deployment, share, shares: parseShares("76") });
        expect(tooMany).to.deep.include({ ok: false, refusal: "ShareSoldOut" });
      });

      it("rent with CARD in one step: it is burned, no dollar is touched", async () => {
        const { system, freshCard } = stage;
        const { chain, deployment } = system;
        const { ask, signature } = freshCard();
        const person = await holder("50");
        const take = {
          ...{ thousandths: 1_000, duration: 4 * 3_600, maxRatePerSecond: ask.ratePerSecond, payInToken: true },
          ...{ maxTokenIn: parseTokens("20"), accessKeyHash: zeroHash },
        };
        const plan = await planRent(person.client, { deployment, ask, signature, take });
        expect(plan).to.deep.include({ ok: true, funding: "permit" });
        expect(plan.costs).to.deep.include({
          fromBalance: 0n,
          fromWallet: 0n,
          minted: 0n,
          maxTokenIn: parseTokens("20"),
        });
        expect(names(plan)).to.deep.equal(["Rent"]);
        const authorized = await planRent(person.client, {
          deployment,
          ask,
          signature,
          take,
          funding: "authorization",
        });
        expect(authorized.funding).to.equal("permit");
        const [hash = "0x"] = await send(person, plan);
        expect((await getTransactionReceipt(chain.reader, { hash })).status).to.equal("success");
        const { leaseIds } = await cardStatus(chain.reader, { deployment, cardId: ask.cardId });
        const lease = await leaseStatus(chain.reader, { deployment, leaseId: need(leaseIds[0], "a lease") });
        expect(lease).to.include({ renter: person.address, paidInToken: true });
        const after = await money(person);
        expect([after.available, after.walletDollars]).to.deep.equal([0n, 0n]);
        const burned = parseTokens("50") - after.walletTokens;
        // 1.76 dollars at ten cents a CARD, and the minter's fee.
        expect(burned > parseTokens("17.6") && burned < parseTokens("18.1")).to.equal(true);
      });
    });
  }

  it("use an allowance that is there, approve where that is asked for, and refuse what the wallet cannot pay", async () => {
    const { deployment } = stage.system;
    const person = await holder("100");
    const args = { deployment, amount: parseTokens("10") };
    const approving = await planStakeRenter(person.client, { ...args, funding: "approve" });
    expect(names(approving)).to.deep.equal(["ApproveTokens", "StakeAsRenter"]);
    await executePlan(person.client, { ...approving, steps: approving.steps.slice(0, 1) });
    const allowed = await planStakeRenter(person.client, args);
    expect(allowed).to.deep.include({ ok: true, funding: undefined });
    expect(names(allowed)).to.deep.equal(["StakeAsRenter"]);
    const poor = await planStakeRenter(person.client, { deployment, amount: parseTokens("101") });
    expect(poor).to.deep.include({ ok: false, refusal: "TokensTooLow", steps: [] });
    const little = await planMint(person.client, { deployment, out: 1n });
    expect(little).to.deep.include({ ok: false, refusal: "BelowMinimum" });
    const card = stage.freshCard();
    const stranger = await planTokenize(person.client, {
      ...{ deployment, cardId: card.id },
      terms: {
        ...{ supply: 1n, price: 1n, minimumRaise: 1n, promisedRevenue: 1n, floorRate: 0n },
        ...{ floorDecayBps: 0, upfrontBps: 0, saleEnd: 0, term: 0 },
      },
    });
    expect(stranger).to.deep.include({ ok: false, refusal: "TokenizeCallerNotOwner" });
  });
});
