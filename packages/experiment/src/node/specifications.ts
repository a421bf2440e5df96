import { TensorecError } from '@tensorec/core';
import type { DataSpec, FeatureSpec } from '@tensorec/preprocessing';
import { fileSource } from '@tensorec/preprocessing/node';
import type { ColumnName, DataSection, ItemsSection, UsersSection } from '../schema.js';

type Skip = boolean | number | undefined;

/** How the interaction files of an experiment are read. */
export function interactionSpec(data: DataSection, skipBadLines: Skip): DataSpec {
  const { format, columns, separator, header, ids } = data;
  const lines = { ids, skipBadLines };
  switch (format) {
    case 'delimited':
      return { format, columns, separator, header, ...lines };
    case 'recbole':
      return { format, columns: columns && namedColumns(columns), ...lines };
    case 'jsonl':
      if (columns === undefined) {
        throw new TensorecError(
          'experiment',
          'data.columns is missing; the format jsonl needs the names of user and item.',
        );
      }
      return { format, columns: namedColumns(columns), ...lines };
    case 'adjacency':
    case 'sequences':
    case 'sessions':
    case 'dst':
      return { format, ...lines };
  }
}

/** How the file that describes the items is read. */
export function itemSpec(items: ItemsSection, ids: DataSection['ids']): FeatureSpec {
  const { format, id, separator, categories, tagSeparator } = items;
  if (format !== 'delimited') return { format, id, ids };
  const tags = categories !== undefined && tagSeparator !== undefined;
  return { format, id, ids, separator, tagSeparator, kinds: tags ? { [categories]: 'tags' } : {} };
}

/** How the file that describes the users is read. */
export function userSpec(users: UsersSection, ids: DataSection['ids']): FeatureSpec {
  const { format, id, separator } = users;
  return format === 'delimited' ? { format, id, separator, ids } : { format, id, ids };
}

/**
 * How a fold is read: its columns lie where those of the data file do, and a first line that repeats the header of the
 * data file is a header.
 */
export async function foldSpec(
  data: DataSection,
  file: string,
  foldFile: string,
): Promise<DataSpec> {
  if (data.format !== 'delimited' && data.format !== 'recbole') return interactionSpec(data, false);
  const [first, foldFirst] = [await firstLine(file), await firstLine(foldFile)];
  const hasHeader =
    data.format === 'recbole' ||
    (data.header ?? Object.values(data.columns ?? {}).some((name) => typeof name === 'string'));
  if (!hasHeader || first === foldFirst) return interactionSpec(data, false);
  const separator = data.format === 'recbole' ? '\t' : (data.separator ?? ',');
  const names = first
    .split(separator)
    .map((name) => name.replace(/^"(.*)"$/, '$1'))
    .map((name) => (data.format === 'recbole' ? (name.split(':')[0] ?? name) : name));
  const standard = { user: 'user_id', item: 'item_id', value: 'rating', timestamp: 'timestamp' };
  const columns = data.columns ?? (data.format === 'recbole' ? standard : { user: 0, item: 1 });
  const position = (name: ColumnName): number =>
    typeof name === 'number' ? name : names.indexOf(name);
  const optional = (key: 'value' | 'timestamp'): { [key]?: number } => {
    const name = columns[key];
    const found = name === undefined ? -1 : position(name);
    return found < 0 ? {} : { [key]: found };
  };
  return {
    format: 'delimited',
    separator,
    header: false,
    ids: data.ids,
    columns: {
      user: position(columns.user),
      item: position(columns.item),
      ...optional('value'),
      ...optional('timestamp'),
    },
  };
}

function namedColumns(columns: NonNullable<DataSection['columns']>): {
  user: string;
  item: string;
  value?: string;
  timestamp?: string;
} {
  return Object.fromEntries(
    Object.entries(columns).flatMap(([key, name]) => {
      if (name === undefined) return [];
      if (typeof name === 'string') return [[key, name]];
      throw new TensorecError(
        'experiment',
        `data.columns.${key} is ${name}; the columns of this format have names.`,
      );
    }),
  ) as { user: string; item: string };
}

/** The first line of a text file, plain or gzip, without its line end. */
async function firstLine(file: string): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const block of fileSource(file).bytes) {
    text += decoder.decode(block, { stream: true });
    if (/[\r\n]/.test(text)) break;
  }
  return /^\uFEFF?([^\r\n]*)/.exec(text)?.[1] ?? '';
}
