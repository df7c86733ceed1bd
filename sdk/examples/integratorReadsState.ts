// An integrator folds the contracts' logs into a state of its own, and finds that it says what the contracts say.
import { formatDollars, takeOf } from "@cardflow/sdk";
import { createState } from "@cardflow/sdk/state";
import { play } from "./chain.ts";

await play(async (chain) => {
  const { deployment, accounts } = chain;
  const renter = chain.clientOf("renter");
  const [{ ask, signature }] = chain.asks;
  const take = takeOf(ask, { duration: 3_600, thousandths: 250 });
  const { result: leaseId = 0n } = await renter.takeAsk({ ask, signature, take }, { wait: true });
  await chain.pass(600);

  // One request for all logs; an application with a long history asks in ranges and keeps the state live with `apply`.
  const logs = await renter.getLogs({ fromBlock: deployment.startBlock });
  const numbers = [...new Set(logs.map(({ blockNumber }) => blockNumber))];
  const blocks = await Promise.all(numbers.map((blockNumber) => renter.getBlock({ blockNumber })));
  const state = createState({ deployment, logs, blocks });

  // What time makes true is computed: the state answers for any second from its newest block on, here for the chain's present one.
  const at = Number((await renter.getBlock()).timestamp);
  const { value: card, blockNumber } = state.cardStatus({ cardId: ask.cardId, at });
  const { value: lease } = state.leaseStatus({ leaseId, at });
  const { value: account } = state.accountStatus({ account: accounts.renter.address, at });
  const { cardIds, leaseIds } = state.list().value;
  console.log(`block ${blockNumber}: ${cardIds.length} cards, ${leaseIds.length} leases`);
  console.log(
    `card ${card.cardId} is ${card.state}; the lease has cost $${formatDollars(lease?.accrued ?? 0n, 6)} so far`,
  );

  const onChain = await renter.leaseStatus({ leaseId });
  const balances = await renter.accountStatus({ account: accounts.renter.address });
  const same = lease !== undefined && lease.accrued === onChain?.accrued && account.available === balances.available;
  console.log(same ? "the contracts say the same" : "the contracts say something else");
  if (!same) process.exitCode = 1;
});
