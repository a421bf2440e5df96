import { Interactions, Vocabulary, type Role } from '@tensorec/core';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it, type TestContext } from 'vitest';
import { evaluate } from '../src/index.js';
import { recordOf, TableModel } from './models.js';

/** Lines of numbers of a compressed file, or a skip that says what is missing. */
function readLines(context: TestContext, name: string): number[][] {
  const folder = process.env['TENSOREC_DATA'];
  if (folder === undefined) context.skip('TENSOREC_DATA is not set');
  const path = join(folder, name);
  if (!existsSync(path)) context.skip(`${path} does not exist`);
  return gunzipSync(readFileSync(path))
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
}

/** Ids that are their rows, so that ties break by id. */
function vocabulary(size: number): Vocabulary<number> {
  return Vocabulary.from(Array(size).keys());
}

function part<R extends Role>(
  role: R,
  ids: { readonly users: Vocabulary<number>; readonly items: Vocabulary<number> },
  pairs: readonly (readonly [user: number, item: number])[],
): Interactions<number, number, R> {
  return new Interactions({
    role,
    ...ids,
    userRows: Int32Array.from(pairs, ([user]) => user),
    itemRows: Int32Array.from(pairs, ([, item]) => item),
  });
}

/** Pairs of lines `user item item …`. */
function adjacency(lines: readonly (readonly number[])[]): (readonly [number, number])[] {
  return lines.flatMap(([user, ...items]) => items.map((item) => [user!, item] as const));
}

function popularity(train: Interactions<number, number, 'train'>): TableModel<number, number> {
  const record = recordOf(train);
  const counts = Float32Array.from(record.itemCounts);
  return new TableModel(record, Array<Float32Array>(train.users.size).fill(counts));
}

function greatest(pairs: readonly (readonly number[])[], position: number): number {
  return pairs.reduce((most, pair) => Math.max(most, pair[position]!), 0);
}

describe('popularity on public splits', () => {
  it('reaches the known figures on Gowalla, ranking all items', async (context) => {
    const trainPairs = adjacency(readLines(context, 'gowalla/train.txt.gz'));
    const testPairs = adjacency(readLines(context, 'gowalla/test.txt.gz'));
    const pairs = [...trainPairs, ...testPairs];
    const ids = {
      users: vocabulary(greatest(pairs, 0) + 1),
      items: vocabulary(greatest(pairs, 1) + 1),
    };
    const { metrics, protocol } = await evaluate(
      popularity(part('train', ids, trainPairs)),
      part('test', ids, testPairs),
      { metrics: ['recall@20', 'ndcg@20'] },
    );
    expect(protocol.testUsers).toBe(29_858);
    expect(Math.abs(metrics['recall@20']! - 0.0416)).toBeLessThanOrEqual(0.0003);
    expect(Math.abs(metrics['ndcg@20']! - 0.0317)).toBeLessThanOrEqual(0.0003);
  });

  it('reaches the known figures on MovieLens 1M, among 99 given negatives', async (context) => {
    const trainPairs = adjacency(readLines(context, 'ml-1m/ncf_train.txt.gz'));
    // user, positive, rating, timestamp, negatives
    const test = readLines(context, 'ml-1m/ncf_test.txt.gz');
    const testPairs = test.map(([user, positive]) => [user!, positive!] as const);
    const negatives = test.map((fields) => fields.slice(4));
    const ids = {
      users: vocabulary(greatest(testPairs, 0) + 1),
      items: vocabulary(
        greatest([...trainPairs, ...testPairs, ...negatives.flat().map((item) => [0, item])], 1) +
          1,
      ),
    };
    const { metrics, protocol } = await evaluate(
      popularity(part('train', ids, trainPairs)),
      part('test', ids, testPairs),
      {
        metrics: ['hit@10', 'ndcg@10'],
        candidates: {
          offsets: Int32Array.from({ length: test.length + 1 }, (_, n) => 99 * n),
          itemRows: Int32Array.from(negatives.flat()),
        },
      },
    );
    expect(protocol.testUsers).toBe(6040);
    expect(Math.abs(metrics['hit@10']! - 0.4535)).toBeLessThanOrEqual(0.0005);
    expect(Math.abs(metrics['ndcg@10']! - 0.2542)).toBeLessThanOrEqual(0.0005);
  });
});
