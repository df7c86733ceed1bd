import {
  byNameThenSignature,
  compare,
  type ErrorItem,
  type EventItem,
  type FunctionItem,
  type Item,
  type Parameter,
  readArtifacts,
  readOpenZeppelin,
  signatureOf,
} from "./artifacts.ts";
import { camel, entryName, type GeneratedFile, heading } from "./output.ts";
import { type EnumSource, readSources, type Sources, type StructSource } from "./sources.ts";

type Described = FunctionItem | EventItem | ErrorItem;
type Contract = { readonly name: string; readonly from: string; readonly abi: readonly Described[] };

/** Contracts whose ABI the package publishes; a name stands for `X`, or for `IX` where `X` is not compiled. */
const published = [
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
  "WrappedShare",
  "WrappedShareFactory",
  "ComputeBond",
  "ComputeBondFactory",
  "CheckerNetwork",
  "EmissionController",
] as const;

/** ABIs of OpenZeppelin that users of the contracts call: name in the package, name here. */
const standards = [
  ["ERC20Permit", "ERC20"],
  ["ERC721", "ERC721"],
  ["IERC1271", "ERC1271"],
  ["AccessManager", "AccessManager"],
] as const;

/** Enums whose name says too little outside their interface. */
const enumNames: Readonly<Record<string, string>> = {
  "IDollarMinter.State": "DollarState",
  "IDollarMinter.Lane": "RedeemLane",
  "IPriceOracle.Health": "PriceHealth",
  "IPriceOracle.Slot": "PriceSlot",
  "ILeaseLedger.Credit": "CreditReason",
  "IRevenueShare.Phase": "SharePhase",
};

/** Structs whose name says too little outside their interface. */
const structNames: Readonly<Record<string, string>> = {
  "IDollarMinter.Parameters": "MinterParameters",
  "IPriceOracle.Source": "PriceSource",
  "IRevenueShare.Terms": "ShareTerms",
};

/** Structs that users encode by hand because they travel as bytes. */
const encodedStructs = ["ILeaseLedger.Funding"] as const;

/** Structs that users sign. */
const signedStructs = ["IRentalMarket.Ask", "IRentalMarket.Bid"] as const;

/** All files that follow from the ABIs and the interfaces. */
export const abiFiles = (): readonly GeneratedFile[] => {
  const sources = readSources();
  const contracts = readContracts();
  const errors = readErrors(contracts);
  return [
    ...contracts.map(contractFile),
    indexFile(contracts),
    errorAbiFile(errors),
    revertsFile(errors, sources),
    entriesFile(errors),
    enumsFile(sources.enums),
    structsFile(sources, contracts),
    orderTypesFile(sources),
  ];
};

/* INPUT */

const readContracts = (): readonly Contract[] => {
  const artifacts = new Map(readArtifacts().map((artifact) => [artifact.name, artifact]));
  const own = published.flatMap((name) => {
    const artifact = artifacts.get(name) ?? artifacts.get(`I${name}`);
    return artifact === undefined ? [] : [{ name, from: artifact.name, abi: describedOf(artifact.abi) }];
  });
  const others = standards.map(([from, name]) => ({ name, from, abi: describedOf(readOpenZeppelin(from)) }));
  return [...own, ...others];
};

const describedOf = (abi: readonly Item[]): readonly Described[] =>
  abi.filter((item) => item.type === "function" || item.type === "event" || item.type === "error").sort(byKind);

const kinds = ["function", "event", "error"] as const;

const byKind = (a: Described, b: Described): number =>
  kinds.indexOf(a.type) - kinds.indexOf(b.type) || byNameThenSignature(a, b);

/** Every error that a call can end with: of all contracts, their libraries, and the standards they build on. */
const readErrors = (contracts: readonly Contract[]): readonly ErrorItem[] => {
  const all = [
    ...contracts.flatMap(({ abi }) => abi),
    ...readArtifacts().flatMap(({ abi }) => abi),
    ...readOpenZeppelin("IERC20Errors"),
    ...readOpenZeppelin("IERC721Errors"),
    ...readOpenZeppelin("AccessManaged"),
  ].filter((item) => item.type === "error");
  const byName = new Map<string, ErrorItem>();
  for (const item of all) {
    const known = byName.get(item.name);
    if (known !== undefined && signatureOf(known) !== signatureOf(item))
      throw new Error(`two errors of one name: ${signatureOf(known)} and ${signatureOf(item)}`);
    byName.set(item.name, item);
  }
  return [...byName.values()].sort(byNameThenSignature);
};

