import type { Interval } from '../report.js';

/** A whole number with separators between thousands. */
export function grouped(value: number): string {
  return value.toLocaleString('en-US');
}

/** A figure with a true minus sign, none before zero; four decimals where nothing else is asked for. */
export function figure(value: number, decimals = 4): string {
  const text = Math.abs(value).toFixed(decimals);
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
