import { readFile } from "node:fs/promises";
import { type CatalogueModel, MODELS } from "../../ignition/catalogue.ts";
import { CsvFormatError, type NodeRow, type PodRow, parseNodes, parsePods } from "../lib/openb.ts";
import { DemoError } from "./failure.ts";

/** The shortest lease; a shorter task is leased and paid for this long, seconds. */
export const SHORTEST = 600;
/** The longest lease, seconds. */
export const LONGEST = 366 * 86_400;

/** A task of real demand, with the times it really had. */
export type Task = {
  readonly name: string;
  /** Seconds since the start of the trace. */
  readonly start: number;
  /** Seconds it is leased for. */
  readonly duration: number;
  readonly cpuMilli: number;
  readonly memoryMib: number;
  readonly cards: number;
  /** Thousandths of each card. */
  readonly thousandths: number;
  /** Accepted models by the file's names; empty: any. */
  readonly models: readonly string[];
};

/** A host of the file and what its cards are in the catalogue. */
export type DemandHost = NodeRow & { readonly catalogue: CatalogueModel };

/** What stands in for the two models whose make the files do not disclose: the nearest kinds of the catalogue. */
const UNDISCLOSED = { G2: "NVIDIA RTX A6000 48GB", G3: "NVIDIA A100 80GB" } as const;

/** Names in the files for models of the catalogue. */
const NAMES: Readonly<Record<string, string>> = {
  ...UNDISCLOSED,
  T4: "NVIDIA T4 16GB",
  P100: "NVIDIA P100 16GB",
  V100M16: "NVIDIA V100 16GB",
  V100M32: "NVIDIA V100 32GB",
  A10: "NVIDIA A10 24GB",
};

/** The stand-ins in words. */
export const STAND_INS = `G2 stands for ${UNDISCLOSED.G2}, G3 for ${UNDISCLOSED.G3}`;

/** The model of the catalogue that a file's name means: one of the names above, the catalogue's own, or a word of it. */
export const catalogueModel = (name: string): CatalogueModel | undefined => {
  const wanted = (NAMES[name.toUpperCase()] ?? name).toUpperCase();
  return (
    MODELS.find((model) => model.name.toUpperCase() === wanted) ??
    MODELS.find((model) => model.name.toUpperCase().split(" ").includes(wanted))
  );
};

/** Reads both files. Throws a located error at the first field that is not as expected. */
export const readDemand = async (
  hostsFile: string,
  tasksFile: string,
): Promise<{ readonly hosts: readonly DemandHost[]; readonly tasks: readonly Task[] }> => ({
  hosts: hostsOf(await read(hostsFile), hostsFile),
  tasks: tasksOf(await read(tasksFile), tasksFile),
});

const read = async (file: string): Promise<string> => {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw new DemoError(`${file} cannot be read: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
};

/** Hosts with cards, in the order of the file. */
export const hostsOf = (text: string, file: string): readonly DemandHost[] =>
  parseNodes(text, file).flatMap((row, index) => {
    if (row.gpu === 0) return [];
    const catalogue = catalogueModel(row.model);
    if (catalogue === undefined) {
      const known = [...Object.keys(NAMES), "a name of the catalogue"].join(", ");
      throw errorAt(text, file, index, "model", `one of ${known}`, row.model);
    }
    return [{ ...row, catalogue }];
  });

/** Tasks in time order; two of one second in the order of the file. */
export const tasksOf = (text: string, file: string): readonly Task[] => {
  const rows = parsePods(text, file);
  for (const column of ["creation_time", "deletion_time"]) requireColumn(text, file, column);
  return rows.map((row, index) => taskOf(row, text, file, index)).sort((a, b) => a.start - b.start);
};

const taskOf = (row: PodRow, text: string, file: string, index: number): Task => {
  const start = row.scheduledTime ?? row.creationTime;
  if (start === undefined) throw errorAt(text, file, index, "creation_time", "the second at which the task began", "");
  const end = row.deletionTime;
  if (end === undefined) throw errorAt(text, file, index, "deletion_time", "the second at which the task ended", "");
  if (end < start)
    throw errorAt(text, file, index, "deletion_time", `a second not before the task began (${start})`, `${end}`);
  return {
    name: row.name,
    start: Math.floor(start),
    duration: Math.max(SHORTEST, Math.ceil(end - start)),
    cpuMilli: row.cpuMilli,
    memoryMib: row.memoryMib,
    cards: row.numGpu,
    thousandths: row.numGpu === 1 ? row.gpuMilli : 1000,
    models: row.gpuSpec,
  };
};

const headerOf = (text: string): string[] =>
  (text.replace(/^\uFEFF/, "").split(/[\r\n]/, 1)[0] ?? "").split(",").map((name) => name.trim().replaceAll('"', ""));

const requireColumn = (text: string, file: string, name: string): void => {
  const header = headerOf(text);
  if (header.includes(name)) return;
  const at = { file, line: 1, column: header.length + 1, columnName: "" };
  throw new CsvFormatError(at, `a column "${name}": demand is played with its real times`, "the end of the line");
};

/** An error at a field of the record `index`, counted from 0 after the header. */
const errorAt = (text: string, file: string, index: number, columnName: string, expected: string, actual: string) => {
  const at = { file, line: index + 2, column: headerOf(text).indexOf(columnName) + 1, columnName };
  return new CsvFormatError(at, expected, actual === "" ? "nothing" : JSON.stringify(actual));
};
