import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

/** Gives CARD to anyone who asks, so much per account and per day; for local chains and testnets only. It begins empty. */
export default buildModule("Faucet", (m) => {
  const faucet = m.contract("Faucet", [
    m.getParameter<string>("token"),
    m.getParameter<bigint>("amount"),
    m.getParameter<number>("interval"),
    m.getParameter<bigint>("dailyLimit"),
  ]);
  return { faucet };
});
