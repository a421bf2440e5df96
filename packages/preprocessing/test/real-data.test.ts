import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DataSplit } from '@tensorec/core';
import { describe, expect, it, type TestContext } from 'vitest';
import { foldsFromParts, kCore, leaveLastOut, type DataSpec } from '../src/index.js';
import { readFeatures, readInteractions, readSplit } from '../src/node/index.js';

/** The path of a public data set's file; skips the test where TENSOREC_DATA does not hold it. */
function dataFile(context: TestContext, name: string): string {
  const folder = process.env['TENSOREC_DATA'];
  if (folder === undefined) context.skip('TENSOREC_DATA is not set');
  const path = join(folder, name);
  if (!existsSync(path)) context.skip(`TENSOREC_DATA has no ${name}`);
  return path;
}

function sizes(split: DataSplit): number[] {
  const { train, test } = split;
  return [train.users.size, train.items.size, train.size, test.size];
}

const byName: DataSpec = {
  format: 'delimited',
  separator: '\t',
  columns: {
    user: 'user_id:token',
    item: 'item_id:token',
    value: 'rating:float',
    timestamp: 'timestamp:float',
  },
};

describe('public data sets have the counts that are published', () => {
  it('ml-100k, as recbole and as delimited', async (context) => {
    const path = dataFile(context, 'ml-100k/ml-100k.inter.gz');
    const { interactions } = await readInteractions(path, { format: 'recbole' });
    expect([interactions.users.size, interactions.items.size, interactions.size]).toEqual([
      943, 1682, 100_000,
    ]);
    // The first line: user 196, item 242, rating 3, at 881250949 s.
    expect(interactions.values?.[0]).toBe(3);
    expect(interactions.timestamps?.[0]).toBe(881_250_949_000);
    const delimited = await readInteractions(path, byName);
    expect(delimited.interactions.fingerprint).toBe(interactions.fingerprint);
  });

  it('ml-100k, fold u1: 80,000 and 20,000', async (context) => {
    const path = dataFile(context, 'ml-100k/ml-100k.inter.gz');
    const foldPath = dataFile(context, 'ml-100k/splits/u1.test.gz');
    const { interactions } = await readInteractions(path, { format: 'recbole' });
    const fold = await readInteractions(foldPath, { format: 'delimited', separator: '\t' });
    const [split] = foldsFromParts([fold.interactions])(interactions);
    expect([split?.train.size, split?.test.size]).toEqual([80_000, 20_000]);
  });

  it('msweb: 32,711 users, 98,654 visits, 285 items', async (context) => {
    const { interactions } = await readInteractions(
      dataFile(context, 'msweb/anonymous-msweb.data.gz'),
      { format: 'dst' },
    );
    expect([interactions.users.size, interactions.items.size, interactions.size]).toEqual([
      32_711, 285, 98_654,
    ]);
    const test = await readInteractions(dataFile(context, 'msweb/anonymous-msweb.test.gz'), {
      format: 'dst',
    });
    expect(test.interactions.users.size).toBe(5000);
  });

  it('ml-100k, items and users', async (context) => {
    const items = await readFeatures(dataFile(context, 'ml-100k/ml-100k.item.gz'), {
      format: 'recbole',
      kinds: { movie_title: 'text' },
    });
    expect(items.ids.size).toBe(1682);
    expect(items.text('1', 'movie_title')).toBe('Toy Story');
    expect(items.columns.get('class')?.values[0]).toEqual(['Animation', "Children's", 'Comedy']);
    const users = await readFeatures(dataFile(context, 'ml-100k/ml-100k.user.gz'), {
      format: 'recbole',
    });
    expect(users.ids.size).toBe(943);
    expect(users.text('1', 'occupation')).toBe('technician');
  });

  it('ml-latest-small', async (context) => {
    const { interactions } = await readInteractions(
      dataFile(context, 'ml-latest-small/ratings.csv.gz'),
      {
        format: 'delimited',
        columns: { user: 'userId', item: 'movieId', value: 'rating', timestamp: 'timestamp' },
        ids: 'number',
      },
    );
    expect([interactions.users.size, interactions.items.size, interactions.size]).toEqual([
      671, 9066, 100_004,
    ]);
    const movies = await readFeatures(dataFile(context, 'ml-latest-small/movies.csv.gz'), {
      format: 'delimited',
      id: 'movieId',
      ids: 'number',
      kinds: { genres: 'tags' },
    });
    expect(movies.ids.size).toBe(9125);
    expect(movies.text(2, 'title')).toBe('Jumanji (1995)');
    // A title with a comma, hence in quotes.
    expect(movies.text(11, 'title')).toBe('American President, The (1995)');
  });

  it('gowalla', async (context) => {
    const spec: DataSpec = { format: 'adjacency' };
    const split = await readSplit({
      train: { path: dataFile(context, 'gowalla/train.txt.gz'), spec },
      test: { path: dataFile(context, 'gowalla/test.txt.gz'), spec },
    });
    expect(sizes(split)).toEqual([29_858, 40_981, 810_128, 217_242]);
  });

  it('ml-1m in the NCF protocol: 99 negatives a user', async (context) => {
    const split = await readSplit({
      train: {
        path: dataFile(context, 'ml-1m/ncf_train.txt.gz'),
        spec: { format: 'adjacency' },
      },
      test: { path: dataFile(context, 'ml-1m/ncf_test.txt.gz'), spec: { format: 'candidates' } },
    });
    expect([split.train.size, split.test.size]).toEqual([993_507, 6040]);
    // In the original file 156 of the negatives are the positive of their own line (counted with awk).
    expect(split.candidates?.itemRows.length).toBe(6040 * 99 - 156);
    expect(split.notes).toEqual([
      '156 given negatives were the positive of their own line and were taken out.',
    ]);
  });

  it('diginetica, sessions', async (context) => {
    const spec: DataSpec = { format: 'sessions' };
    const split = await readSplit({
      train: { path: dataFile(context, 'diginetica/train_sessions.txt.gz'), spec },
      test: { path: dataFile(context, 'diginetica/test.txt.gz'), spec },
    });
    expect(sizes(split)).toEqual([186_670 + 60_858, 43_097, 906_140, 60_858]);
    const { histories } = split;
    // The first test line: five items, then the target 21566.
    expect(split.test.items.id(split.test.itemRows[0]!)).toBe('21566');
    expect(histories?.byUser().offsets[186_671]).toBe(5);
  });

  it('amazon-elec-cell, both domains', async (context) => {
    const domains: [string, number, number][] = [
      ['electronic_cell', 39_463, 115_554],
      ['cell_electronic', 18_462, 50_407],
    ];
    for (const [domain, items, train] of domains) {
      const split = await readSplit({
        train: {
          path: dataFile(context, `amazon-elec-cell/${domain}/train.txt.gz`),
          spec: { format: 'delimited', separator: '\t' },
        },
        test: {
          path: dataFile(context, `amazon-elec-cell/${domain}/test_neg.txt.gz`),
          spec: { format: 'candidates' },
        },
      });
      expect(sizes(split)).toEqual([3325, items, train, 3325]);
    }
  });

  it('s3rec-beauty is 5-core, and leave-last-out takes one of each user', async (context) => {
    const path = dataFile(context, 's3rec-beauty/Beauty.txt.gz');
    const { interactions } = await readInteractions(path, { format: 'sequences' });
    expect([interactions.users.size, interactions.items.size, interactions.size]).toEqual([
      22_363, 12_101, 198_502,
    ]);
    expect(kCore(5)(interactions).fingerprint).toBe(interactions.fingerprint);
    const split = leaveLastOut({ validation: 1 })(interactions);
    expect([split.test.size, split.validation?.size]).toEqual([22_363, 22_363]);
  });
});