/* ABIS */

const parameterText = ({ name, type, components, indexed }: Parameter): string =>
  `{ name: ${JSON.stringify(name)}, type: ${JSON.stringify(type)}${
    components === undefined ? "" : `, components: [${components.map(parameterText).join(", ")}]`
  }${indexed === true ? ", indexed: true" : ""} }`;

const parametersText = (parameters: readonly Parameter[]): string => `[${parameters.map(parameterText).join(", ")}]`;

const itemText = (item: Described): string => {
  switch (item.type) {
    case "function":
      return `{ type: "function", name: "${item.name}", stateMutability: "${item.stateMutability}", inputs: ${parametersText(item.inputs)}, outputs: ${parametersText(item.outputs)} }`;
    case "event":
      return `{ type: "event", name: "${item.name}", inputs: ${parametersText(item.inputs)} }`;
    case "error":
      return `{ type: "error", name: "${item.name}", inputs: ${parametersText(item.inputs)} }`;
  }
};

/** Overloads of one name together, in the order of their first. */
const groupByName = (items: readonly Described[]): readonly (readonly [string, readonly Described[]])[] =>
  [...new Set(items.map(({ name }) => name))].map((name) => [name, items.filter((item) => item.name === name)]);

const fileOf = (name: string): string => (name.startsWith("ERC") ? name.toLowerCase() : camel(name));

/** One constant per function and event, so that an action carries its own function only, and the whole ABI. */
const contractFile = ({ name, from, abi }: Contract): GeneratedFile => {
  const constants: string[] = [];
  const slices: string[] = [];
  const whole: string[] = [];
  for (const [kind, suffix] of [
    ["function", "Abi"],
    ["event", "EventAbi"],
  ] as const) {
    for (const [itemName, items] of groupByName(abi.filter(({ type }) => type === kind))) {
      const ids = items.map(
        (_, index) => `_${itemName}${kind === "event" ? "Event" : ""}${items.length > 1 ? index : ""}`,
      );
      items.forEach((item, index) => {
        constants.push(`const ${ids[index]} = ${itemText(item)} as const;`);
      });
      slices.push(`export const ${camel(itemName)}${suffix} = [${ids.join(", ")}] as const;`);
      whole.push(...ids);
    }
  }
  const errors = abi.filter(({ type }) => type === "error").map(itemText);
  return {
    path: `sdk/src/abis/${fileOf(name)}.ts`,
    text: [
      heading(`the artifact of ${from}`),
      ...constants,
      "",
      ...slices,
      "",
      `/** ABI of ${name}. */`,
      `export const ${fileOf(name)}Abi = [${[...whole, ...errors].join(", ")}] as const;`,
    ].join("\n"),
  };
};

const indexFile = (contracts: readonly Contract[]): GeneratedFile => ({
  path: "sdk/src/abis/index.ts",
  text: [
    heading("the artifacts"),
    ...contracts
      .map(({ name }) => fileOf(name))
      .concat("error")
      .sort(compare)
      .map((file) => `export { ${file}Abi } from "./${file === "error" ? "errors" : file}.ts";`),
    `export * from "./enums.ts";`,
  ].join("\n"),
});

const errorAbiFile = (errors: readonly ErrorItem[]): GeneratedFile => ({
  path: "sdk/src/abis/errors.ts",
  text: [
    heading("the artifacts"),
    "/** ABI of every custom error of every contract: append it to an ABI, and any library decodes any revert by name. */",
    `export const errorAbi = [${errors.map(itemText).join(", ")}] as const;`,
  ].join("\n"),
});

/* ERRORS */

const enumNameOf = (qualified: string): string => enumNames[qualified] ?? qualified.split(".").at(-1) ?? qualified;

/** `enum ILeaseLedger.LegRefusal[]` to `LegRefusal`. */
const enumOf = ({ internalType }: Parameter): string | undefined => {
  const match = /^enum ([\w.]+)(\[\d*\])?$/.exec(internalType ?? "");
  return match?.[1] === undefined ? undefined : enumNameOf(match[1]);
};

const scalarType = (type: string): string => {
  if (type === "bool" || type === "string") return type === "bool" ? "boolean" : "string";
  if (type === "address") return "Address";
  if (type.startsWith("bytes")) return "Hex";
  const bits = /^u?int(\d+)$/.exec(type)?.[1];
  if (bits === undefined) throw new Error(`a type that is not mapped: ${type}`);
  return Number(bits) <= 48 ? "number" : "bigint";
};

