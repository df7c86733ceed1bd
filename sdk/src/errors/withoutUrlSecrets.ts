/** Scheme, whoever logs in, host and port, and the rest without what ends a sentence or a bracket. */
const urls =
  /\b((?:https?|wss?):\/\/)(?:[^\s"/?#\\]*@)?([^\s"'`<>/?#\\@,;)]*)(?:[/?#\\](?:[^\s"'`<>]*[^\s"'`<>.,;:)\]}])?)?/gi;

/**
 * A text whose URLs end after host and port, and name nobody who logs in. Providers of nodes put their keys there, and what viem, ethers
 * and others say of a request repeats its URL: use this on what goes into a log. Messages of this package's errors are like this already;
 * their `cause` is what the library threw.
 *
 * @param text - any text
 * @returns the text, without what is secret in its URLs
 *
 * @example
 * const line = withoutUrlSecrets("URL: https://me:word@node.example:8545/v2/KEY?key=KEY"); // "URL: https://node.example:8545"
 */
export const withoutUrlSecrets = (text: string): string => text.replace(urls, "$1$2");
