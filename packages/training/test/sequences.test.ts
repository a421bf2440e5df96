import { Interactions } from '@tensorec/core';
import { describe, expect, it } from 'vitest';
import { leftPad, leftPadded, sequenceBatches } from '../src/index.js';
import { errorOf } from './error-of.js';

// Ann takes the items 0 1 2 3, bob 4 alone, cat 3 0; their rows are 0, 1, 2.
const timed = Interactions.fromColumns({
  users: ['ann', 'bob', 'cat', 'ann', 'ann', 'cat', 'ann'],
  items: [0, 4, 3, 2, 1, 0, 3],
  timestamps: [10, 5, 50, 30, 20, 50, 40],
});
const itemRow = (item: number) => timed.items.row(item as 0);
const rows = (...items: number[]) => Int32Array.from(items, (item) => itemRow(item)!);

describe('sequenceBatches', () => {
  it('packs histories in time order, each event with the next item', () => {
    const batches = sequenceBatches(timed, { batchSize: 2, maxLength: 10, shuffle: false });
    expect(batches.batchesPerEpoch).toBe(1);
    expect([...batches.epoch(1)]).toEqual([
      {
        size: 2,
        sequenceUsers: Int32Array.of(0, 2),
        offsets: Int32Array.of(0, 3, 4),
        itemRows: rows(0, 1, 2, 3),
        targetRows: rows(1, 2, 3, 0),
        userRows: Int32Array.of(0, 0, 0, 2),
      },
    ]);
  });

  it('keeps the last events of a long history', () => {
    const [batch] = sequenceBatches(timed, { batchSize: 1, maxLength: 2, shuffle: false }).epoch(1);
    expect(batch?.itemRows).toEqual(rows(1, 2));
    expect(batch?.targetRows).toEqual(rows(2, 3));
  });

  it('goes by the order of the data without timestamps', () => {
    const data = Interactions.fromColumns({ users: ['u', 'u', 'u'], items: [5, 5, 6] });
    const [batch] = sequenceBatches(data, { batchSize: 1, maxLength: 9 }).epoch(1);
    expect(batch?.itemRows).toEqual(Int32Array.of(0, 0));
    expect(batch?.targetRows).toEqual(Int32Array.of(0, 1));
  });

  it('shuffles sequences and gives each once an epoch', () => {
    const users = Array.from({ length: 300 }, (_, n) => n % 100);
    const data = Interactions.fromColumns({ users, items: users.map((user) => user % 7) });
    const batches = sequenceBatches(data, { batchSize: 30, maxLength: 5, seed: 1 });
    const order = (epoch: number) =>
      Array.from(batches.epoch(epoch), ({ sequenceUsers }) => [...sequenceUsers]).flat();
    expect(order(1).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, n) => n));
    expect(order(1)).not.toEqual(order(2));
    for (const { size, offsets, itemRows, userRows } of batches.epoch(1)) {
      expect(offsets[size]).toBe(2 * size);
      expect(itemRows.every((item, n) => item === userRows[n]! % 7)).toBe(true);
    }
  });

  it('refuses histories that are all too short, and a length that is none', async () => {
    const data = Interactions.fromColumns({ users: ['a', 'b'], items: [1, 1] });
    expect(
      await errorOf(() => sequenceBatches(data, { batchSize: 1, maxLength: 9 })),
    ).toMatchObject({
      code: 'invalid-argument',
      message: expect.stringMatching(/^There are 0 ex/) as string,
    });
    expect(
      await errorOf(() => sequenceBatches(timed, { batchSize: 1, maxLength: 0 })),
    ).toMatchObject({ message: 'maxLength is 0; give a whole number of 1 or more.' });
  });
});

describe('leftPadded', () => {
  it('gives matrices whose rows end together', () => {
    const [batch] = sequenceBatches(timed, { batchSize: 2, maxLength: 10, shuffle: false }).epoch(
      1,
    );
    expect(leftPadded(batch!, { length: 4, padding: 9 })).toEqual({
      size: 2,
      length: 4,
      sequenceUsers: Int32Array.of(0, 2),
      itemRows: Int32Array.of(9, ...rows(0, 1, 2), 9, 9, 9, ...rows(3)),
      targetRows: Int32Array.of(9, ...rows(1, 2, 3), 9, 9, 9, ...rows(0)),
    });
  });

  it('cuts what is too long at its beginning', () => {
    expect(
      leftPad(Int32Array.of(1, 2, 3), Int32Array.of(0, 3, 3), { length: 2, padding: -1 }),
    ).toEqual(Int32Array.of(2, 3, -1, -1));
  });

  it('refuses a padding that an Int32Array cannot hold', async () => {
    const pad = () => leftPad(new Int32Array(0), Int32Array.of(0), { length: 1, padding: NaN });
    expect(await errorOf(pad)).toMatchObject({ message: 'padding is NaN; give a 32-bit integer.' });
  });
});