const typeScriptType = (parameter: Parameter): string => {
  const element = enumOf(parameter) ?? scalarType(parameter.type.replace(/\[\]$/, ""));
  return parameter.type.endsWith("[]") ? `readonly ${element}[]` : element;
};

/** `string message` and the like, as viem reads them. */
const namedParameters = (inputs: readonly Parameter[]): string =>
  inputs.map(({ type, name }) => `${type} ${name}`).join(",");

/** What the compiler itself reverts with. */
const builtIn: readonly ErrorItem[] = [
  { type: "error", name: "Error", inputs: [{ name: "message", type: "string" }] },
  { type: "error", name: "Panic", inputs: [{ name: "code", type: "uint256" }] },
];

const withBuiltIn = (errors: readonly ErrorItem[]): readonly ErrorItem[] =>
  [...builtIn, ...errors].sort(byNameThenSignature);

const revertsFile = (errors: readonly ErrorItem[], { enums }: Sources): GeneratedFile => {
  const all = withBuiltIn(errors);
  const unnamed = all.filter(({ inputs }) => inputs.some(({ name }) => name === ""));
  if (unnamed.length > 0) throw new Error(`errors with unnamed parameters: ${unnamed.map(signatureOf).join(", ")}`);
  const withEnums = all.filter(({ inputs }) => inputs.some((input) => enumOf(input) !== undefined));
  const used = enums
    .map(({ owner, name }) => enumNameOf(`${owner}.${name}`))
    .filter((name) => withEnums.some(({ inputs }) => inputs.some((input) => enumOf(input) === name)))
    .sort(compare);
  return {
    path: "sdk/src/abis/reverts.ts",
    text: [
      heading("the artifacts"),
      `import type { Address, Hex } from "viem";`,
      `import type { ${used.join(", ")} } from "./enums.ts";`,
      "",
      "/** Arguments of every error by name; enums by the name of their member. */",
      "export type RevertArgs = {",
      ...all.map(
        ({ name, inputs }) =>
          `readonly ${name}: ${inputs.length === 0 ? "Record<string, never>" : `{ ${inputs.map((input) => `readonly ${input.name}: ${typeScriptType(input)};`).join(" ")} }`};`,
      ),
      "};",
      "",
      "/** Name of any error that a call can end with. */",
      "export type RevertName = keyof RevertArgs;",
    ].join("\n"),
  };
};

/** Enums whose members each have a remedy: the errors carry those instead of the bare names. */
const answeredEnums: Readonly<Record<string, string>> = {
  LegRefusal: "legRefusalRemedies",
  MatchRefusal: "matchRefusalRemedies",
};

/** A constant for every error, so that an action carries those only that its call can end with. */
const entriesFile = (errors: readonly ErrorItem[]): GeneratedFile => {
  const all = withBuiltIn(errors);
  const bare = new Set<string>();
  const entries = all.map(({ name, inputs }) => {
    const members = inputs.flatMap((input) => {
      const enumName = enumOf(input);
      if (enumName === undefined) return [];
      const names = `${camel(enumName)}Names`;
      if (answeredEnums[enumName] === undefined) bare.add(names);
      return [`${input.name}: ${answeredEnums[enumName] ?? names}`];
    });
    const parts = [JSON.stringify(name), JSON.stringify(namedParameters(inputs)), `texts.${name}`];
    if (members.length > 0) parts.push(`{ ${members.join(", ")} }`);
    return `export const ${entryName(name)}: RevertEntry = [${parts.join(", ")}];`;
  });
  return {
    path: "sdk/src/errors/reverts.ts",
    text: [
      heading("the artifacts"),
      `import { ${[...bare].sort(compare).join(", ")} } from "../abis/enums.ts";`,
      `import { ${Object.values(answeredEnums).join(", ")} } from "./refusalRemedies.ts";`,
      `import type { RevertEntry } from "./revertEntry.ts";`,
      `import * as texts from "./texts.ts";`,
      "",
      ...entries,
      "",
      "/** Every error of every contract. */",
      `export const everyRevert: readonly RevertEntry[] = [${all.map(({ name }) => entryName(name)).join(", ")}];`,
    ].join("\n"),
  };
};

/* ENUMS, STRUCTS */

