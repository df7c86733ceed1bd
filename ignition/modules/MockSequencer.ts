import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

/** A sequencer's uptime feed that anyone can set and that says "up since long ago"; for local chains and testnets only. */
export default buildModule("MockSequencer", (m) => {
  const sequencerFeed = m.contract("MockAggregator", [0, 0n], { id: "SequencerFeed" });
  m.call(sequencerFeed, "setRound", [0n, 1n, 1n]);
  return { sequencerFeed };
});
