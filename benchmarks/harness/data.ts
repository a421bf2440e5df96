import { Interactions, Vocabulary, type DataSplit } from '@tensorec/core';
import { columnCounts, mergeRepeats, type Csr } from '@tensorec/kernels';
import { readSplit } from '@tensorec/preprocessing/node';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** Interactions whose ids are their rows, so that rows mean the same here and in the scripts of the peers. */
export type Numbered<Role extends 'whole' | 'test'> = Interactions<number, number, Role>;

/** Where a data set lies, or a note that says what to do. */
function dataFile(name: string): string {
  const folder = process.env['TENSOREC_DATA'];
  if (folder === undefined) {
    throw new Error(`${name} is read from the folder TENSOREC_DATA, which is not set.`);
  }
  return join(folder, name);
}

/** Gowalla in the split of LightGCN: 29,858 users, 40,981 items. */
export function gowalla(): { readonly train: Numbered<'whole'>; readonly test: Numbered<'test'> } {
  const train = readAdjacency(dataFile('gowalla/train.txt.gz'));
  const test = readAdjacency(dataFile('gowalla/test.txt.gz'));
  const users = numbers(Math.max(largest(train.userRows), largest(test.userRows)) + 1);
  const items = numbers(Math.max(largest(train.itemRows), largest(test.itemRows)) + 1);
  return {
    train: new Interactions({ role: 'whole', users, items, ...train }),
    test: new Interactions({ role: 'test', users, items, ...test }),
  };
}

/** MovieLens 1M in the split of He et al. (2017), with its 99 negatives a test interaction. */
export function movieLens(): Promise<DataSplit> {
  return readSplit({
    train: {
      path: dataFile('ml-1m/ncf_train.txt.gz'),
      spec: { format: 'adjacency', ids: 'number' },
    },
    test: {
      path: dataFile('ml-1m/ncf_test.txt.gz'),
      spec: { format: 'candidates', ids: 'number' },
    },
  });
}

/** Where the set of 10 million rows lies: `synth10m.csv` in TENSOREC_SYNTH, as for the peers. */
export function syntheticFile(): string {
  const folder = process.env['TENSOREC_SYNTH'] ?? join(homedir(), '.cache/tensorec-peers');
  const file = join(folder, 'synth10m.csv');
  if (existsSync(file)) return file;
  throw new Error(
    `There is no ${file}; make_synthetic.py of the peers writes it, and TENSOREC_SYNTH names its folder.`,
  );
}

/** The set of 10 million rows, in the order of the file; rows in the order of ids. */
export function synthetic(): Numbered<'whole'> {
  const text = readFileSync(syntheticFile());
  const capacity = Math.floor(text.length / 8);
  const userRows = new Int32Array(capacity);
  const itemRows = new Int32Array(capacity);
  let rows = 0;
  let at = text.indexOf(10) + 1;
  const number = (): number => {
    let value = 0;
    for (; text[at]! >= 48 && text[at]! <= 57; at++) value = value * 10 + text[at]! - 48;
    at++;
    return value;
  };
  while (at < text.length) {
    userRows[rows] = number();
    itemRows[rows++] = number();
    while (at < text.length && text[at++] !== 10);
  }
  const user = renumber(userRows.subarray(0, rows));
  const item = renumber(itemRows.subarray(0, rows));
  return new Interactions({
    role: 'whole',
    users: numbers(user.count),
    items: numbers(item.count),
    userRows: user.rows,
    itemRows: item.rows,
  });
}

/** Who has what, once: values and repeats do not count. */
export function binary(data: Interactions): Csr {
  return mergeRepeats(data.byUser(), 'one');
}

/** Only the interactions with the `count` items that most users have; ties by row. */
export function mostPopular(data: Numbered<'whole'>, count: number): Numbered<'whole'> {
  const counts = columnCounts(binary(data));
  const kept = Int32Array.from(counts.keys())
    .sort((a, b) => counts[b]! - counts[a]! || a - b)
    .subarray(0, count)
    .sort();
  const newRow = new Int32Array(data.items.size).fill(-1);
  kept.forEach((item, row) => (newRow[item] = row));
  const positions = Int32Array.from(data.itemRows, (item, position) =>
    newRow[item]! >= 0 ? position : -1,
  ).filter((position) => position >= 0);
  const { users, userRows, itemRows } = data.select(positions);
  return new Interactions({
    role: 'whole',
    users,
    items: numbers(kept.length),
    userRows,
    itemRows: Int32Array.from(itemRows, (item) => newRow[item]!),
  });
}

/** Lines of `user item item …`. */
function readAdjacency(file: string): { userRows: Int32Array; itemRows: Int32Array } {
  const userRows: number[] = [];
  const itemRows: number[] = [];
  for (const line of gunzipSync(readFileSync(file)).toString('latin1').split('\n')) {
    const [user, ...items] = line.trim().split(' ').map(Number);
    for (const item of items) {
      userRows.push(user!);
      itemRows.push(item);
    }
  }
  return { userRows: Int32Array.from(userRows), itemRows: Int32Array.from(itemRows) };
}

/** Gives ids the rows 0, 1, … in ascending order. */
function renumber(ids: Int32Array): { readonly rows: Int32Array; readonly count: number } {
  const rowOf = new Int32Array(largest(ids) + 1);
  for (const id of ids) rowOf[id] = 1;
  let count = 0;
  for (let id = 0; id < rowOf.length; id++) {
    if (rowOf[id] === 1) rowOf[id] = count++;
  }
  return { rows: ids.map((id) => rowOf[id]!), count };
}

function largest(values: Int32Array): number {
  return values.reduce((most, value) => Math.max(most, value), -1);
}

function numbers(count: number): Vocabulary<number> {
  return Vocabulary.from(Array(count).keys());
}
