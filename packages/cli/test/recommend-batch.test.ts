import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { load } from '@tensorec/core/node';
import { beforeAll, describe, expect, it } from 'vitest';
import { models } from '../src/index.js';
import { leftoversIn, temporaryFolder, writeFiles } from './folders.js';
import { experimentFile, shopExperiment, smallShop, tensorec, tensorecWith } from './support.js';

const folder = temporaryFolder();
const artifact = (name: string): string => join(folder, 'report/models', name);
const path = (name: string): string => join(folder, name);
const items = path('shop/items.csv');

let users: readonly string[];

beforeAll(async () => {
  await smallShop(folder);
  const sections = ['popular', 'item-knn', 'user-knn'].map((model) => ({ model }));
  const file = experimentFile(folder, shopExperiment({ models: sections }));
  const { exitCode } = await tensorec('run', file, '--out', path('report'), '--quiet');
  expect(exitCode).toBe(0);
  const model = await load(artifact('item-knn'), { models });
  users = [...model.users].map(String);
  writeFiles(folder, {
    'users.txt': `\uFEFF${users.slice(0, 3).join('\r\n')}\n\n${users[3]!}`,
    'users.txt.gz': gzipSync(users.slice(0, 4).join('\n')),
    'some-unknown.txt': `${users[0]!}\nnobody\n=1+1\n`,
  });
});

/** The lists that `--user` shows for the first four users, as rows. */
async function shown(...options: readonly string[]): Promise<readonly Record<string, unknown>[]> {
  const args = ['recommend', artifact('item-knn'), '--user', ...users.slice(0, 4), '--json'];
  return JSON.parse((await tensorec(...args, ...options)).out) as Record<string, unknown>[];
}

/** Rows of a CSV without quotes. */
function rowsOf(csv: string): readonly string[][] {
  return csv
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
}

const toFile = (users: string, out: string, ...options: readonly string[]): Promise<unknown> =>
  tensorec(
    'recommend',
    artifact('item-knn'),
    '--users-file',
    path(users),
    '--out',
    path(out),
    ...options,
  );

