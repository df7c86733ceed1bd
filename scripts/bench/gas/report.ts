import { table } from "../../demo/format.ts";
import { type Mark, type Measured, operations, type PeerFigure, peerOf } from "./operations.ts";
import { PEERS_KNOWN, type PeerGas, peerKeys } from "./peers/known.ts";

/** What was measured, and what was recorded of peers before, for those that could not be measured now. */
export type Results = { readonly ours: Measured; readonly peers: PeerGas; readonly recorded: PeerGas };

type Row = {
  readonly name: string;
  readonly mark: Mark;
  readonly gas: number;
  readonly peer: PeerFigure | undefined;
};

const rowsOf = ({ ours, peers, recorded }: Results): Row[] =>
  operations.flatMap(([name, mark]) => {
    const gas = ours.get(name);
    return gas === undefined ? [] : [{ name, mark, gas, peer: peerOf(mark, peers, recorded) }];
  });

/** One object: gas, goal, floor and peer by operation. */
export const asJson = (results: Results): string =>
  JSON.stringify(
    Object.fromEntries(
      rowsOf(results).map(({ name, mark: { goal, floor }, gas, peer }) => [
        name,
        {
          gas,
          ...(peer && { peer: peer.name, peerGas: peer.gas, peerMeasured: peer.measured }),
          ...(floor !== undefined && { floor }),
          ...(goal !== undefined && { goal }),
        },
      ]),
    ),
  );

const text = (value: number | undefined): string => (value === undefined ? "" : value.toLocaleString("en"));

const verdict = ({ mark: { goal }, gas }: Row): string => {
  if (goal === undefined) return "";
  const percent = ((100 * (gas - goal)) / goal).toFixed(1);
  return gas > goal ? `+${percent} %` : "reached";
};

const source = ({ measured, published }: PeerFigure): string => {
  if (measured) return "measured in this run";
  return published ? "published figure, not measured here" : "recorded by an earlier run";
};

/** For a terminal. */
export const asTable = (results: Results): string => {
  const columns = [
    { heading: "operation" },
    ...["gas", "goal", "", "floor"].map((heading) => ({ heading, right: true })),
    { heading: "peer" },
    { heading: "its gas", right: true },
    { heading: "" },
  ];
  const lines = rowsOf(results).map((row) => [
    row.name,
    text(row.gas),
    text(row.mark.goal),
    verdict(row),
    text(row.mark.floor),
    row.peer?.name ?? "",
    text(row.peer?.gas),
    row.peer === undefined ? "" : source(row.peer),
  ]);
  return table(columns, lines).join("\n");
};

/** For the documentation. */
export const asMarkdown = (results: Results): string => {
  const lines = rowsOf(results).map((row) => {
    const { mark, gas, peer } = row;
    const beside = peer === undefined ? "" : `${peer.name}${peer.published ? " *" : ""}`;
    const cells = [`\`${row.name}\``, mark.what, text(gas), text(mark.goal), verdict(row), text(mark.floor)];
    return `| ${[...cells, beside, text(peer?.gas)].join(" | ")} |`;
  });
  const head = "| operation | what | gas | goal | | floor | peer | its gas |\n|---|---|--:|--:|--:|--:|---|--:|";
  const peers = peerKeys.flatMap((key) => {
    const gas = results.peers.get(key) ?? results.recorded.get(key);
    return gas === undefined ? [] : [`| ${PEERS_KNOWN[key].name} | ${text(gas)} |`];
  });
  const all = ["All peers measured in that run:", "", "| peer | gas |", "|---|--:|", ...peers];
  return [head, ...lines, "", "\\* published figure, not measured here.", "", ...all].join("\n");
};
