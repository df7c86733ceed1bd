import type { NamedRevert } from "./readRevert.ts";
import { remedies } from "./remedies.ts";
import { remedyFor } from "./remedyFor.ts";
import { everyRevert } from "./reverts.ts";

/**
 * What to do about a contract's refusal. Where the error carries a reason, the reason says more than the error's name.
 *
 * @param revert - name and arguments, or a `RevertError`
 *
 * @example
 * remedyOf({ revertName: "AskRefused", args: { refusal: "AskExpired" } }); // "The ask's `validUntil` has passed: get a new one."
 */
export const remedyOf = ({ revertName, args }: NamedRevert): string => {
  const entry = everyRevert.find(([name]) => name === revertName);
  return remedyFor(remedies[revertName], entry?.[3], args);
};