describe('recommend --users-file', () => {
  it.each(['users.txt', 'users.txt.gz'])(
    'writes the lists of %s that --user shows',
    async (name) => {
      const expected = await shown('--k', '5', '--items', items);
      const outcome = await toFile(name, 'lists.csv', '--k', '5', '--items', items);
      expect(outcome).toEqual({
        exitCode: 0,
        out: '',
        error: `${expected.length} recommendations for 4 users: ${path('lists.csv')}`,
      });
      const [head, ...rows] = rowsOf(readFileSync(path('lists.csv'), 'utf8'));
      expect(head).toEqual(['user', 'item', 'rank', 'score', 'title']);
      expect(
        rows.map(([user, item, rank, score, title]) => [
          user,
          item,
          Number(rank),
          Math.fround(Number(score)),
          title,
        ]),
      ).toEqual(
        expected.map((row) => [row['user'], row['item'], row['rank'], row['score'], row['title']]),
      );
      await toFile(name, 'lists.jsonl.gz', '--k', '5');
      const lines = gunzipSync(readFileSync(path('lists.jsonl.gz')))
        .toString()
        .trimEnd()
        .split('\n');
      const parsed = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
      expect(parsed.map((row) => [row['user'], row['item'], row['rank']])).toEqual(
        expected.map((row) => [row['user'], row['item'], row['rank']]),
      );
      expect(Object.keys(parsed[0]!)).toEqual(['user', 'item', 'rank', 'score']);
    },
  );

  it('reads standard input and writes standard output', async () => {
    const bytes = Buffer.from(`${users[0]!}\n${users[1]!}`);
    async function* input(): AsyncGenerator<Uint8Array> {
      for (const byte of bytes) yield Promise.resolve(Uint8Array.of(byte));
    }
    const args = ['recommend', artifact('item-knn'), '--users-file', '-', '--k', '2'];
    const csv = await tensorecWith({ input: input() }, ...args);
    expect(csv).toMatchObject({ exitCode: 0, error: '4 recommendations for 2 users' });
    expect(rowsOf(csv.out).map(([user, , rank]) => [user, rank])).toEqual([
      ['user', 'rank'],
      [users[0], '1'],
      [users[0], '2'],
      [users[1], '1'],
      [users[1], '2'],
    ]);
    const json = await tensorecWith({ input: input() }, ...args, '--json');
    expect(json.out.split('\n').map((line) => (JSON.parse(line) as { user: string }).user)).toEqual(
      [users[0], users[0], users[1], users[1]],
    );
  });

  it('names the line of an unknown user, and leaves what was there', async () => {
    writeFiles(folder, { 'kept.csv': 'kept' });
    const refused = await toFile('some-unknown.txt', 'kept.csv');
    expect(refused).toMatchObject({ exitCode: 1, out: '' });
    expect((refused as { error: string }).error).toBe(
      `error: ${path('some-unknown.txt')}:2: the artifact does not know the user "nobody"; it knows ${users.length}. ` +
        'Give --unknown popular for popular items, or --unknown empty to leave such users out.',
    );
    expect(readFileSync(path('kept.csv'), 'utf8')).toBe('kept');
    expect(leftoversIn(folder)).toEqual([]);
  });

  it('gives unknown users nothing, or what is popular, as asked', async () => {
    const empty = await toFile('some-unknown.txt', 'empty.csv', '--unknown', 'empty', '--k', '3');
    expect(empty).toMatchObject({ exitCode: 0 });
    expect((empty as { error: string }).error).toContain(
      '3 recommendations for 3 users, 2 of them unknown',
    );
    const popular = ['--unknown', 'popular', '--k', '3'];
    await toFile('some-unknown.txt', 'popular.csv', ...popular);
    const rows = rowsOf(readFileSync(path('popular.csv'), 'utf8')).slice(1);
    expect(rows.map(([user]) => user)).toEqual(
      [users[0], 'nobody', "'=1+1"].flatMap((user) => [user, user, user]),
    );
    expect(rows[3]!.slice(1, 3)).toEqual(rows[6]!.slice(1, 3));
    await toFile('some-unknown.txt', 'popular.jsonl', ...popular);
    const last = readFileSync(path('popular.jsonl'), 'utf8').trimEnd().split('\n').at(-1)!;
    expect((JSON.parse(last) as { user: string }).user).toBe('=1+1');
  });

  it.each<[string, string | Uint8Array, string]>([
    ['a NUL', `u\na\0b\n`, ':2: found a NUL in "a\\u0000b"'],
    [
      'bytes that are not UTF-8',
      Uint8Array.of(0x75, 10, 0xff, 10),
      ': found bytes that are not UTF-8',
    ],
    [
      'a line of more than 1 MiB',
      `u\n${'x'.repeat(1 << 21)}`,
      ':2: found a line of more than 1 MiB',
    ],
    ['damaged gzip', gzipSync('u\n'.repeat(99)).subarray(0, 20), 'its gzip data ends too early'],
  ])('refuses a file with %s', async (_, content, expected) => {
    writeFiles(folder, { 'bad.txt': content });
    const outcome = (await toFile('bad.txt', 'bad.csv', '--unknown', 'empty')) as { error: string };
    expect(outcome).toMatchObject({ exitCode: 1, out: '' });
    expect(outcome.error).toContain('bad.txt');
    expect(outcome.error).toContain(expected);
    expect(leftoversIn(folder)).toEqual([]);
  });

  it('refuses folders, missing files and other endings', async () => {
    mkdirSync(path('a-folder.csv'), { recursive: true });
    expect(await toFile('shop', 'x.csv')).toMatchObject({
      exitCode: 1,
      error: `error: Cannot read ${path('shop')}: it is a folder; give a file.`,
    });
    expect(await toFile('none.txt', 'x.csv')).toMatchObject({ exitCode: 1 });
    const inTheWay = (await toFile('users.txt', 'a-folder.csv')) as { error: string };
    expect(inTheWay.error).toContain(`Cannot write ${path('a-folder.csv')}`);
    const ending = (await toFile('users.txt', 'x.parquet')) as { error: string };
    expect(ending.error).toContain('let its name end in .csv, .csv.gz, .jsonl or .jsonl.gz');
    expect(leftoversIn(folder)).toEqual([]);
  });

  it('gives an empty file for no users', async () => {
    writeFiles(folder, { 'nobody.txt': '\n\n' });
    expect(await toFile('nobody.txt', 'nothing.csv')).toMatchObject({ exitCode: 0 });
    expect(readFileSync(path('nothing.csv'), 'utf8')).toBe('user,item,rank,score\n');
  });

  it('leaves the old file when it is stopped', async () => {
    writeFiles(folder, { 'stopped.csv': 'kept' });
    const controller = new AbortController();
    async function* input(): AsyncGenerator<Uint8Array> {
      yield Promise.resolve(Buffer.from(users.join('\n').repeat(500)));
      controller.abort();
    }
    const outcome = await tensorecWith(
      { input: input(), signal: controller.signal },
      ...['recommend', artifact('item-knn'), '--users-file', '-', '--unknown', 'empty'],
      ...['--out', path('stopped.csv')],
    );
    expect(outcome.exitCode).toBe(130);
    expect(readFileSync(path('stopped.csv'), 'utf8')).toBe('kept');
    expect(leftoversIn(folder)).toEqual([]);
  });
});

