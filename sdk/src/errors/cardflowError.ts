/**
 * Base of every error that this package throws: what happened in the message, what to do about it in {@link remedy}.
 *
 * @example
 * try {
 *   await retireCard(client, { deployment, cardId: 7n });
 * } catch (error) {
 *   if (error instanceof CardflowError) console.error(error.message, error.remedy);
 * }
 */
export class CardflowError extends Error {
  override readonly name: string = "CardflowError";
  /** What to do about it, in a sentence. */
  readonly remedy: string;

  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.remedy = remedy;
  }
}
