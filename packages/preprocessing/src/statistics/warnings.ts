import { show } from '@tensorec/core';
import type { IdSpellings } from './ids.js';
import type { InteractionStatistics } from './interaction-statistics.js';

/** Fewer users than that make figures that chance decides. */
const FEW_USERS = 100;
/** A denser table is hardly one of choices. */
const DENSE = 0.3;
const YEAR_1971 = 31_536_000_000;
const DAY = 86_400_000;

/**
 * What a person should know before training on the data.
 *
 * @param isSplit - whether the users are sessions or the file a test part: then single and repeated events are expected
 */
export function warningsOf(
  statistics: Omit<InteractionStatistics, 'warnings'>,
  isSplit: boolean,
): string[] {
  const { users, interactions, singleUsers, density, values, times, duplicates } = statistics;
  const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(0)} %`;
  const warnings: string[] = [];
  const warn = (condition: boolean, text: () => string): void => {
    if (condition) warnings.push(text());
  };
  warn(users < FEW_USERS, () => `only ${users} users: differences between models will be chance`);
  warn(
    !isSplit && singleUsers >= 0.1 * users,
    () =>
      `${singleUsers} users (${percent(singleUsers, users)}) have a single event: nothing can be held out of it`,
  );
  warn(
    density > DENSE,
    () => `${percent(density, 1)} of all pairs have an event: ranking is hardly a choice here`,
  );
  warn(
    values !== undefined && values.minimum === values.maximum,
    () => `all values are ${values!.minimum}, so they say nothing`,
  );
  warn(
    values !== undefined && values.minimum < 0,
    () => `some values are negative, down to ${values!.minimum}`,
  );
  warn(
    !isSplit && duplicates.pairs >= 0.01 * interactions,
    () =>
      `${percent(duplicates.pairs, interactions)} of the events repeat a pair of user and item; "duplicates" of the filter says what becomes of them`,
  );
  if (times !== undefined) warnings.push(...timeWarnings(times));
  warnings.push(
    ...idWarnings('user', statistics.userIds),
    ...idWarnings('item', statistics.itemIds),
  );
  return warnings;
}

function timeWarnings({ first, last }: { first: number; last: number }): string[] {
  const warnings: string[] = [];
  if (first === last) warnings.push('all timestamps are the same, so they order nothing');
  else if (first < YEAR_1971) {
    warnings.push(
      'some timestamps lie before 1971: zeros, or counted in another unit; their order is used all the same',
    );
  }
  if (last > Date.now() + DAY) {
    warnings.push('some timestamps lie in the future: wrong, or counted in another unit');
  }
  return warnings;
}

function idWarnings(kind: string, { byCase, padded, example }: IdSpellings): string[] {
  const warnings: string[] = [];
  if (byCase > 0) {
    warnings.push(
      `${byCase} ${kind} ids differ from another one by upper and lower case alone, such as ${show(example)}`,
    );
  }
  if (padded > 0) {
    warnings.push(`${padded} ${kind} ids begin or end with a space, such as ${show(example)}`);
  }
  return warnings;
}
