import { Interactions, trainAndValidation } from '@tensorec/core';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { minimumItemInteractions, parseSplit, type DataSpec } from '../src/index.js';
import { errorOf } from './error-of.js';
import { rowsOf, source, split } from './sources.js';

const adjacency: DataSpec = { format: 'adjacency' };

describe('a given split', () => {
  it('has parts over shared vocabularies', async () => {
    const data = await split(
      ['a x y\nb y', adjacency],
      ['b x\nc z', adjacency],
      ['a z', adjacency],
    );
    expect(rowsOf(data.train)).toEqual([
      ['a', 'x'],
      ['a', 'y'],
      ['b', 'y'],
    ]);
    expect(rowsOf(data.validation!)).toEqual([['a', 'z']]);
    expect(rowsOf(data.test)).toEqual([
      ['b', 'x'],
      ['c', 'z'],
    ]);
    expect(data.test.users).toBe(data.train.users);
    expect(data.validation!.items).toBe(data.train.items);
    expect([data.train.role, data.validation!.role, data.test.role]).toEqual([
      'train',
      'validation',
      'test',
    ]);
    expect(data.notes).toEqual([]);
    expect(trainAndValidation(data).size).toBe(4);
    expectTypeOf(data.train.role).toEqualTypeOf<'train'>();
  });

  it('is named after what is in it', async () => {
    const first = await split(['a x', adjacency], ['b x', adjacency]);
    const again = await split(['a  x\n', adjacency], ['b\tx', adjacency]);
    const other = await split(['a x', adjacency], ['b y', adjacency]);
    expect(first.splitId).toBe(again.splitId);
    expect(first.splitId).not.toBe(other.splitId);
    expect([first.train.splitId, first.test.splitId]).toEqual([first.splitId, first.splitId]);
  });

  it('decides on the unit of time for all parts together', async () => {
    const columns = { user: 0, item: 1, timestamp: 2 };
    const spec: DataSpec = { format: 'delimited', columns };
    const data = await split(['a,x,5', spec], ['a,y,200000000000', spec]);
    expect(data.train.timestamps).toEqual(Float64Array.of(5));
  });

  it('filters train alone, and keeps the vocabularies', async () => {
    const data = await split(
      ['a x y\nb y\n', adjacency],
      ['a x', adjacency],
      undefined,
      minimumItemInteractions(2),
    );
    expect(rowsOf(data.train)).toEqual([
      ['a', 'y'],
      ['b', 'y'],
    ]);
    expect(data.train.items).toBe(data.test.items);
    expect([...data.train.items]).toEqual(['x', 'y']);
    expect(data.notes).toEqual(['The filters left 2 of 3 training interactions.']);
  });

  it('refuses a filter that brings in ids or leaves nothing', async () => {
    const foreign = Interactions.fromColumns({ users: ['a'], items: ['new'] });
    const brought = await errorOf(() =>
      split(['a x', adjacency], ['a x', adjacency], undefined, () => foreign),
    );
    expect(brought.code).toBe('invalid-argument');
    expect(brought.message).toContain('"new"');
    const none = await errorOf(() =>
      split(['a x', adjacency], ['a x', adjacency], undefined, (train) =>
        train.select(new Int32Array(0)),
      ),
    );
    expect(none.code).toBe('empty-data');
  });

  it('says how many lines were skipped', async () => {
    const spec: DataSpec = { format: 'delimited', skipBadLines: true };
    const data = await split(['a,x\nbad\n', spec], ['a,x', spec]);
    expect(data.notes).toHaveLength(1);
    expect(data.notes[0]).toMatch(/^1 bad lines were left out, the first: train:2:1/);
  });

  it('names the part that is empty, missing or bad', async () => {
    const empty = await errorOf(() => split(['a x', adjacency], ['u', adjacency]));
    expect(empty.code).toBe('empty-data');
    expect(empty.message).toMatch(/^test holds no interactions/);
    const spec: DataSpec = { format: 'delimited' };
    const bad = await errorOf(() => split(['a,x', spec], ['b,y', spec], ['c', spec]));
    expect(bad.message).toMatch(/^validation:1:1/);
  });

  it('reads ids in one way', async () => {
    const error = await errorOf(() =>
      split(['1 2', adjacency], ['1 2', { format: 'adjacency', ids: 'number' }]),
    );
    expect(error.code).toBe('invalid-argument');
    expect(error.message).toContain('set the same ids');
  });

  it('reports progress over all parts', async () => {
    const fractions: number[] = [];
    const part = { spec: adjacency };
    await parseSplit(
      { train: { source: source('a x'), ...part }, test: { source: source('a x'), ...part } },
      { onProgress: ({ fraction }) => fractions.push(fraction) },
    );
    expect(fractions).toEqual([0.5, 1]);
  });
});