describe('recommend --all-users', () => {
  it('writes a list for everyone, in the order of the artifact', async () => {
    const args = ['recommend', artifact('item-knn'), '--all-users', '--k', '1'];
    const { exitCode, out } = await tensorec(...args, '--out', '-');
    expect(exitCode).toBe(0);
    expect(
      rowsOf(out)
        .slice(1)
        .map(([user]) => user),
    ).toEqual(users);
  });
});

describe('recommend --exclude none', () => {
  it('keeps what the user has', async () => {
    const args = ['recommend', artifact('popular'), '--all-users', '--k', '1'];
    const kept = rowsOf((await tensorec(...args, '--exclude', 'none')).out).slice(1);
    expect(new Set(kept.map(([, item]) => item)).size).toBe(1);
    const without = rowsOf((await tensorec(...args)).out).slice(1);
    expect(new Set(without.map(([, item]) => item)).size).toBeGreaterThan(1);
  });
});

describe('recommend --history', () => {
  it('recommends to a person whom the model never saw, without what they have', async () => {
    const model = await load(artifact('item-knn'), { models });
    const { offsets, indices } = model.training.history;
    const history = [...indices.subarray(offsets[0], offsets[1])].map((row) => model.items.id(row));
    const args = [
      'recommend',
      artifact('item-knn'),
      '--history',
      ...history.map(String),
      '--k',
      '5',
    ];
    const rows = JSON.parse((await tensorec(...args, '--json')).out) as { item: string }[];
    expect(rows).toHaveLength(5);
    for (const { item } of rows) expect(history).not.toContain(item);
    const { out } = await tensorec(...args, '--items', items);
    expect(out).toContain('item-knn recommends after ');
    expect(out).toMatch(/^1 {2}/m);
  });

  it('refuses unknown items, and models that cannot', async () => {
    const unknown = await tensorec('recommend', artifact('item-knn'), '--history', 'nothing');
    expect(unknown).toMatchObject({ exitCode: 1, out: '' });
    expect(unknown.error).toContain('does not know the item "nothing"; it knows ');
    const cannot = await tensorec('recommend', artifact('user-knn'), '--history', 'i0000001');
    expect(cannot).toMatchObject({ exitCode: 1, out: '' });
    expect(cannot.error).toMatch(/for a history these do: .*item-knn/);
  });
});

it.each([
  [['--user', 'u', '--all-users']],
  [['--users-file', 'f', '--history', 'i']],
  [['--all-users', '--explain']],
  [['--history', 'i', '--out', 'x.csv']],
  [['--user', 'u', '--unknown', 'maybe']],
  [['--user', 'u', '--exclude', 'all']],
])('recommend %j is wrong use', async (options) => {
  const { exitCode, out, error } = await tensorec('recommend', 'a', ...options);
  expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' });
  expect(error).toMatch(/cannot be used with|Allowed choices/);
});
