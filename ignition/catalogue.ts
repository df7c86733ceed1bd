/**
 * GPU models and regions that a deployment begins with. Numbers are part of signed bids (bit n of a mask is model or region n), so
 * an entry never changes its place; new ones are appended by governance.
 *
 * Memory is the vendor's, in MiB. Reference values are usual prices of a new card in dollars; the minimum bond is 2 % of them. Hourly
 * rates are usual rents of a whole card in dollars, used by the demo and the local stack only.
 */
export type CatalogueModel = {
  readonly id: number;
  readonly name: string;
  readonly memoryMiB: number;
  readonly referenceDollars: number;
  readonly minimumBondDollars: number;
  readonly usualDollarsPerHour: number;
};

const model = (
  id: number,
  name: string,
  memoryGiB: number,
  referenceDollars: number,
  usualDollarsPerHour: number,
): CatalogueModel => ({
  id,
  name,
  memoryMiB: memoryGiB * 1024,
  referenceDollars,
  minimumBondDollars: Math.ceil(referenceDollars / 50),
  usualDollarsPerHour,
});

export const MODELS: readonly CatalogueModel[] = [
  model(0, "NVIDIA T4 16GB", 16, 900, 0.15),
  model(1, "NVIDIA P100 16GB", 16, 700, 0.18),
  model(2, "NVIDIA V100 16GB", 16, 1_200, 0.22),
  model(3, "NVIDIA V100 32GB", 32, 1_900, 0.35),
  model(4, "NVIDIA RTX 3090 24GB", 24, 1_100, 0.2),
  model(5, "NVIDIA RTX A6000 48GB", 48, 4_500, 0.49),
  model(6, "NVIDIA A10 24GB", 24, 3_200, 0.4),
  model(7, "NVIDIA RTX 4090 24GB", 24, 2_200, 0.44),
  model(8, "NVIDIA L4 24GB", 24, 2_600, 0.43),
  model(9, "NVIDIA L40S 48GB", 48, 8_000, 0.86),
  model(10, "NVIDIA A100 40GB", 40, 8_000, 1.1),
  model(11, "NVIDIA A100 80GB", 80, 14_000, 1.49),
  model(12, "NVIDIA H100 80GB", 80, 27_000, 2.39),
  model(13, "NVIDIA H200 141GB", 141, 33_000, 2.99),
  model(14, "NVIDIA B200 180GB", 180, 42_000, 4.49),
  model(15, "AMD MI300X 192GB", 192, 18_000, 2.29),
  model(16, "NVIDIA RTX 5090 32GB", 32, 2_900, 0.65),
  model(17, "NVIDIA A2 16GB", 16, 1_300, 0.12),
];

export type CatalogueRegion = { readonly id: number; readonly name: string };

export const REGIONS: readonly CatalogueRegion[] = [
  { id: 0, name: "North America East" },
  { id: 1, name: "North America West" },
  { id: 2, name: "Europe North" },
  { id: 3, name: "Europe Central" },
  { id: 4, name: "Asia East" },
  { id: 5, name: "Asia South" },
];
