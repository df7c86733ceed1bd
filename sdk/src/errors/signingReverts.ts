import type { RevertEntry } from "./revertEntry.ts";
import { CompilerError, InvalidShortString, Panic } from "./reverts.ts";

/** What can be the end of signing, and of the `eip712Domain` and `nonces` that are read for it. */
export const signingReverts: readonly RevertEntry[] = [CompilerError, InvalidShortString, Panic];
