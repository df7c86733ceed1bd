/**
 * What a call would do now. Where it would fail, `ok` is false, `refusal` says why and `remedy` what to do about it; the figures are
 * those that were known when it was refused.
 */
export type Quote<Refusal extends string, Figures> = Figures &
  (
    | { readonly ok: true; readonly refusal: "None" }
    | { readonly ok: false; readonly refusal: Exclude<Refusal, "None">; readonly remedy: string }
  );

const isRefused = <Refusal extends string>(refusal: Refusal): refusal is Exclude<Refusal, "None"> => refusal !== "None";

/** Puts a refusal and its remedy beside the figures. */
export const quoteOf = <Refusal extends string, Figures>(
  refusal: Refusal,
  remedies: { readonly [Name in Refusal]: string },
  figures: Figures,
): Quote<Refusal, Figures> =>
  isRefused(refusal)
    ? { ...figures, ok: false, refusal, remedy: remedies[refusal] }
    : { ...figures, ok: true, refusal: "None" };
