import type { Members, RevertEntry } from "./revertEntry.ts";

/** What to do about an error: what its reason says where it carries one, else its own remedy; then about each card that was refused. */
export const remedyFor = (
  remedy: string,
  enums: RevertEntry[3],
  { refusal, legs }: Readonly<Record<string, unknown>>,
): string => {
  const refused = Array.isArray(legs) ? [...new Set(legs)].filter((leg) => leg !== "None") : [];
  const reasons = refused.flatMap((leg) => {
    const text = textOf(enums?.legs, leg);
    return text === undefined ? [] : [`${leg}: ${text}`];
  });
  return [textOf(enums?.refusal, refusal) ?? remedy, ...reasons].join(" ");
};

const textOf = (members: Members | undefined, name: unknown): string | undefined =>
  Object.entries(members ?? {}).find(([key]) => key === name)?.[1];
