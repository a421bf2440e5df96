import {
  Interactions,
  TensorecError,
  VocabularyBuilder,
  type Id,
  type Role,
  type Vocabulary,
} from '@tensorec/core';
import { ColumnBuilder } from './column-builder.js';
import { IdTable, type IdKind } from './id-table.js';
import type { TimestampReader } from './timestamps.js';

/** The ids of all parts that are read together. */
export interface IdTables {
  readonly users: IdTable;
  readonly items: IdTable;
}

/** Empty tables of users and items. */
export function createIdTables(kind: IdKind): IdTables {
  return {
    users: new IdTable(kind, new VocabularyBuilder()),
    items: new IdTable(kind, new VocabularyBuilder()),
  };
}

/** The vocabularies of all ids that were read. */
export interface Vocabularies {
  readonly users: Vocabulary;
  readonly items: Vocabulary;
}

/** The vocabularies of tables that are not read into any more. */
export function buildVocabularies(tables: IdTables): Vocabularies {
  return { users: tables.users.vocabulary.build(), items: tables.items.vocabulary.build() };
}

/** The interactions of one part as read, over rows of {@link IdTables}. */
export interface PartColumns {
  readonly columns: ColumnBuilder;
  readonly timestamps: TimestampReader | undefined;
}

/** A part without values and times. */
export function createPlainPart(): PartColumns {
  return { columns: new ColumnBuilder(false, false), timestamps: undefined };
}

/**
 * What a number must be multiplied by to be milliseconds, where files do not say: 1000 when all timestamps of all parts
 * can be seconds.
 */
export function timestampFactor(parts: readonly PartColumns[]): number {
  const unknown = parts.flatMap(({ timestamps }) => (timestamps?.unitUnknown ? [timestamps] : []));
  return unknown.every((timestamps) => timestamps.canBeSeconds) ? 1000 : 1;
}

/** The interactions of a part. */
export function buildInteractions<R extends Role>(
  part: PartColumns,
  vocabularies: Vocabularies,
  role: R,
  factor: number,
): Interactions<Id, Id, R> {
  const { userRows, itemRows, values, timestamps } = part.columns.build();
  if (timestamps !== undefined && factor !== 1 && part.timestamps?.unitUnknown) {
    for (let n = 0; n < timestamps.length; n++) timestamps[n] = timestamps[n]! * factor;
  }
  return new Interactions({
    role,
    ...vocabularies,
    userRows,
    itemRows,
    values,
    timestamps,
  });
}

/** Throws `empty-data` when a part has no interaction, with what was skipped. */
export function requireInteractions(
  name: string,
  size: number,
  skipped: { readonly skippedLines: number; readonly skipped: readonly string[] },
): void {
  if (size > 0) return;
  const reason =
    skipped.skippedLines === 0
      ? 'it has no lines with interactions; check the path and whether the first line is a header'
      : `all ${skipped.skippedLines} lines were bad, the first: ${skipped.skipped[0] ?? ''}`;
  throw new TensorecError('empty-data', `${name} holds no interactions: ${reason}`);
}
