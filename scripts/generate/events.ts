import { keccak256, toHex } from "viem";
import { byNameThenSignature, type EventItem, type Parameter, readArtifacts, signatureOf } from "./artifacts.ts";
import { camel, type GeneratedFile, heading } from "./output.ts";

/** Contracts whose events make the state that `sdk/src/state` folds. */
const folded = [
  "ComputeToken",
  "ComputeDollar",
  "PriceOracle",
  "DollarMinter",
  "CardRegistry",
  "SupplierStaking",
  "RenterStaking",
  "LeaseLedger",
  "RentalMarket",
  "RevenueShare",
  "RevenueShareFactory",
] as const;

type Source = { readonly name: string; readonly events: readonly EventItem[] };

/** Decoders of fixed layout for every event of the contracts that are folded. */
export const eventFiles = (): readonly GeneratedFile[] => {
  const artifacts = new Map(readArtifacts().map((artifact) => [artifact.name, artifact]));
  const sources = folded.map((name): Source => {
    const artifact = artifacts.get(name);
    if (artifact === undefined) throw new Error(`no artifact of ${name}`);
    return { name, events: artifact.abi.filter((item) => item.type === "event").sort(byNameThenSignature) };
  });
  return sources.map(fileOf);
};

/** Readers of a word, or of what it points to, in `words.ts`. */
const readers = ["address", "bool", "bytes32", "small", "string", "uint"] as const;

/** One constant for each event, so that a bundle carries only those that it uses. */
const fileOf = ({ name, events }: Source): GeneratedFile => {
  const layouts = events.map((event) => ({ name: event.name, layout: layoutOf(event) }));
  const used = readers.filter((reader) => layouts.some(({ layout }) => layout.includes(`${reader}(`)));
  const abi = `${camel(name)}Abi`;
  return {
    path: `sdk/src/state/layouts/${camel(name)}.ts`,
    text: [
      heading(`the artifact of ${name}`),
      `import type { ${abi} } from "../../abis/${camel(name)}.ts";`,
      `import { ${["type EventArgs", "type EventLayout", "type EventName", "layout", ...used].join(", ")} } from "../words.ts";`,
      "",
      `type Layout<Name extends EventName<typeof ${abi}>> = EventLayout<EventArgs<typeof ${abi}, Name>>;`,
      "",
      ...layouts.map(
        (event) => `export const ${event.name}: Layout<"${event.name}"> = /* @__PURE__ */ ${event.layout};`,
      ),
    ].join("\n"),
  };
};

const layoutOf = (event: EventItem): string => {
  const topic = keccak256(toHex(signatureOf(event)));
  const indexed = event.inputs.filter((input) => input.indexed === true);
  const rest = event.inputs.filter((input) => input.indexed !== true);
  const topics = new Map(indexed.map((input, index) => [input.name, read(input, ["a", "b", "c"][index] ?? "", 0)]));
  const data = readAll(rest, "d");
  const fields = event.inputs.map(({ name }) => `${name}: ${topics.get(name) ?? data.fields.get(name)}`);
  const used = ["a", "b", "c", "d"].map((name, index) =>
    index < indexed.length || (name === "d" && rest.length > 0) ? name : `_${name}`,
  );
  while (used.at(-1)?.startsWith("_")) used.pop();
  return `layout("${topic}", ${indexed.length + 1}, ${data.words}, ${data.dynamic}, (${used.join(", ")}) => ${fields.length === 0 ? "[]" : `({ ${fields.join(", ")} })`})`;
};

/** Readers of the parameters in the data, how many words their heads take, and whether anything follows them. */
const readAll = (parameters: readonly Parameter[], from: string) => {
  const fields = new Map<string, string>();
  let words = 0;
  let dynamic = false;
  for (const parameter of parameters) {
    dynamic ||= parameter.type === "string";
    fields.set(parameter.name, read(parameter, from, words));
    words += wordsOf(parameter);
  }
  return { fields, words, dynamic };
};

const wordsOf = ({ type, components }: Parameter): number =>
  type === "tuple" ? (components ?? []).reduce((sum, component) => sum + wordsOf(component), 0) : 1;

/** Bits of integers that are numbers and not bigints. */
const smallBits = 48;

/** Source of the reader of a parameter at a word. */
const read = (parameter: Parameter, from: string, word: number): string => {
  const { type, components, name } = parameter;
  const bits = Number(/^uint(\d+)$/.exec(type)?.[1] ?? Number.NaN);
  if (bits <= smallBits) return `small(${from}, ${word}, ${bits})`;
  if (bits > smallBits) return `uint(${from}, ${word})`;
  if (type === "address" || type === "bool" || type === "bytes32" || type === "string")
    return `${type}(${from}, ${word})`;
  if (type !== "tuple") throw new Error(`an event's parameter of a type that has no reader: ${name} ${type}`);
  let at = word;
  const parts = (components ?? []).map((component) => {
    if (component.type === "string") throw new Error(`a struct of dynamic size in an event: ${name}`);
    const part = `${component.name}: ${read(component, from, at)}`;
    at += wordsOf(component);
    return part;
  });
  return `{ ${parts.join(", ")} }`;
};
