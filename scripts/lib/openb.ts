/** A host of an openb node list. CPU in thousandths of a core, memory in MiB, GPUs as a count of cards of one model. */
export type NodeRow = {
  readonly sn: string;
  readonly cpuMilli: number;
  readonly memoryMib: number;
  readonly gpu: number;
  /** Model of all of the host's cards; empty where the host has none. */
  readonly model: string;
};

/**
 * A task of an openb pod list. `gpuMilli` is the share of one card in thousandths and counts when `numGpu` is 1; several
 * cards are whole ones. `gpuSpec` lists the accepted models, empty when every model will do. Times are seconds since the
 * start of the trace and absent where the list has no such column or leaves the field empty.
 */
export type PodRow = {
  readonly name: string;
  readonly cpuMilli: number;
  readonly memoryMib: number;
  readonly numGpu: number;
  readonly gpuMilli: number;
  readonly gpuSpec: readonly string[];
  readonly qos?: string;
  readonly podPhase?: string;
  readonly creationTime?: number;
  readonly deletionTime?: number;
  readonly scheduledTime?: number;
};

/** Where a file departs from its format, and what was expected there. Lines and columns count from 1. */
export class CsvFormatError extends Error {
  override readonly name = "CsvFormatError";
  readonly file: string;
  /** Line in the file, the header being line 1. */
  readonly line: number;
  /** Position of the field in its line. */
  readonly column: number;
  /** Name of the column in the header, empty where the header itself is at fault. */
  readonly columnName: string;
  readonly expected: string;
  readonly actual: string;

  constructor(
    at: { file: string; line: number; column: number; columnName: string },
    expected: string,
    actual: string,
  ) {
    const where = at.columnName === "" ? `column ${at.column}` : `column ${at.column} (${at.columnName})`;
    super(`${at.file}:${at.line}: ${where}: expected ${expected}, found ${actual}`);
    this.file = at.file;
    this.line = at.line;
    this.column = at.column;
    this.columnName = at.columnName;
    this.expected = expected;
    this.actual = actual;
  }
}

/**
 * Reads a node list: `sn, cpu_milli, memory_mib, gpu, model` in any order, further columns ignored.
 *
 * @param text Content of the file.
 * @param file Name used in errors.
 * @returns One row per host, in the order of the file.
 * @throws {CsvFormatError} At the first field that is not as expected, before anything is returned.
 * @example
 * const nodes = parseNodes("sn,cpu_milli,memory_mib,gpu,model\nhost-0,64000,262144,2,T4\n", "nodes.csv");
 */
export function parseNodes(text: string, file: string): readonly NodeRow[] {
  const table = readTable(text, file, ["sn", "cpu_milli", "memory_mib", "gpu", "model"]);
  return table.records.map((record) => {
    const field = fieldsOf(table, record);
    const gpu = field.integer("gpu", 0, 1024);
    const model = field.text("model");
    if (gpu > 0 && model === "") throw field.error("model", "the model of the host's cards");
    return {
      sn: field.name("sn"),
      cpuMilli: field.integer("cpu_milli", 0),
      memoryMib: field.integer("memory_mib", 0),
      gpu,
      model,
    };
  });
}

/**
 * Reads a pod list: `name, cpu_milli, memory_mib, num_gpu, gpu_milli` in any order; `gpu_spec, qos, pod_phase,
 * creation_time, deletion_time, scheduled_time` may be absent, further columns are ignored.
 *
 * @param text Content of the file.
 * @param file Name used in errors.
 * @returns One row per task, in the order of the file.
 * @throws {CsvFormatError} At the first field that is not as expected, before anything is returned.
 * @example
 * const pods = parsePods("name,cpu_milli,memory_mib,num_gpu,gpu_milli\ntask-0,6000,12288,1,460\n", "pods.csv");
 */
export function parsePods(text: string, file: string): readonly PodRow[] {
  const table = readTable(text, file, ["name", "cpu_milli", "memory_mib", "num_gpu", "gpu_milli"]);
  return table.records.map((record) => {
    const field = fieldsOf(table, record);
    const numGpu = field.integer("num_gpu", 0, 1024);
    const gpuMilli = field.integer("gpu_milli", numGpu === 1 ? 1 : 0, 1000);
    const qos = field.text("qos");
    const podPhase = field.text("pod_phase");
    const creationTime = field.time("creation_time");
    const deletionTime = field.time("deletion_time");
    const scheduledTime = field.time("scheduled_time");
    return {
      name: field.name("name"),
      cpuMilli: field.integer("cpu_milli", 0),
      memoryMib: field.integer("memory_mib", 0),
      numGpu,
      gpuMilli,
      gpuSpec: field.models("gpu_spec"),
      ...(qos !== "" && { qos }),
      ...(podPhase !== "" && { podPhase }),
      ...(creationTime !== undefined && { creationTime }),
      ...(deletionTime !== undefined && { deletionTime }),
      ...(scheduledTime !== undefined && { scheduledTime }),
    };
  });
}

