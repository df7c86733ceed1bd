// The least gas that a transaction must cost on the gas schedule: what it must read, write, log and call, and no instruction between.

const BASE = 21_000;
/** A slot that nobody touched in this transaction. */
const READ = 2_100;
/** … which is written, from non-zero to non-zero. */
const WRITE = 5_000;
/** … which is written, from zero. */
const FRESH_WRITE = 22_100;
/** A contract that nobody touched in this transaction. */
const CALL = 2_600;

const log = (topics: number, words: number): number => 375 * (1 + topics) + 8 * 32 * words;

/** A call with its selector, `words` words and `nonZero` bytes in them that are not zero. */
const data = (words: number, nonZero: number): number => 16 * (4 + nonZero) + 4 * (32 * words - nonZero);

const TRANSFER_LOG = log(3, 1);
/** Two balances and a log, in a token that nobody touched yet. */
const TOKEN_MOVE = CALL + 2 * WRITE + TRANSFER_LOG;

const transfer = BASE + data(2, 29) + 2 * WRITE + TRANSFER_LOG;

/** Of the paper calculation for a mint: oracle, two feeds, the minter's settings and vault, and one balance and supply of each token. */
const mint = 63_641;
const redeem = mint + WRITE; // and the lane's bucket
const redeemEarned = redeem + CALL + READ + WRITE + log(2, 1); // and the ledger, which asks who calls and lowers what was earned

/** Both words of a place, the payer's balance, and what must be asked of card, model, bond and its price; the whole card's lease. */
const extend = BASE + data(5, 12) + READ + 2 * WRITE + 2 * (CALL + 2 * READ) + log(3, 4);

const credit = WRITE + log(2, 3);
/** Header, both words of a place, what is paid up to, node and owner credited, fees gathered, and the card's owner asked. */
const collect = BASE + data(1, 2) + 3 * READ + 2 * WRITE + 2 * credit + CALL + READ + log(2, 2);
const collectFurther = data(1, 2) - data(0, 0) + 3 * READ + WRITE + 2 * log(2, 3) + READ + log(2, 2);

const match = 90_397;
/** The same where the card's header, both words of its place and the word of the renter's orders were zero. */
const matchFirst = match + 4 * (FRESH_WRITE - WRITE);

/** Sold shares and proceeds, what the buyer paid and holds, and CARD from wallet to share; the code of a clone lies elsewhere. */
const buy = BASE + data(3, 23) + CALL + 3 * WRITE + TOKEN_MOVE + WRITE + TRANSFER_LOG + log(2, 2);

/** Floors of operations that the paper calculations name, and of those that follow from them. */
export const FLOORS = {
  transfer,
  mint,
  redeem,
  redeemEarned,
  stakeFirst: 66_237,
  stakeSteady: 49_137,
  // One word of the bond: active, thawing and when.
  request: BASE + data(2, 12) + WRITE + log(3, 2),
  withdrawBond: 41_801,
  match,
  matchFirst,
  matchFurther: 34_797,
  direct: 76_321,
  extend,
  stop: BASE + data(1, 9) + READ + 3 * WRITE + log(3, 3),
  collect,
  collectFurther,
  tokenize: 149_300,
  buy,
  shareTransfer: 35_524,
  claim: 43_901,
  claimFurther: 18_137,
  cancel: 27_189,
  bump: BASE + data(0, 0) + WRITE + log(2, 1),
  withdraw: BASE + data(2, 29) + WRITE + TOKEN_MOVE + log(2, 2),
} as const;
