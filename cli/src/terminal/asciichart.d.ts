/** The package brings no types. */
declare module "asciichart" {
  type PlotSettings = {
    readonly height?: number;
    readonly min?: number;
    readonly max?: number;
    readonly format?: (value: number, index: number) => string;
  };
  export const plot: (series: readonly number[], settings?: PlotSettings) => string;
}
