import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Interactions } from '@tensorec/core';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { DelimitedSpec } from '../src/index.js';
import { readInteractions, writeInteractions, writeRows } from '../src/node/index.js';
import { errorOf } from './error-of.js';
import { rowsOf } from './sources.js';

const folder = mkdtempSync(join(tmpdir(), 'tensorec-write-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const finite = { noNaN: true, noDefaultInfinity: true };
/** Any text that a file can hold: not empty, without NUL and halves of surrogate pairs. */
const text = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
  .filter((id) => !id.includes('\0'));
const special = fc
  .array(fc.constantFrom('"', ',', '\n', '\r', '=', '-', "'", '\ufeff', ' ', 'a', '1'), {
    minLength: 1,
    maxLength: 8,
  })
  .map((parts) => parts.join(''));
const id = fc.oneof(text, special);
const row = fc.record({
  user: id,
  item: id,
  value: fc.float(finite).map((value) => value + 0),
  timestamp: fc.double(finite).map((timestamp) => timestamp + 0),
});

function spec(data: Interactions, ids: 'string' | 'number' = 'string'): DelimitedSpec {
  return {
    format: 'delimited',
    ids,
    columns: {
      user: 'user',
      item: 'item',
      value: data.values && 'value',
      timestamp: data.timestamps && 'timestamp',
    },
    timestampUnit: 'milliseconds',
  };
}

describe('what writeInteractions writes reads back', () => {
  it.each(['out.csv', 'out.csv.gz'])('with any ids, values and times, from %s', async (name) => {
    const path = join(folder, name);
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 1, maxLength: 10 }),
        fc.boolean(),
        fc.boolean(),
        async (rows, hasValues, hasTimestamps) => {
          const data = Interactions.fromRows(rows, {
            user: 'user',
            item: 'item',
            ...(hasValues ? { value: 'value' } : {}),
            ...(hasTimestamps ? { timestamp: 'timestamp' } : {}),
          });
          await writeInteractions(path, data, { format: 'delimited', formulas: 'keep' });
          const { interactions } = await readInteractions(path, spec(data));
          expect(interactions.fingerprint).toBe(data.fingerprint);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('with ids that are numbers', async () => {
    const path = join(folder, 'numbers.csv');
    const number = fc.double(finite).map((value) => value + 0);
    await fc.assert(
      fc.asyncProperty(fc.array(number, { minLength: 1, maxLength: 10 }), async (users) => {
        const data = Interactions.fromColumns({ users, items: users });
        await writeInteractions(path, data, { format: 'delimited' });
        const { interactions } = await readInteractions(path, spec(data, 'number'));
        expect(rowsOf(interactions)).toEqual(rowsOf(data));
      }),
      { numRuns: 50 },
    );
  });

  it('and is no formula for a spreadsheet', async () => {
    const path = join(folder, 'safe.csv');
    const formula = fc
      .tuple(fc.constantFrom('=', '+', '-', '@', '\t', '\r'), fc.stringMatching(/^[A-Z]{1,5}$/))
      .map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(formula, async (user) => {
        const data = Interactions.fromColumns({ users: [user], items: ['x'] });
        await writeInteractions(path, data, { format: 'delimited' });
        const { interactions } = await readInteractions(path, spec(data));
        expect(rowsOf(interactions)).toEqual([[`'${user}`, 'x']]);
      }),
      { numRuns: 30 },
    );
  });
});

describe('writing', () => {
  it('refuses two ids that would be written alike', async () => {
    const data = Interactions.fromColumns({ users: ['=a', "'=a"], items: ['x', 'x'] });
    const path = join(folder, 'alike.csv');
    const error = await errorOf(() => writeInteractions(path, data, { format: 'delimited' }));
    expect(error.code).toBe('invalid-argument');
    expect(error.message).toContain('would be written alike');
    await writeInteractions(path, data, { format: 'delimited', formulas: 'keep' });
    expect(readFileSync(path, 'utf8')).toBe("user,item\n=a,x\n'=a,x\n");
  });

  it('can be aborted, and leaves the file that was there', async () => {
    const path = join(folder, 'kept.csv');
    await writeRows(path, ['a'], [[1]]);
    const reason = new Error('enough');
    const { signal } = new AbortController();
    const aborted = AbortSignal.abort(reason);
    await expect(writeRows(path, ['a'], [[2]], { signal: aborted })).rejects.toBe(reason);
    expect(readFileSync(path, 'utf8')).toBe('a\n1\n');
    await writeRows(path, ['a'], [[2]], { signal });
    expect(readFileSync(path, 'utf8')).toBe('a\n2\n');
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('reports progress that never decreases and ends with 1', async () => {
    const rows = Array.from({ length: 100_000 }, (_, n): [string, number] => [`row ${n}`, n]);
    const fractions: number[] = [];
    await writeRows(join(folder, 'many.csv'), ['name', 'n'], rows, {
      onProgress: ({ fraction }) => fractions.push(fraction),
    });
    expect(fractions.length).toBeGreaterThan(1);
    expect(fractions.at(-1)).toBe(1);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
  });
});
