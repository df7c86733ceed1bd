/** A demo that cannot go on, said in one line for the person who started it. */
export class DemoError extends Error {
  override readonly name = "DemoError";
}

/** The value, or a failure that says what was expected. */
export const need = <Value>(value: Value | undefined | null, what: string): Value => {
  if (value === undefined || value === null) throw new DemoError(`${what} is missing`);
  return value;
};
