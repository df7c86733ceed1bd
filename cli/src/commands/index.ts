import type { Command, Group } from "../command.ts";
import { card } from "./card.ts";
import { completion } from "./completion.ts";
import { doctor } from "./doctor.ts";
import { dollar } from "./dollar.ts";
import { health } from "./health.ts";
import { lease } from "./lease.ts";
import { match } from "./match.ts";
import { account, claim, collect, deposit, withdraw } from "./money.ts";
import { ask, bid } from "./orders.ts";
import { rent } from "./rent.ts";
import { share } from "./share.ts";
import { stake } from "./stake.ts";
import { tokenize } from "./tokenize.ts";

/** Every command, by its words. */
export const commands: Readonly<Record<string, Command | Group>> = {
  card,
  ask,
  bid,
  rent,
  match,
  lease,
  stake,
  tokenize,
  share,
  claim,
  collect,
  account,
  deposit,
  withdraw,
  dollar,
  health,
  doctor,
  completion: completion(() => commands),
};