const enumsFile = (enums: readonly EnumSource[]): GeneratedFile => {
  const named = enums.map((source) => ({ ...source, as: enumNameOf(`${source.owner}.${source.name}`) }));
  requireUnique(named.map(({ as }) => as));
  return {
    path: "sdk/src/abis/enums.ts",
    text: [
      heading("the interfaces"),
      ...named.map(
        ({ owner, name, members, as }) => `
/** Members of \`${owner}.${name}\`, in the order of their numbers. */
export const ${camel(as)}Names = [${members
          .map((member) => `\n${member.comment === "" ? "" : `/** ${member.comment} */\n`}"${member.name}",`)
          .join("")}
] as const;
/** A member of \`${owner}.${name}\`. */
export type ${as} = (typeof ${camel(as)}Names)[number];`,
      ),
    ].join("\n"),
  };
};

const requireUnique = (names: readonly string[]): void => {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`two types of one name: ${twice}`);
};

const structNameOf = (qualified: string): string => structNames[qualified] ?? qualified.split(".").at(-1) ?? qualified;

/** Qualified names of the structs among the inputs of functions. */
const structsOf = (contracts: readonly Contract[]): ReadonlySet<string> => {
  const found = new Set<string>(encodedStructs);
  const visit = ({ internalType, components }: Parameter): void => {
    const name = /^struct ([\w.]+)/.exec(internalType ?? "")?.[1];
    if (name !== undefined) found.add(name);
    components?.forEach(visit);
  };
  for (const { abi } of contracts) for (const item of abi) if (item.type === "function") item.inputs.forEach(visit);
  return found;
};

/** The ABI type of a Solidity type of the interfaces. */
const abiTypeOf = (type: string, owner: string, sources: Sources): string => {
  const declared = (name: string): boolean =>
    sources.enums.some(
      (source) =>
        (type.includes(".") ? `${source.owner}.${source.name}` : source.name) === name &&
        (type.includes(".") || source.owner === owner),
    );
  if (declared(type)) return "uint8";
  if (/^(u?int\d+|bytes\d*|bool|string|address)$/.test(type)) return type;
  if (/^I[A-Z]\w*$/.test(type)) return "address";
  throw new Error(`a field type that is not mapped: ${type}`);
};

const structSource = (qualified: string, { structs }: Sources): StructSource => {
  const source = structs.find(({ owner, name }) => `${owner}.${name}` === qualified);
  if (source === undefined) throw new Error(`a struct that the interfaces do not declare: ${qualified}`);
  return source;
};

const structsFile = (sources: Sources, contracts: readonly Contract[]): GeneratedFile => {
  const wanted = structsOf(contracts);
  const chosen = sources.structs.filter(({ owner, name }) => wanted.has(`${owner}.${name}`));
  requireUnique(chosen.map(({ owner, name }) => structNameOf(`${owner}.${name}`)));
  return {
    path: "sdk/src/abis/structs.ts",
    text: [
      heading("the interfaces"),
      `import type { Address, Hex } from "viem";`,
      ...chosen.map(
        ({ owner, name, notice, fields }) => `
/** \`${owner}.${name}\`${notice === "" ? "" : `: ${notice}`} */
export type ${structNameOf(`${owner}.${name}`)} = {${fields
          .map(
            (field) =>
              `\n${field.comment === "" ? "" : `/** ${field.comment} */\n`}readonly ${field.name}: ${scalarType(abiTypeOf(field.type, owner, sources))};`,
          )
          .join("")}
};`,
      ),
      ...encodedStructs.map((qualified) => {
        const { owner, fields } = structSource(qualified, sources);
        return `
/** Components of \`${qualified}\`. */
export const ${camel(structNameOf(qualified))}Components = [${fields
          .map((field) => `{ name: "${field.name}", type: "${abiTypeOf(field.type, owner, sources)}" }`)
          .join(", ")}] as const;`;
      }),
    ].join("\n"),
  };
};

const orderTypesFile = (sources: Sources): GeneratedFile => ({
  path: "sdk/src/abis/orderTypes.ts",
  text: [
    heading("the interfaces"),
    ...signedStructs.map((qualified) => {
      const { owner, name, fields } = structSource(qualified, sources);
      return `
/** EIP-712 fields of \`${qualified}\`. */
export const ${camel(name)}Fields = [${fields
        .map((field) => `{ name: "${field.name}", type: "${abiTypeOf(field.type, owner, sources)}" }`)
        .join(", ")}] as const;`;
    }),
  ].join("\n"),
});
