import type { NamedRevert } from "./readRevert.ts";
import { legRefusalRemedies, matchRefusalRemedies } from "./refusalRemedies.ts";
import { remedies } from "./remedies.ts";

/**
 * What to do about a contract's refusal. Where the error carries a reason, the reason says more than the error's name.
 *
 * @param revert - name and arguments, or a `RevertError`
 *
 * @example
 * remedyOf({ revertName: "AskRefused", args: { refusal: "AskExpired" } }); // "The ask's `validUntil` has passed: get a new one."
 */
export const remedyOf = ({ revertName, args: { refusal, legs } }: NamedRevert): string => {
  if (revertName !== "MatchRefused")
    return isKeyOf(legRefusalRemedies, refusal) ? legRefusalRemedies[refusal] : remedies[revertName];
  const refused = Array.isArray(legs) ? [...new Set(legs)].filter((leg) => leg !== "None") : [];
  return [
    isKeyOf(matchRefusalRemedies, refusal) ? matchRefusalRemedies[refusal] : remedies.MatchRefused,
    ...refused.map((leg) => (isKeyOf(legRefusalRemedies, leg) ? `${leg}: ${legRefusalRemedies[leg]}` : "")),
  ].join(" ");
};

const isKeyOf = <Table extends object>(table: Table, key: unknown): key is keyof Table =>
  typeof key === "string" && Object.hasOwn(table, key);
