import {
  parseFeatures,
  parseInteractions,
  parseSplit,
  type ByteSource,
  type DataSpec,
  type FeatureSpec,
  type ReadResult,
  type TestSpec,
  type TrainFilter,
} from '../src/index.js';
import type { DataSplit, FeatureTable, Id, Interactions } from '@tensorec/core';

/** Text or bytes as a source that gives them in blocks of so many bytes, the sizes in turn. */
export function source(
  content: string | Uint8Array,
  blockSizes: number | readonly number[] = 1 << 16,
  name = 'data',
): ByteSource {
  const sizes = typeof blockSizes === 'number' ? [blockSizes] : blockSizes;
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  async function* blocks(): AsyncGenerator<Uint8Array> {
    for (let start = 0, block = 0; start < bytes.length; block++) {
      const end = start + sizes[block % sizes.length]!;
      yield await Promise.resolve(bytes.slice(start, end));
      start = end;
    }
  }
  return { name, bytes: blocks() };
}

/** What a text holds. */
export function read(content: string | Uint8Array, spec: DataSpec): Promise<ReadResult> {
  return parseInteractions(source(content), spec);
}

/** The rows of a text. */
export async function readRows(content: string | Uint8Array, spec: DataSpec): Promise<Row[]> {
  return rowsOf((await read(content, spec)).interactions);
}

/** The features in a text. */
export function features(content: string, spec: FeatureSpec): Promise<FeatureTable> {
  return parseFeatures(source(content), spec);
}

/** Parts of a split as texts. */
export function split(
  train: [string, DataSpec],
  test: [string, TestSpec],
  validation?: [string, DataSpec],
  filterTrain?: TrainFilter,
): Promise<DataSplit> {
  const part = <Spec>(
    [text, spec]: [string, Spec],
    name: string,
  ): { source: ByteSource; spec: Spec } => ({ source: source(text, 7, name), spec });
  return parseSplit({
    train: part(train, 'train'),
    validation: validation && part(validation, 'validation'),
    test: part(test, 'test'),
    filterTrain,
  });
}

/** A user, an item and, where they are known, the value and the timestamp. */
export type Row = [Id, Id, ...number[]];

/** Interactions as rows of raw ids. */
export function rowsOf(data: Interactions): Row[] {
  return Array.from(data.userRows, (user, n) => [
    data.users.id(user),
    data.items.id(data.itemRows[n]!),
    ...(data.values ? [data.values[n]!] : []),
    ...(data.timestamps ? [data.timestamps[n]!] : []),
  ]);
}
