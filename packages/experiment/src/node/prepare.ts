import {
  FeatureTable,
  Interactions,
  TensorecError,
  type CallOptions,
  type DataSplit,
} from '@tensorec/core';
import {
  applyFilters,
  describeFilters,
  describeSplit,
  foldsFromParts,
  parseFeatures,
  parseInteractions,
  parseSplit,
  splitData,
  type TestSpec,
} from '@tensorec/preprocessing';
import { fileSource } from '@tensorec/preprocessing/node';
import type { PreparedData } from '../prepared-data.js';
import type { DataSection, ExperimentFile } from '../schema.js';
import { foldSpec, interactionSpec, itemSpec, userSpec } from './specifications.js';
import { dataPath } from './paths.js';

/** Options of {@link prepareData}. */
export interface PrepareOptions extends CallOptions {
  /** Where relative data paths start; default the environment variable `TENSOREC_DATA`, then the file's folder. */
  readonly dataFolder?: string | undefined;
  /** Whether lines that cannot be read are left out, or how many at most; default none. */
  readonly skipBadLines?: boolean | number | undefined;
}

/**
 * Reads, filters and splits the data of an experiment.
 *
 * @param folder - the folder of the experiment file
 * @throws TensorecError `file`, `parse` or `empty-data` that names the file.
 */
export async function prepareData(
  experiment: ExperimentFile,
  folder: string,
  options: PrepareOptions,
): Promise<PreparedData> {
  const path = (name: string): string => dataPath(name, folder, options.dataFolder);
  const items = await readItems(experiment.data, path, options);
  const users = await readUsers(experiment.data, path, options);
  const prepared =
    experiment.data.test === undefined
      ? await readWhole(experiment, path, options)
      : await readParts(experiment, experiment.data.test, path, options);
  return {
    ...prepared,
    filters: describeFilters(experiment.filter ?? {}),
    items,
    users,
  };
}

type Prepared = Omit<PreparedData, 'filters' | 'items' | 'users'>;
type PathOf = (name: string) => string;

async function readWhole(
  experiment: ExperimentFile,
  path: PathOf,
  options: PrepareOptions,
): Promise<Prepared> {
  const { data, filter = {}, split, seed } = experiment;
  const file = path(data.path);
  const spec = interactionSpec(data, options.skipBadLines);
  const { interactions, skippedLines } = await parseInteractions(fileSource(file), spec, options);
  const whole = applyFilters(filter)(interactions);
  const notes =
    skippedLines === 0 ? [] : [`${skippedLines} lines of ${data.path} could not be read.`];
  if (split === undefined) throw new TensorecError('experiment', 'There is no section split.');
  if (split.method !== 'folds') {
    return { whole, splits: splitData(split, seed)(whole), split: describeSplit(split), notes };
  }
  const folds: Interactions[] = [];
  for (const name of split.files) {
    const foldFile = path(name);
    const fold = await parseInteractions(
      fileSource(foldFile),
      await foldSpec(data, file, foldFile),
      options,
    );
    folds.push(fold.interactions);
  }
  const words = `${folds.length} given folds, each in turn the test`;
  return { whole, splits: foldsFromParts(folds)(whole), split: words, notes };
}

async function readParts(
  { data, filter }: ExperimentFile,
  test: string,
  path: PathOf,
  options: PrepareOptions,
): Promise<Prepared> {
  const spec = interactionSpec(data, options.skipBadLines);
  const testSpec: TestSpec =
    data.testFormat === 'candidates'
      ? { format: 'candidates', ids: data.ids, skipBadLines: options.skipBadLines }
      : interactionSpec({ ...data, format: data.testFormat ?? data.format }, options.skipBadLines);
  const part = (name: string): ReturnType<typeof fileSource> => fileSource(path(name));
  const split = await parseSplit(
    {
      train: { source: part(data.path), spec },
      ...(data.validation === undefined
        ? {}
        : { validation: { source: part(data.validation), spec } }),
      test: { source: part(test), spec: testSpec },
      ...(filter === undefined ? {} : { filterTrain: applyFilters(filter) }),
    },
    options,
  );
  const words = data.validation === undefined ? 'train and test' : 'train, validation and test';
  return { whole: together(split), splits: [split], split: `${words} as given`, notes: [] };
}

/** All parts of a split as one. */
function together(split: DataSplit): Interactions {
  const parts = [split.train, ...(split.validation ? [split.validation] : []), split.test];
  const rows = (column: 'userRows' | 'itemRows'): Int32Array =>
    Int32Array.from(parts.flatMap((part) => Array.from(part[column])));
  return new Interactions({
    role: 'whole',
    users: split.train.users,
    items: split.train.items,
    userRows: rows('userRows'),
    itemRows: rows('itemRows'),
  });
}

async function readItems(
  { items, ids }: DataSection,
  path: PathOf,
  options: PrepareOptions,
): Promise<PreparedData['items']> {
  if (items === undefined) return undefined;
  const file = path(items.path);
  const table = await parseFeatures(fileSource(file), itemSpec(items, ids), options);
  requireColumn(table, items.title, 'data.items.title', file);
  const { title, categories } = items;
  if (categories === undefined) return { table, title };
  requireColumn(table, categories, 'data.items.categories', file);
  return { table: withCategories(table, categories), title, categories };
}

async function readUsers(
  { users, ids }: DataSection,
  path: PathOf,
  options: PrepareOptions,
): Promise<PreparedData['users']> {
  if (users === undefined) return undefined;
  const file = path(users.path);
  const table = await parseFeatures(fileSource(file), userSpec(users, ids), options);
  requireColumn(table, users.group, 'data.users.group', file);
  return { table: withCategories(table, users.group), group: users.group };
}

/** The table with a column of text as one of categories. */
function withCategories(table: FeatureTable, name: string): FeatureTable {
  const column = table.columns.get(name);
  if (column?.kind !== 'text') return table;
  return new FeatureTable(
    table.ids,
    new Map(table.columns).set(name, { kind: 'category', values: column.values }),
  );
}

function requireColumn(table: FeatureTable, name: string, field: string, file: string): void {
  if (table.columns.has(name)) return;
  throw new TensorecError(
    'experiment',
    `${file} has no column "${name}" for ${field}; it has ${[...table.columns.keys()].join(', ')}.`,
  );
}
