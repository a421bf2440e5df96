import {
  parseWith,
  TensorecError,
  type CallOptions,
  type FeatureKind,
  type FeatureTable,
} from '@tensorec/core';
import { DelimitedFeatureReader, type FeatureLayout } from './delimited-features.js';
import { recBoleFile } from './delimited-layout.js';
import { FeatureTableBuilder } from './feature-columns.js';
import {
  featureSpecSchema,
  type DelimitedFeatureSpec,
  type FeatureSpec,
  type RecBoleFeatureSpec,
} from './feature-specification.js';
import { JsonLinesFeatureReader } from './json-features.js';
import { readRecords, type ByteSource } from './records.js';

/**
 * What is known about users or items, from bytes in one of the text formats, one id a line. An empty cell, a missing or
 * null property is a missing entry; a delimited line with an empty id, as tables of several id spaces have them, is left
 * out.
 *
 * @throws TensorecError `parse` at the first bad line, which an id that comes twice is too; `unknown-name` when `kinds`
 * names a property that is not there; `empty-data` when there are no ids; `invalid-argument` for a bad specification;
 * the signal's reason once it is aborted.
 */
export async function parseFeatures(
  source: ByteSource,
  spec: FeatureSpec,
  options: CallOptions = {},
): Promise<FeatureTable> {
  const checked = parseWith(featureSpecSchema, spec, `specification of ${source.name}`);
  const table = new FeatureTableBuilder();
  const format =
    checked.format === 'jsonl'
      ? new JsonLinesFeatureReader(checked, table)
      : new DelimitedFeatureReader(
          checked.format === 'recbole' ? recBoleFeatures(checked) : delimitedFeatures(checked),
          table,
        );
  await readRecords(source, format, options);
  if (table.vocabulary.size === 0) {
    throw new TensorecError(
      'empty-data',
      `${source.name} holds no ids; check the path and whether the first line is a header.`,
    );
  }
  if (format instanceof JsonLinesFeatureReader) format.checkKinds(source.name);
  return table.build();
}

function delimitedFeatures(spec: DelimitedFeatureSpec): FeatureLayout {
  return {
    id: spec.id ?? 0,
    ids: spec.ids ?? 'string',
    separator: spec.separator ?? ',',
    quotes: true,
    header: spec.header ?? true,
    tagSeparator: spec.tagSeparator ?? '|',
    kinds: spec.kinds ?? {},
    readHeader: (cell) => ({ name: cell, kind: 'text' }),
  };
}

const recBoleKinds: Readonly<Record<string, FeatureKind>> = {
  token: 'category',
  float: 'number',
  token_seq: 'tags',
  float_seq: 'tags',
};

function recBoleFeatures(spec: RecBoleFeatureSpec): FeatureLayout {
  return {
    ...recBoleFile,
    id: spec.id ?? 0,
    ids: spec.ids ?? 'string',
    tagSeparator: ' ',
    kinds: spec.kinds ?? {},
    readHeader: (cell) => {
      const name = recBoleFile.columnName(cell);
      return { name, kind: recBoleKinds[cell.slice(name.length + 1)] ?? 'text' };
    },
  };
}
