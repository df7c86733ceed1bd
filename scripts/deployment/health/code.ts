import { each } from "../../demo/each.ts";
import { codeHashOf } from "../deploy.ts";
import { contractNames, testContractNames } from "../registry.ts";
import { type Finding, judge, type Look } from "./finding.ts";

/** Whether every contract's code is the one that was deployed. */
export const codeFindings = ({ reader, entry, block }: Look): Promise<Finding[]> => {
  const recorded = [
    ...contractNames.map((name) => [name, entry.contracts[name]] as const),
    ...testContractNames.map((name) => [name, entry.testContracts[name]] as const),
  ].flatMap(([name, contract]) => (contract === undefined ? [] : [[name, contract] as const]));
  return each(recorded, async ([name, { address, codeHash }]) => {
    const found = await codeHashOf(reader, address, block.number);
    return found === codeHash
      ? judge(`code of ${name}`, "ok", `${codeHash} at ${address}`)
      : judge(`code of ${name}`, "fault", `at ${address} has the hash ${found}; ${codeHash} was deployed`);
  });
};
