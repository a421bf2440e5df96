import type { Interval } from '../report.js';

/** A whole number with separators between thousands. */
export function grouped(value: number): string {
  return value.toLocaleString('en-US');
}

/** A figure of a metric, four decimals and a true minus sign. */
export function figure(value: number): string {
  const text = Math.abs(value).toFixed(4);
  return value < 0 && Number(text) > 0 ? `−${text}` : text;
}

/** The ends of an interval. */
export function range([lower, upper]: Interval): string {
  return `${figure(lower)} to ${figure(upper)}`;
}

/** A share as a percentage. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** A p-value. */
export function probability(p: number): string {
  return p < 0.0001 ? '< 0.0001' : p.toFixed(4);
}

/** Seconds, with fewer decimals the more there are. */
export function seconds(value: number): string {
  return value < 10 ? value.toFixed(2) : value.toFixed(0);
}
