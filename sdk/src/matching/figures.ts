// Where rows of figures have what, and how the book is divided. This file imports nothing, so that bundlers can put the numbers in place.

/** Figures of a card, side by side, so that a look at one is one look at memory. */
export const CARD = 16;
/** Number of the card in the registry; NaN where numbers do not hold it exactly. */
export const ID = 0;
/** Number of the operator's account, or -1. */
export const MAKER = 1;
export const EPOCH = 2;
/** Thousandths. */
export const FREE = 3;
/** What the bond covers beyond the operator's own leases, gross rate. */
export const COVER = 4;
/** Match weight by the bond, 1 to 1.5. */
export const WEIGHT = 5;
/** Bits, see below. */
export const FLAGS = 6;
/** First ask of its operator for the card, or -1. */
export const ASK = 7;
/** Number of the market of its model and region, or -1. */
export const MARKET = 8;
/** The waiting bid that it is kept for, or -1. */
export const KEPT = 9;
/** Longest lease that the owner allows, seconds. */
export const LONGEST = 10;
/** Number of the last search that took it. */
export const SEARCH = 11;
/** The most that the bond covers, gross rate; below 0: not even the model's minimum. */
export const COVERED = 12;
/** First ask of somebody else for the card, or -1: of no use unless that becomes its operator. */
export const OTHER_ASK = 13;
/** Seconds at which the first and the last of its leases end. */
export const NEXT_END = 14;
export const LAST_END = 15;

/** Can be let: verified, with the least bond, a place for a lease and something free. */
export const OPEN = 1;
/** Has limits of its owner or term. */
export const LIMITED = 2;
/** Has rates or revenue beyond what doubles hold exactly: every leg is checked with integers. */
export const CAREFUL = 4;
/** Has a term. */
export const TERMED = 8;
/** Is kept for a bid that waited long. */
export const KEPT_BACK = 16;
/** Was `CAREFUL` before: what could be had of it then is not in figures. */
export const EASED = 32;

/** Most that doubles hold exactly. */
export const EXACT = Number.MAX_SAFE_INTEGER;

/** Figures of an ask, side by side. */
export const LINK = 3;
/** Number of its maker's account. */
export const ASK_MAKER = 0;
/** Its entry among the orders by maker and salt. */
export const ASK_ENTRY = 1;
/** Its gate and fit in ladders, or -1. */
export const PLACE = 2;

/** Ladders of a market by how much is free of the card, in whole eighths; the last are whole cards. */
export const FITS = 9;
export const WHOLE = 8;
/** Renter tiers that an ask may wait for before it is open to all. */
export const GATES = 4;
/** Open asks of a card's operator for it; each is looked at again with every lease on the card. */
export const MOST_ASKS = 64;
/** Most cards of a host on which whole cards are looked for, so that no host makes a look long. */
export const LARGEST_HOST = 256;
/** Hosts that are compared for a cluster, from the first on which it fits, or looked at for a whole card. */
export const HOSTS_COMPARED = 32;

/** Figures of an order by maker and salt, side by side. */
export const ENTRY = 8;
/** The next of its list, or the next vacant one. */
export const NEXT = 0;
/** -1: vacant. */
export const ENTRY_MAKER = 1;
/** Of the open order: 2 · number of an ask, 2 · number + 1 of a bid. */
export const CODE = 2;
/** On chain: cards taken, or 255. */
export const WORD = 3;
/** Its neighbours among the entries of its maker. */
export const EARLIER = 4;
export const LATER = 5;
export const HASH = 6;
/** Where lists end, and the code of an entry without an open order. */
export const NO_ORDER = -1;