describe('candidates', () => {
  it('come after the user, the positive and what is ignored', async () => {
    const text = 'u\tp\t5\t978300174\ta b\nv\ta\t3\t1\tp c\n';
    const { test, candidates } = await split(['u a', adjacency], [text, { format: 'candidates' }]);
    expect(rowsOf(test)).toEqual([
      ['u', 'p'],
      ['v', 'a'],
    ]);
    expect(candidates?.offsets).toEqual(Int32Array.of(0, 2, 4));
    const names = Array.from(candidates?.itemRows ?? [], (row) => test.items.id(row));
    expect(names).toEqual(['a', 'b', 'p', 'c']);
  });

  it('come after a pair in parentheses', async () => {
    const text = '(0, 33)\t5\t6\t\n(1,5)\t33\n';
    const { test, candidates } = await split(
      ['0 5', { format: 'adjacency', ids: 'number' }],
      [text, { format: 'candidates', ids: 'number' }],
    );
    expect(rowsOf(test)).toEqual([
      [0, 33],
      [1, 5],
    ]);
    expect(candidates?.offsets).toEqual(Int32Array.of(0, 2, 3));
    expect(Array.from(candidates?.itemRows ?? [], (row) => test.items.id(row))).toEqual([5, 6, 33]);
  });

  it('do not hold the positive', async () => {
    const { candidates, notes } = await split(
      ['u a', adjacency],
      ['(u,p)\ta\tp', { format: 'candidates' }],
    );
    expect(candidates?.itemRows).toHaveLength(1);
    expect(notes[0]).toMatch(/^1 given negatives were the positive/);
  });

  it.each([
    ['u\tp\n', /test:1:1: found 2 tab-separated fields/],
    ['(u p)\ta\n', /test:1:1: found "\(u p\)", expected "\(user,item\)"/],
    ['(u,p\ta\n', /expected "\(user,item\)"/],
    ['(u,)\ta\n', /test:1:4: found an empty cell/],
    ['(u,p)\ta\t\tb\n', /test:1:9: found an empty cell/],
  ])('that are bad are an error', async (text, message) => {
    const error = await errorOf(() => split(['u a', adjacency], [text, { format: 'candidates' }]));
    expect(error.code).toBe('parse');
    expect(error.message).toMatch(message);
  });
});

describe('sessions', () => {
  const sessions: DataSpec = { format: 'sessions' };

  it('give each test line a user, its prefix as history and its target', async () => {
    const data = await split(
      ['a b\nb c\n', sessions],
      ['a b\tc\na\tb\n', sessions],
      ['c\ta\n', sessions],
    );
    expect(rowsOf(data.train)).toEqual([
      ['session-1', 'a'],
      ['session-1', 'b'],
      ['session-2', 'b'],
      ['session-2', 'c'],
    ]);
    expect(rowsOf(data.validation!)).toEqual([['validation-1', 'a']]);
    expect(rowsOf(data.test)).toEqual([
      ['test-1', 'c'],
      ['test-2', 'b'],
    ]);
    expect(rowsOf(data.histories!)).toEqual([
      ['validation-1', 'c'],
      ['test-1', 'a'],
      ['test-1', 'b'],
      ['test-2', 'a'],
    ]);
    expect(data.histories!.users).toBe(data.test.users);
    expect(data.histories!.splitId).toBe(data.splitId);
  });

  it.each(['a b\n', 'a\t\n', 'a\tb c\n', 'a\tb\tc\n'])('need one target: %j', async (text) => {
    const error = await errorOf(() => split(['a b', sessions], [text, sessions]));
    expect(error.message).toMatch(/^test:1:1: found no single target/);
  });
});