type Table = {
  readonly file: string;
  /** Position of each column of the header, from 0. */
  readonly columns: ReadonlyMap<string, number>;
  readonly records: readonly CsvRecord[];
};

type CsvRecord = { readonly line: number; readonly fields: readonly string[] };

function readTable(text: string, file: string, required: readonly string[]): Table {
  const [header, ...records] = splitRecords(text, file);
  if (header === undefined) {
    throw new CsvFormatError({ file, line: 1, column: 1, columnName: "" }, "a header line", "an empty file");
  }
  const columns = new Map<string, number>();
  header.fields.forEach((raw, index) => {
    const name = raw.trim();
    const at = { file, line: header.line, column: index + 1, columnName: "" };
    if (columns.has(name)) throw new CsvFormatError(at, "each column once", `${quoted(name)} again`);
    columns.set(name, index);
  });
  for (const name of required) {
    if (columns.has(name)) continue;
    const at = { file, line: header.line, column: header.fields.length + 1, columnName: "" };
    throw new CsvFormatError(at, `a column ${quoted(name)}`, `only ${[...columns.keys()].map(quoted).join(", ")}`);
  }
  for (const { line, fields } of records) {
    if (fields.length === columns.size) continue;
    const column = Math.min(fields.length, columns.size) + 1;
    const at = { file, line, column, columnName: header.fields[column - 1]?.trim() ?? "" };
    throw new CsvFormatError(at, `${columns.size} fields`, `${fields.length}`);
  }
  if (records.length === 0) {
    const at = { file, line: header.line + 1, column: 1, columnName: "" };
    throw new CsvFormatError(at, "at least one line of data", "the end of the file");
  }
  return { file, columns, records };
}

/** Splits a file into records by RFC 4180: fields may be quoted, and quoted fields hold commas, quotes and line ends. */
function splitRecords(text: string, file: string): readonly CsvRecord[] {
  const records: CsvRecord[] = [];
  let at = text.startsWith("\uFEFF") ? 1 : 0;
  let line = 1;
  while (at < text.length) {
    const fields: string[] = [];
    const firstLine = line;
    for (;;) {
      const column = { file, line: firstLine, column: fields.length + 1, columnName: "" };
      if (text[at] === '"') {
        const close = closingQuote(text, at);
        if (close < 0) throw new CsvFormatError(column, "a closing quote", "the end of the file");
        const content = text.slice(at + 1, close);
        line += content.split("\n").length - 1;
        fields.push(content.replaceAll('""', '"'));
        at = close + 1;
        if (at < text.length && !",\r\n".includes(text.charAt(at))) {
          throw new CsvFormatError(column, "a comma or line end after the closing quote", quoted(text.charAt(at)));
        }
      } else {
        const end = fieldEnd(text, at);
        fields.push(text.slice(at, end));
        at = end;
      }
      if (text[at] !== ",") break;
      at += 1;
    }
    if (text[at] === "\r" && text[at + 1] === "\n") at += 1;
    at += 1;
    line += 1;
    const onlyBlankLeft = fields.length === 1 && fields[0]?.trim() === "" && text.slice(at).trim() === "";
    if (onlyBlankLeft) break;
    records.push({ line: firstLine, fields });
  }
  return records;
}

function closingQuote(text: string, open: number): number {
  let close = text.indexOf('"', open + 1);
  while (close >= 0 && text[close + 1] === '"') close = text.indexOf('"', close + 2);
  return close;
}

function fieldEnd(text: string, from: number): number {
  let end = from;
  while (end < text.length && text[end] !== "," && text[end] !== "\n" && text[end] !== "\r") end += 1;
  return end;
}

function fieldsOf(table: Table, record: CsvRecord) {
  const text = (name: string): string => record.fields[table.columns.get(name) ?? -1]?.trim() ?? "";

  const error = (name: string, expected: string): CsvFormatError => {
    const at = { file: table.file, line: record.line, column: (table.columns.get(name) ?? -1) + 1, columnName: name };
    return new CsvFormatError(at, expected, text(name) === "" ? "nothing" : quoted(text(name)));
  };

  const name = (column: string): string => {
    if (text(column) === "") throw error(column, "a name");
    return text(column);
  };

  const integer = (column: string, least: number, most: number = Number.MAX_SAFE_INTEGER): number => {
    const value = /^\d+(\.0+)?$/.test(text(column)) ? Number(text(column)) : Number.NaN;
    if (value >= least && value <= most) return value;
    const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
    throw error(column, `a whole number ${range}`);
  };

  const time = (column: string): number | undefined => {
    if (text(column) === "") return undefined;
    if (!/^\d+(\.\d+)?$/.test(text(column))) throw error(column, "seconds since the start of the trace, or nothing");
    return Number(text(column));
  };

  const models = (column: string): readonly string[] => {
    if (text(column) === "") return [];
    const listed = text(column)
      .split("|")
      .map((model) => model.trim());
    if (listed.includes("")) throw error(column, "models separated by |");
    return [...new Set(listed)];
  };

  return { text, error, name, integer, time, models };
}

function quoted(value: string): string {
  return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
}
