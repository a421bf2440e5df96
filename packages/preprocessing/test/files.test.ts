import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { Interactions, type CallOptions, type Progress } from '@tensorec/core';
import { afterAll, describe, expect, it } from 'vitest';
import type { DataSpec } from '../src/index.js';
import {
  readFeatures,
  readInteractions,
  readSplit,
  writeInteractions,
  writeRows,
} from '../src/node/index.js';
import { errorOf } from './error-of.js';
import { rowsOf } from './sources.js';

const folder = mkdtempSync(join(tmpdir(), 'tensorec-preprocessing-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

let files = 0;
function file(content: string | Uint8Array, suffix = '.csv'): string {
  const path = join(folder, `file-${files++}${suffix}`);
  writeFileSync(path, content);
  return path;
}

const plain: DataSpec = { format: 'delimited' };

describe('readInteractions', () => {
  it('reads plain files and gzip by content, also of several members', async () => {
    const rows = [
      ['a', 'x'],
      ['b', 'y'],
    ];
    const members = Buffer.concat([gzipSync('a,x\nb'), gzipSync(',y\n')]);
    for (const content of ['a,x\nb,y\n', gzipSync('a,x\nb,y\n'), members]) {
      const { interactions } = await readInteractions(file(content, '.txt'), plain);
      expect(rowsOf(interactions)).toEqual(rows);
    }
  });

  it('reads files of many blocks, plain and gzip, with progress', async () => {
    const text = Array.from({ length: 300_000 }, (_, n) => `user-${n % 977},${n % 31}\n`).join('');
    for (const content of [text, gzipSync(text, { level: 1 })]) {
      const progress: Progress[] = [];
      const options: CallOptions = { onProgress: (step) => progress.push(step) };
      const { interactions } = await readInteractions(file(content), plain, options);
      expect(interactions.size).toBe(300_000);
      expect(interactions.users.size).toBe(977);
      const fractions = progress.map(({ fraction }) => fraction);
      expect(fractions.at(-1)).toBe(1);
      expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    }
  });

  it.each([
    ['cut off', gzipSync('a,x\n'.repeat(1000)).subarray(0, 30), /ends too early/],
    ['damaged', gzipSync('a,x\n').fill(7, 12, 16), /is damaged/],
  ])('refuses gzip data that is %s', async (_, content, message) => {
    const path = file(content, '.gz');
    const error = await errorOf(() => readInteractions(path, plain));
    expect(error.code).toBe('file');
    expect(error.message).toContain(path);
    expect(error.message).toMatch(message);
  });

  it('refuses what is no file', async () => {
    const missing = join(folder, 'missing.csv');
    const error = await errorOf(() => readInteractions(missing, plain));
    expect([error.code, error.message]).toEqual([
      'file',
      `Cannot read ${missing}: there is no such file or folder.`,
    ]);
    const isFolder = await errorOf(() => readInteractions(folder, plain));
    expect(isFolder.code).toBe('file');
    expect(isFolder.message).toContain('it is a folder');
  });

  it('names the place of a bad line', async () => {
    const path = file('a,x\nb\n');
    const error = await errorOf(() => readInteractions(path, plain));
    expect(error.message.startsWith(`${path}:2:1: found 1 field`)).toBe(true);
  });

  it('refuses an empty file', async () => {
    expect((await errorOf(() => readInteractions(file(''), plain))).code).toBe('empty-data');
    const compressed = file(gzipSync(''));
    expect((await errorOf(() => readInteractions(compressed, plain))).code).toBe('empty-data');
  });
});

describe('readSplit and readFeatures', () => {
  it('read files', async () => {
    const data = await readSplit({
      train: { path: file('a x y\n'), spec: { format: 'adjacency' } },
      validation: { path: file(gzipSync('a,z\n')), spec: plain },
      test: { path: file('(a,w)\tv\n'), spec: { format: 'candidates' } },
      filterTrain: (train) => train.select(Int32Array.of(1)),
    });
    expect(rowsOf(data.train)).toEqual([['a', 'y']]);
    expect(data.candidates?.itemRows).toHaveLength(1);
    const table = await readFeatures(file('item,title\nx,Heat\n'), { format: 'delimited' });
    expect(table.text('x', 'title')).toBe('Heat');
  });
});

describe('writeInteractions', () => {
  const data = Interactions.fromColumns({
    users: ['a', 'b,"c"\n', '=1+1', '-7'],
    items: [1, 2, 1, -3],
    values: [0.1, 2, -3e-7, 16777216],
    timestamps: [0, 1.5e12, -5, 0.5],
  });
  const spec: DataSpec = {
    format: 'delimited',
    columns: { user: 'user', item: 'item', value: 'value', timestamp: 'timestamp' },
    timestampUnit: 'milliseconds',
  };

  it('writes CSV that is safe in a spreadsheet', async () => {
    const path = join(folder, 'made', 'out.csv');
    await writeInteractions(path, data, { format: 'delimited' });
    expect(readFileSync(path, 'utf8')).toBe(
      'user,item,value,timestamp\na,1,0.1,0\n"b,""c""\n",2,2,1500000000000\n\'=1+1,1,-3e-7,-5\n-7,-3,16777216,0.5\n',
    );
    expect(readdirSync(join(folder, 'made'))).toEqual(['out.csv']);
  });

  it('writes what reads back, compressed where the path says so', async () => {
    const path = join(folder, 'out.csv.gz');
    await writeInteractions(path, data, { format: 'delimited' });
    expect(gunzipSync(readFileSync(path)).toString()).toContain("\n'=1+1,1,");
    const { interactions } = await readInteractions(path, spec);
    expect(rowsOf(interactions)).toEqual(
      rowsOf(data).map(([user, item, ...rest]) => [
        user === '=1+1' ? "'=1+1" : user,
        String(item),
        ...rest,
      ]),
    );
  });

  it.each(['', 'a\0', '\ud800'])('refuses the id %j, which text cannot hold', async (id) => {
    const bad = Interactions.fromColumns({ users: [id], items: ['x'] });
    const path = join(folder, 'bad.csv');
    const error = await errorOf(() => writeInteractions(path, bad, { format: 'delimited' }));
    expect(error.code).toBe('invalid-argument');
    expect(readdirSync(folder)).not.toContain('bad.csv');
  });

  it('says what could not be written', async () => {
    const path = join(file('a file'), 'below.csv');
    const error = await errorOf(() => writeRows(path, ['a'], [[1]]));
    expect(error.code).toBe('file');
    expect(error.message).toContain(path);
  });
});
