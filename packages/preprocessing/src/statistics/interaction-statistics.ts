import type { SkippedLines } from '../read/records.js';
import type { Distribution, LongTail } from './counts.js';
import type { IdSpellings } from './ids.js';
import type { ValueSummary } from './values.js';

/** Events that repeat others. */
export interface Duplicates {
  /** Events of a user with an item that it had before; a whole number unless the share is below 1. */
  readonly pairs: number;
  /** Those of them whose value and timestamp are the same too. */
  readonly rows: number;
}

/** Sessions: events of a user with at most half an hour between one and the next. */
export interface SessionSummary {
  /** How many; a whole number unless the share is below 1. */
  readonly count: number;
  /** Events of a session. */
  readonly lengths: Distribution;
}

/** What a file of interactions holds. */
export interface InteractionStatistics extends SkippedLines {
  /** Lines of the file, blank and bad ones included. */
  readonly lines: number;
  readonly users: number;
  readonly items: number;
  readonly interactions: number;
  /** Share of the pairs of a user and an item that have an event, repeated events counted once. */
  readonly density: number;
  /** Undefined without values. */
  readonly values: ValueSummary | undefined;
  /** First and last event, in milliseconds since 1970; undefined without timestamps. */
  readonly times: { readonly first: number; readonly last: number } | undefined;
  readonly perUser: Distribution;
  readonly perItem: Distribution;
  /** Users and items with a single event. */
  readonly singleUsers: number;
  readonly singleItems: number;
  readonly longTail: LongTail;
  readonly duplicates: Duplicates;
  /** Undefined without timestamps. */
  readonly sessions: SessionSummary | undefined;
  /** Share of the users that duplicates and sessions were counted on and scaled up from; 1 up to 2 million events. */
  readonly sampledUsers: number;
  readonly userIds: IdSpellings;
  readonly itemIds: IdSpellings;
  /** What a person should know before training on this, a sentence each. */
  readonly warnings: readonly string[];
}
