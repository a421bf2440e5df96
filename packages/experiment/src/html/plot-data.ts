import type { Series } from './series.js';

/** A point of a plot. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A value with the ends of its interval, on a line of its own. */
export interface Whisker {
  readonly series: Series;
  readonly value: number;
  readonly interval: readonly [number, number] | undefined;
}

/** Values of models on one line: a group of users, for instance. */
export interface DotRow {
  readonly name: string;
  readonly values: readonly { readonly series: Series; readonly value: number }[];
}

/** A line of a plot. */
export interface Line {
  readonly series: Series;
  readonly points: readonly Point[];
}

/** How a plot of lines is labelled. */
export interface LineAxes {
  /** What a screen reader says. */
  readonly label: string;
  /** Below the horizontal axis. */
  readonly x: string;
  /** Where the horizontal axis has ticks; whole numbers. */
  readonly ticks?: readonly number[];
  /** Whether the horizontal axis is logarithmic. */
  readonly logarithmic?: boolean;
  readonly percent?: boolean;
}

/** A marker that has the name of its model beside it. */
export interface NamedPoint extends Point {
  readonly series: Series;
}
