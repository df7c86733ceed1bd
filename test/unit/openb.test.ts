import { expect } from "chai";
import { CsvFormatError, parseNodes, parsePods } from "../../scripts/lib/openb.ts";

const NODES = "sn,cpu_milli,memory_mib,gpu,model";
const PODS = "name,cpu_milli,memory_mib,num_gpu,gpu_milli";
const ALL_PODS = `${PODS},gpu_spec,qos,pod_phase,creation_time,deletion_time,scheduled_time`;

function failure(parse: () => unknown): CsvFormatError {
  try {
    parse();
  } catch (error) {
    if (error instanceof CsvFormatError) return error;
    throw error;
  }
  return expect.fail("parsed");
}

describe("parseNodes", () => {
  it("reads hosts, also without cards", () => {
    expect(parseNodes(`${NODES}\nhost-0,64000,262144,2,T4\nhost-1,96000,524288,0,\n`, "nodes.csv")).to.deep.equal([
      { sn: "host-0", cpuMilli: 64_000, memoryMib: 262_144, gpu: 2, model: "T4" },
      { sn: "host-1", cpuMilli: 96_000, memoryMib: 524_288, gpu: 0, model: "" },
    ]);
  });

  it("takes columns in any order, further ones, quotes, a byte order mark, CRLF and blank lines at the end", () => {
    const text = '\uFEFFmodel,gpu,note,sn,cpu_milli,memory_mib\r\nT4,2,"a ""b"", c\nd",host-0,64000,262144\r\n\r\n';
    expect(parseNodes(text, "nodes.csv")).to.deep.equal([
      { sn: "host-0", cpuMilli: 64_000, memoryMib: 262_144, gpu: 2, model: "T4" },
    ]);
  });

  const cases: readonly [string, string, number, number, string, string][] = [
    ["an empty file", "", 1, 1, "a header line", "an empty file"],
    ["a missing column", "sn,gpu", 1, 3, 'a column "cpu_milli"', 'only "sn", "gpu"'],
    ["a column twice", `${NODES},gpu\n`, 1, 6, "each column once", '"gpu" again'],
    ["no data", `${NODES}\n`, 2, 1, "at least one line of data", "the end of the file"],
    ["a missing field", `${NODES}\na,1,2,3\n`, 2, 5, "5 fields", "4"],
    ["a field too many", `${NODES}\na,1,2,3,T4,x\n`, 2, 6, "5 fields", "6"],
    ["a blank line between", `${NODES}\n\na,1,2,3,T4\n`, 2, 2, "5 fields", "1"],
    ["no name", `${NODES}\n,1,2,3,T4\n`, 2, 1, "a name", "nothing"],
    ["no number", `${NODES}\na,1,2,3,T4\nb,x,2,3,T4`, 3, 2, "a whole number of at least 0", '"x"'],
    ["a negative number", `${NODES}\na,1,-2,3,T4`, 2, 3, "a whole number of at least 0", '"-2"'],
    ["a fraction", `${NODES}\na,1,2,1.5,T4`, 2, 4, "a whole number from 0 to 1024", '"1.5"'],
    ["cards without a model", `${NODES}\na,1,2,3,`, 2, 5, "the model of the host's cards", "nothing"],
    ["an open quote", `${NODES}\n"a,1,2,3,T4`, 2, 1, "a closing quote", "the end of the file"],
    ["text after a quote", `${NODES}\n"a"b,1,2,3,T4`, 2, 1, "a comma or line end after the closing quote", '"b"'],
  ];
  for (const [what, text, line, column, expected, actual] of cases) {
    it(`locates ${what}`, () => {
      const error = failure(() => parseNodes(text, "nodes.csv"));
      expect(error).to.include({ file: "nodes.csv", line, column, expected, actual });
      expect(error.message).to.match(new RegExp(`^nodes\\.csv:${line}: column ${column}`));
    });
  }

  it("counts the lines of quoted fields", () => {
    expect(failure(() => parseNodes(`${NODES},note\na,1,2,3,T4,"x\ny"\nb,1,2,?,T4,z`, "nodes.csv"))).to.include({
      line: 4,
      column: 4,
      columnName: "gpu",
    });
  });
});

describe("parsePods", () => {
  it("reads shares, models and times", () => {
    const text = `${ALL_PODS}\ntask-0,6000,12288,1,460,T4|V100M16|V100M16,LS,Running,427061,12902960,427061.5\n`;
    expect(parsePods(text, "pods.csv")).to.deep.equal([
      {
        name: "task-0",
        cpuMilli: 6000,
        memoryMib: 12_288,
        numGpu: 1,
        gpuMilli: 460,
        gpuSpec: ["T4", "V100M16"],
        qos: "LS",
        podPhase: "Running",
        creationTime: 427_061,
        deletionTime: 12_902_960,
        scheduledTime: 427_061.5,
      },
    ]);
  });

  it("leaves out what the list has no column for, or says nothing about", () => {
    const task = { name: "task-0", cpuMilli: 1, memoryMib: 2, numGpu: 0, gpuMilli: 0, gpuSpec: [] };
    expect(parsePods(`${PODS}\ntask-0,1,2,0,0`, "pods.csv")).to.deep.equal([task]);
    expect(parsePods(`${ALL_PODS}\ntask-0,1,2,0,0,,,,,,`, "pods.csv")).to.deep.equal([task]);
  });

  const cases: readonly [string, string, number, string][] = [
    ["a share of nothing", "a,1,2,1,0,,,,,,", 5, "a whole number from 1 to 1000"],
    ["a share of more than a card", "a,1,2,1,1001,,,,,,", 5, "a whole number from 1 to 1000"],
    ["an empty model", "a,1,2,1,500,T4|,,,,,", 6, "models separated by |"],
    ["a time that is none", "a,1,2,1,500,,,,0,soon,", 10, "seconds since the start of the trace, or nothing"],
  ];
  for (const [what, record, column, expected] of cases) {
    it(`locates ${what}`, () => {
      expect(failure(() => parsePods(`${ALL_PODS}\n${record}`, "pods.csv"))).to.include({ line: 2, column, expected });
    });
  }
});
