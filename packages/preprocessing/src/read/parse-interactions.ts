import { parseWith, type CallOptions, type Id, type Interactions } from '@tensorec/core';
import { ready } from '@tensorec/kernels';
import { DelimitedReader } from './delimited.js';
import { delimitedLayout, recBoleLayout } from './delimited-layout.js';
import { DstReader } from './dst.js';
import { ItemListReader, SessionReader } from './item-lists.js';
import { JsonLinesReader } from './json-lines.js';
import { readRecords, type ByteSource, type RecordFormat, type SkippedLines } from './records.js';
import {
  buildInteractions,
  buildVocabularies,
  createIdTables,
  requireInteractions,
  timestampFactor,
  type IdTables,
  type PartColumns,
} from './sink.js';
import { dataSpecSchema, type DataSpec } from './specification.js';

/** What was read, and what was left out. */
export interface ReadResult extends SkippedLines {
  readonly interactions: Interactions<Id, Id, 'whole'>;
}

/** Reads one part into shared tables. */
export interface PartReader {
  readonly format: RecordFormat;
  readonly part: PartColumns;
}

/** The reader of a format. */
export function createPartReader(spec: DataSpec, tables: IdTables): PartReader {
  switch (spec.format) {
    case 'delimited':
    case 'recbole': {
      const layout = spec.format === 'recbole' ? recBoleLayout(spec) : delimitedLayout(spec);
      const reader = new DelimitedReader(layout, spec.timestampUnit, tables);
      return { format: reader, part: reader };
    }
    case 'jsonl': {
      const reader = new JsonLinesReader(spec, tables);
      return { format: reader, part: reader };
    }
    case 'adjacency':
    case 'sequences': {
      const reader = new ItemListReader(tables);
      return { format: reader, part: reader.part };
    }
    case 'dst': {
      const reader = new DstReader(tables);
      return { format: reader, part: reader.part };
    }
    case 'sessions': {
      const reader = new SessionReader(tables);
      return { format: reader, part: reader.part };
    }
  }
}

/**
 * Interactions from bytes in one of the text formats. The bytes are read as they come: only the columns and the
 * distinct ids are kept. Empty lines are passed over; line ends may be LF, CRLF or CR; a byte order mark is dropped.
 * Where no timestamps are read, the order of lines is the order of time.
 *
 * @throws TensorecError `parse` at the first bad line (`name:line:column: found …, expected …; what to do`) unless
 * `spec.skipBadLines` allows it, `empty-data` when there are no interactions, `invalid-argument` for a bad
 * specification; the signal's reason once it is aborted.
 */
export async function parseInteractions(
  source: ByteSource,
  spec: DataSpec,
  options: CallOptions = {},
): Promise<ReadResult> {
  const checked = parseWith(dataSpecSchema, spec, `specification of ${source.name}`);
  await ready();
  const tables = createIdTables(checked.ids ?? 'string');
  const { format, part } = createPartReader(checked, tables);
  const skipped = await readRecords(source, format, {
    ...options,
    skipBadLines: checked.skipBadLines,
  });
  requireInteractions(source.name, part.columns.size, skipped);
  const interactions = buildInteractions(
    part,
    buildVocabularies(tables),
    'whole',
    timestampFactor([part]),
  );
  return { interactions, ...skipped };
}
