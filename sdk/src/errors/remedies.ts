import type { RevertName } from "../abis/reverts.ts";
import * as texts from "./texts.ts";

/** What to do about every error of every contract. An error without an entry does not compile. */
export const remedies: Readonly<typeof texts> = { ...texts } satisfies Record<RevertName, string>;
