import { formatShares } from "../../sdk/src/index.ts";
import type { Account, ShareAccount } from "./account.ts";
import { groupBy, sumOf } from "./each.ts";
import { bar, count, counted, days, dollars, listed, percent, table, tokens } from "./format.ts";
import type { Play } from "./play.ts";
import { CARD_PRICE } from "./system.ts";

const DAY = 86_400;
/** Names of tasks that are written out per reason. */
const NAMED = 20;

/** The account of a play in plain words, as lines. */
export const printAccount = (play: Play, account: Account): string[] => [
  ...head(account),
  ...timeline(play),
  ...rentLines(account),
  ...ownerLines(account),
  ...otherLines(account),
  ...shareLines(account.shares),
  ...dollarLines(account),
  ...unplacedLines(play),
  ...checkLines(account),
];

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ["", title.toUpperCase(), ...lines];

const head = ({ cards, hosts, models, leases, renters, owners, seconds }: Account): string[] => [
  `CARDFLOW: ${counted(owners.length, "owner")} put ${counted(cards, "card")} of ${counted(models, "model")} on ${counted(hosts, "host")};` +
    ` ${counted(renters.length, "renter")} took ${counted(leases.length, "lease")}, ${counted(seconds, "paid second")} (${days(seconds)} card-days).`,
];

const timeline = ({ journal }: Play): string[] => {
  const begun = journal[0]?.time ?? 0;
  return section(
    "what happened",
    journal.map(({ time, text }) => `  day ${((time - begun) / DAY).toFixed(1).padStart(4)}  ${text}`),
  );
};

const rentLines = ({ rent }: Account): string[] => {
  const row = (who: string, part: bigint): string[] => [
    who,
    `$${dollars(part)}`,
    percent(part, rent.gross),
    bar(part, rent.gross),
  ];
  return section(
    "where the rent went: every second's was split as it passed",
    table(
      [{ heading: "" }, { heading: "", right: true }, { heading: "", right: true }, { heading: "" }],
      [
        row("renters paid", rent.gross),
        row("owners and share holders got", rent.holders),
        row("nodes that run the cards got", rent.operators),
        row("protocol fee", rent.fee),
      ],
    ).slice(1),
  );
};

const ownerLines = ({ owners, shares }: Account): string[] => {
  const sold = groupBy(shares, ({ owner }) => owner);
  const soldColumn = shares.length === 0 ? [] : [{ heading: "CARD for shares sold", right: true }];
  const note = shares.length === 0 ? "" : "; what sold cards earn is with the shares below";
  return section(
    `owners: 90 % of the rent after the fee${note}`,
    table(
      [
        { heading: "owner" },
        { heading: "cards", right: true },
        { heading: "leases", right: true },
        { heading: "card-days rented", right: true },
        { heading: "rent", right: true },
        { heading: "paid to the owner", right: true },
        { heading: "per rented day", right: true },
        ...soldColumn,
      ],
      owners.map((owner) => [
        owner.name,
        count(owner.cards),
        count(owner.leases),
        days(owner.seconds),
        `$${dollars(owner.rent)}`,
        `$${dollars(owner.got)}`,
        `$${dollars(perDay(owner.got, owner.seconds))}`,
        sold.has(owner.name) ? tokens(sumOf(sold.get(owner.name) ?? [], ({ paidToOwner }) => paidToOwner)) : "",
      ]),
    ),
  );
};

const perDay = (amount: bigint, seconds: number): bigint =>
  seconds === 0 ? 0n : (amount * BigInt(DAY)) / BigInt(Math.round(seconds));

/** The others in a few lines: nodes, and renters by what they paid. */
const otherLines = ({ operators, renters, matcherFees }: Account): string[] => {
  const byRent = [...renters].sort((a, b) => (a.rent > b.rent ? -1 : 1));
  const top = byRent.slice(0, 3);
  const rest = sumOf(byRent.slice(3), ({ rent }) => rent);
  return section("nodes and renters", [
    ...listed(
      "nodes got a tenth:",
      operators.map(({ name, got }) => `${name} $${dollars(got)}`),
    ),
    ...listed("renters paid:", [
      ...top.map(({ name, rent, seconds }) => `${name} $${dollars(rent)} for ${days(seconds)} card-days`),
      `the ${byRent.length - top.length} others $${dollars(rest)}`,
      `and all together $${dollars(matcherFees)} to the matcher`,
    ]),
  ]);
};

const shareLines = (shares: readonly ShareAccount[]): string[] =>
  shares.flatMap((share) => {
    const { cardId, model, owner, soldFor, paidToOwner, revenue, from, until, sold, holders } = share;
    const seconds = until - from;
    return section(`share of card ${cardId}, ${model}`, [
      `  ${owner} sold ${formatShares(sold)} shares for ${tokens(soldFor)} CARD and was paid ${tokens(paidToOwner)} of it as rent came in.` +
        ` In ${days(seconds)} days they earned $${dollars(revenue)}:`,
      ...table(
        [
          { heading: "holder" },
          { heading: "bought", right: true },
          { heading: "for CARD", right: true },
          { heading: "earned", right: true },
          { heading: "per day", right: true },
          { heading: "" },
          { heading: "waiting", right: true },
          { heading: "CARD back", right: true },
        ],
        holders.map(({ name, bought, paid, claimed, claimable, handedIn }) => {
          const earned = claimed + claimable;
          const daily = perDay(earned, seconds);
          return [
            name,
            formatShares(bought),
            tokens(paid),
            `$${dollars(earned)}`,
            `$${dollars(daily)}`,
            bar(earned, revenue, 30),
            claimable > 0n ? `$${dollars(claimable)}` : "",
            handedIn > 0n ? tokens(handedIn) : "",
          ];
        }),
      ),
    ]);
  });

const dollarLines = ({ dollars: made, claimed, unclaimed, whereabouts }: Account): string[] =>
  section(`the dollar (CARD at $${CARD_PRICE})`, [
    `  made: $${dollars(made.minted)} by burning ${tokens(made.burned)} CARD;` +
      ` turned back: $${dollars(made.redeemed)} into ${tokens(made.remade)} CARD;` +
      ` fees burned $${dollars(made.feesBurned)}, to the treasury $${dollars(made.feesPaid)}`,
    `  of owners' and holders' part $${dollars(claimed)} has left the contracts, $${dollars(unclaimed)} waits in them`,
    ...listed(
      "where all dollars are now:",
      whereabouts.map(({ who, wallets, ledger }) => `${who} $${dollars(wallets + ledger)}`),
    ),
  ]);

const unplacedLines = ({ unplaced }: Play): string[] =>
  section(
    unplaced.length === 0 ? "" : `${unplaced.length} tasks found no card`,
    [...groupBy(unplaced, ({ reason }) => reason)].flatMap(([reason, tasks]) => {
      const names = tasks.slice(0, NAMED).map(({ task }) => task);
      const more = tasks.length > NAMED ? [`and ${tasks.length - NAMED} more`] : [];
      return listed(`${reason} (${tasks.length}):`, [...names, ...more]);
    }),
  );

/** One line per check; those of one subject (before the colon) share a line. */
const checkLines = ({ checks }: Account): string[] => {
  const bySubject = groupBy(checks, ({ what }) => (what.includes(": ") ? what.slice(0, what.indexOf(": ") + 2) : what));
  return section(
    "checked on the chain, exact to the wei",
    [...bySubject].map(([subject, of]) => {
      const mark = of.every(({ left, right }) => left === right) ? "✓" : "✗";
      return `  ${mark} ${subject}${of.map(({ what }) => what.slice(subject.length)).join("; ")}`;
    }),
  );
};
