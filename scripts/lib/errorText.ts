import { inspect } from "node:util";
import { withoutUrlSecrets } from "../../sdk/src/errors/index.ts";

/** What is printed of an error: its message if it was written for people, else all of it; without the keys in its URLs. */
export const errorText = (error: unknown, forPeople: boolean): string =>
  withoutUrlSecrets(forPeople && error instanceof Error ? `\n${error.message}` : inspect(error));
