import { checkMatch } from "./checkMatch.ts";
import { createEngine } from "./engine.ts";
import type { EngineOptions, MarketEvent, Match } from "./events.ts";

/** What a matcher saw and did, in order. */
export type MatcherLog = {
  readonly options: EngineOptions;
  readonly steps: readonly { readonly event: MarketEvent; readonly matches: readonly Match[] }[];
};

/** Where a matcher first did other than the rules say, and how. */
export type UnfairStep = {
  /** Index in the log. */
  readonly step: number;
  /**
   * A match that was due was not made; one was made that the market refuses; a bid was passed over for a later one; a bid got other
   * cards than the best for it; or figures of a match are not those of the rules, or of one that is taken back not those it was made with.
   */
  readonly fault: "Withheld" | "Refused" | "PassedOver" | "WorseCards" | "WrongFigures";
  /** What was due and what was done. */
  readonly expected: Match | undefined;
  readonly actual: Match | undefined;
  /** In a sentence, with the figures. */
  readonly why: string;
};

/**
 * Replays a matcher's log by the rules: the same events, settings and seed must lead to the same matches.
 *
 * @param log - settings, events and matches
 * @returns the first unfair step, or undefined if all are fair
 *
 * @example
 * const unfair = audit({ options: { submitter }, steps });
 * if (unfair !== undefined) console.log(unfair.step, unfair.fault, unfair.why);
 */
export function audit({ options, steps }: MatcherLog): UnfairStep | undefined {
  const engine = createEngine(options);
  const made = new Map<number, Match>();
  for (const [step, { event, matches: actual }] of steps.entries()) {
    const undone = event.type === "failed" ? event.match : undefined;
    const known = undone === undefined ? undefined : made.get(undone.id);
    if (undone !== undefined && (known === undefined || textOf(known) !== textOf(undone))) {
      const why = `match ${undone.id} of bid ${undone.bidId} is said to have failed, but no such match was made`;
      return { step, expected: known, actual: undone, fault: "WrongFigures", why };
    }
    const { matches: expected } = engine.apply(event);
    for (let i = 0; i < Math.max(expected.length, actual.length); i += 1) {
      const [due, done] = [expected[i], actual[i]];
      if (due !== undefined && done !== undefined && textOf(due) === textOf(done)) continue;
      return {
        step,
        expected: due,
        actual: done,
        ...judge(due, done, () => refusalBefore(options, steps, step, done)),
      };
    }
    for (const match of expected) made.set(match.id, match);
  }
  return undefined;
}

function judge(
  due: Match | undefined,
  done: Match | undefined,
  refusal: () => string,
): Pick<UnfairStep, "fault" | "why"> {
  if (done === undefined)
    return { fault: "Withheld", why: `bid ${due?.bidId} was due ${cardsOf(due)} and got nothing` };
  const refused = refusal();
  if (due === undefined || (refused !== "None" && refused !== "BidFilled")) {
    return {
      fault: "Refused",
      why: `bid ${done.bidId} was given ${cardsOf(done)}, which no rule gives it (${refused})`,
    };
  }
  if (due.bidId !== done.bidId) {
    const [first, later] = [due.priority, done.priority];
    const why = `bid ${due.bidId} (since ${first.since}, tier ${first.tier}) comes before bid ${done.bidId} (since ${later.since}, tier ${later.tier})`;
    return { fault: "PassedOver", why };
  }
  const same = cardsOf(due) === cardsOf(done);
  const why = `bid ${due.bidId} was due ${cardsOf(due)} and got ${cardsOf(done)}`;
  return same
    ? { fault: "WrongFigures", why: `${why}, but with other figures` }
    : { fault: "WorseCards", why: `${why}: effective prices ${pricesOf(due)} against ${pricesOf(done)}` };
}

/** What the market says of a match at the state before its step. */
function refusalBefore(
  options: EngineOptions,
  steps: MatcherLog["steps"],
  step: number,
  done: Match | undefined,
): string {
  if (done === undefined) return "None";
  const engine = createEngine(options);
  for (const { event } of steps.slice(0, step)) engine.apply(event);
  const { event } = steps[step] as MatcherLog["steps"][number];
  if (event.type !== "bid" && event.type !== "ask") return "None";
  const { refusal, legs } = checkMatch(engine.state(), {
    bid: done.bid,
    asks: done.legs.map(({ ask }) => ask),
    submitter: options.submitter,
  });
  return legs.find((leg) => leg.refusal !== "None")?.refusal ?? refusal;
}

const cardsOf = (match: Match | undefined): string =>
  match?.legs.map(({ ask }) => `card ${ask.cardId}`).join(", ") ?? "";
const pricesOf = ({ legs }: Match): string => legs.map(({ score }) => Math.round(score.effective)).join(", ");

/** Everything that two equal matches share. */
const textOf = ({ id, time, bidId, bid, needs, priority, legs }: Match): string =>
  JSON.stringify([id, time, bidId, bid, needs, priority, legs], (_, value) =>
    typeof value === "bigint" ? `${value}n` : value,
  );
