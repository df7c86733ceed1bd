import { readFile } from "node:fs/promises";
import * as Keystore from "ox/Keystore";
import { type Address, type Hex, isAddressEqual, isHex, type LocalAccount } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import * as z from "zod/mini";
import { CancelledError, SourceError, UsageError } from "../failure.ts";
import type { Io } from "../terminal/io.ts";

/** Where the key is. */
type KeyOptions = { readonly keystore: string | undefined; readonly "password-file": string | undefined };

/**
 * Opens the key: of the keystore named, else out of the environment.
 *
 * @param expected - the account that it must be the key of
 * @throws UsageError if there is none, or it is another account's
 */
export const openSigner = async (io: Io, options: KeyOptions, expected: Address | undefined): Promise<LocalAccount> => {
  const { CARDFLOW_PRIVATE_KEY: plain, CARDFLOW_KEYSTORE } = io.env;
  const file = options.keystore ?? (plain === undefined ? CARDFLOW_KEYSTORE : undefined);
  if (file === undefined && plain === undefined)
    throw new UsageError(
      "there is no key to sign with",
      "Pass --keystore FILE, or set CARDFLOW_KEYSTORE or CARDFLOW_PRIVATE_KEY. With --dry-run, --account 0x… is enough.",
    );
  const account =
    file === undefined
      ? accountOf(plainKey(plain ?? ""), "CARDFLOW_PRIVATE_KEY")
      : accountOf(await decrypted(io, file, options["password-file"]), file);
  if (expected !== undefined && !isAddressEqual(account.address, expected))
    throw new UsageError(
      `the key is of ${account.address}, not of --account ${expected}`,
      "Give the key of that account, or leave --account out.",
    );
  return account;
};

/** Not every number of 32 bytes is a key. The library's message repeats the number, so it is neither shown nor kept. */
const accountOf = (key: Hex, source: string): LocalAccount => {
  try {
    return privateKeyToAccount(key);
  } catch {
    throw new UsageError(`${source} holds a number that is no private key`, "Check where it was copied from.");
  }
};

/** The message never repeats the text: it may be a key with a slip in it. */
const plainKey = (text: string): Hex => {
  const trimmed = text.trim();
  const key = trimmed.startsWith("0x") ? trimmed : `0x${trimmed}`;
  if (!isHex(key) || key.length !== 66)
    throw new UsageError("CARDFLOW_PRIVATE_KEY is no private key", "Set it to 64 hex digits, with or without 0x.");
  return key;
};

const hexText = z.string().check(z.regex(/^(0x)?[0-9a-fA-F]+$/));
const integer = z.int().check(z.positive());
const cryptoOf = <Kdf extends string, Params extends z.ZodMiniType>(kdf: Kdf, kdfparams: Params) =>
  z.object({
    cipher: z.literal("aes-128-ctr"),
    ciphertext: hexText,
    cipherparams: z.object({ iv: hexText }),
    kdf: z.literal(kdf),
    kdfparams,
    mac: hexText,
  });

/** An encrypted key, version 3, as geth, foundry, ethers and others write it. */
const keystoreSchema = z.object({
  version: z.literal(3),
  id: z._default(z.string(), ""),
  crypto: z.union([
    cryptoOf("scrypt", z.object({ dklen: integer, n: integer, p: integer, r: integer, salt: hexText })),
    cryptoOf("pbkdf2", z.object({ c: integer, dklen: integer, prf: z.literal("hmac-sha256"), salt: hexText })),
  ]),
});

/** Some write `Crypto`, most `crypto`. */
const lowerKeys = (value: unknown): unknown =>
  typeof value === "object" && value !== null
    ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key.toLowerCase(), inner]))
    : value;

const decrypted = async (io: Io, file: string, passwordFile: string | undefined): Promise<Hex> => {
  const parsed = keystoreSchema.safeParse(lowerKeys(jsonOf(await textOf(file))));
  if (!parsed.success)
    throw new SourceError(
      `${file} is no encrypted key of version 3`,
      "Give a keystore as geth, foundry or ethers write it.",
    );
  const password = await passwordOf(io, file, passwordFile);
  const ended = io.progress("opening the keystore");
  try {
    // The asynchronous way of this library assumes its own parameters of scrypt, not the file's.
    const key = Keystore.decrypt(parsed.data, Keystore.toKey(parsed.data, { password }));
    ended("keystore opened");
    return key;
  } catch {
    ended("keystore not opened");
    throw new SourceError(`${file} cannot be opened`, "Check its password.");
  }
};

const passwordOf = async (io: Io, file: string, passwordFile: string | undefined): Promise<string> => {
  const { CARDFLOW_PASSWORD, CARDFLOW_PASSWORD_FILE } = io.env;
  if (passwordFile === undefined && CARDFLOW_PASSWORD !== undefined) return CARDFLOW_PASSWORD;
  const from = passwordFile ?? CARDFLOW_PASSWORD_FILE;
  if (from !== undefined) return (await textOf(from)).replace(/\r?\n$/, "");
  if (!io.asks)
    throw new UsageError(
      `${file} needs a password, and there is no terminal to ask on`,
      "Set CARDFLOW_PASSWORD or CARDFLOW_PASSWORD_FILE, or pass --password-file FILE.",
    );
  const answer = await io.secret(`Password of ${file}`);
  if (answer === undefined) throw new CancelledError("no password was given", "Run the command again.");
  return answer;
};

/** A file's text. */
export const textOf = async (file: string): Promise<string> => {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw new SourceError(`${file} cannot be read`, "Check its path and who may read it.", { cause });
  }
};

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
