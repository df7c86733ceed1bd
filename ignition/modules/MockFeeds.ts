import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

/** Two Chainlink-shaped feeds that anyone can set, for local chains and testnets only. */
export default buildModule("MockFeeds", (m) => {
  const decimals = m.getParameter("decimals", 8);
  const answer = m.getParameter("answer", 10_000_000n);
  const primaryFeed = m.contract("MockAggregator", [decimals, answer], { id: "PrimaryFeed" });
  const secondFeed = m.contract("MockAggregator", [decimals, answer], { id: "SecondFeed" });
  return { primaryFeed, secondFeed };
});
