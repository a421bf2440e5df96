import { Interactions, isTensorecError, loadPipeline, savePipeline } from '@tensorec/core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  kCore,
  minimumItemInteractions,
  minimumUserInteractions,
  minimumValue,
  preprocessingStages,
  removeDuplicates,
  type DuplicateRule,
} from '../src/index.js';
import { everyFilter as stages } from './every-filter.js';
import { interactionsOf, plainRows, type PlainRow } from './interactions-of.js';
import { rowsOf } from './sources.js';

type Data = Interactions<number, number, 'whole'>;

/** What a filter leaves, as rows; none where it refuses to leave nothing. */
function leaves(filter: (data: Data) => Data, rows: readonly PlainRow[], timed = true): string[] {
  try {
    return rowsOf(filter(interactionsOf(rows, timed))).map((row) => row.join(' '));
  } catch (error) {
    if (isTensorecError(error, 'empty-data')) return [];
    throw error;
  }
}

it('all filters are looked at', () => {
  const data = interactionsOf(Array.from({ length: 9 }, (_, n) => rowAt(n)));
  const filters = Object.keys(preprocessingStages).filter((name) => {
    const known = stages.find((stage) => savePipeline(stage)[0]?.name === name);
    return known !== undefined && known(data) instanceof Interactions;
  });
  const splits = ['leave-last-out', 'leave-one-out', 'random', 'temporal', 'k-fold'];
  expect([...filters, ...splits].sort()).toEqual(Object.keys(preprocessingStages).sort());
});

/** The n-th of nine rows: three users with the same three items. */
function rowAt(n: number): PlainRow {
  return { user: n % 3, item: Math.floor(n / 3), value: 4, time: n };
}

describe('removeDuplicates', () => {
  it.each<DuplicateRule>(['first', 'last', 'sum'])('is what a map of pairs gives: %s', (rule) => {
    fc.assert(
      fc.property(plainRows, fc.boolean(), (rows, timed) => {
        const chosen = new Map<string, { position: number; sum: number }>();
        rows.forEach((row, position) => {
          const key = `${row.user} ${row.item}`;
          const known = chosen.get(key);
          if (known === undefined) {
            chosen.set(key, { position, sum: row.value });
            return;
          }
          known.sum += row.value;
          const difference = timed ? row.time - rows[known.position]!.time : 0;
          if (rule === 'first' ? difference < 0 : difference >= 0) known.position = position;
        });
        const expected = [...chosen.values()]
          .sort((a, b) => a.position - b.position)
          .map(({ position, sum }) => ({
            ...rows[position]!,
            value: rule === 'sum' ? sum : rows[position]!.value,
          }));
        const kept = removeDuplicates(rule)(interactionsOf(rows, timed));
        expect(rowsOf(kept)).toEqual(rowsOf(interactionsOf(expected, timed)));
      }),
    );
  });
});

describe('kCore', () => {
  /** The k-core by definition: whole passes until nothing changes. */
  function slowCore(rows: readonly PlainRow[], k: number): readonly PlainRow[] {
    const count = (key: 'user' | 'item', id: number): number =>
      rows.filter((row) => row[key] === id).length;
    const kept = rows.filter((row) => count('user', row.user) >= k && count('item', row.item) >= k);
    return kept.length === rows.length ? rows : slowCore(kept, k);
  }

  it('is what repeated passes leave', () => {
    fc.assert(
      fc.property(plainRows, fc.integer({ min: 1, max: 4 }), (rows, k) => {
        const expected = slowCore(rows, k);
        if (expected.length === 0) {
          expect(() => kCore(k)(interactionsOf(rows))).toThrow(/leaves none/);
          return;
        }
        const core = kCore(k)(interactionsOf(rows));
        expect(rowsOf(core)).toEqual(rowsOf(interactionsOf(expected)));
      }),
    );
  });
});

describe('minimum interactions', () => {
  it.each([
    ['user', minimumUserInteractions],
    ['item', minimumItemInteractions],
  ] as const)('of a %s are what counting gives', (side, create) => {
    fc.assert(
      fc.property(plainRows, fc.integer({ min: 1, max: 12 }), (rows, minimum) => {
        const expected = rows.filter(
          (row) => rows.filter((other) => other[side] === row[side]).length >= minimum,
        );
        const found = leaves(create(minimum), rows);
        expect(found).toEqual(rowsOf(interactionsOf(expected)).map((row) => row.join(' ')));
      }),
    );
  });
});

describe('minimumValue', () => {
  it('is what comparing gives', () => {
    fc.assert(
      fc.property(plainRows, fc.integer({ min: -1, max: 6 }), (rows, minimum) => {
        const expected = rows.filter(({ value }) => value >= minimum);
        const found = leaves(minimumValue(minimum), rows);
        expect(found).toEqual(rowsOf(interactionsOf(expected)).map((row) => row.join(' ')));
      }),
    );
  });
});

describe('every filter', () => {
  it.each(stages)('leaves its input alone, compacts the ids and can be saved', (stage) => {
    fc.assert(
      fc.property(plainRows, (rows) => {
        const data = interactionsOf(rows);
        const before = data.fingerprint;
        let kept;
        try {
          kept = stage(data);
        } catch (error) {
          expect(error).toMatchObject({ code: 'empty-data' });
          return;
        }
        expect(interactionsOf(rows).fingerprint).toBe(before);
        expect(new Set(kept.userRows).size).toBe(kept.users.size);
        expect(new Set(kept.itemRows).size).toBe(kept.items.size);
        const saved = savePipeline(stage);
        const parsed = JSON.parse(JSON.stringify(saved)) as typeof saved;
        const loaded = loadPipeline(parsed, preprocessingStages)(data);
        expect((loaded as Interactions).fingerprint).toBe(kept.fingerprint);
      }),
    );
  });

  it.each(stages)('%o leaves what it left', (stage) => {
    fc.assert(
      fc.property(plainRows, fc.boolean(), (rows, timed) => {
        const once = leaves(stage, rows, timed);
        expect(leaves((data) => stage(stage(data)), rows, timed)).toEqual(once);
      }),
    );
  });

  it.each(stages)('%o does not depend on the order of rows', (stage) => {
    const rowsAndOrder = plainRows
      // With other times in each row, for first and last to mean something in any order.
      .map((rows) => rows.map((row, n) => ({ ...row, time: (n * 37) % 101 })))
      .chain((rows) =>
        fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length })),
      );
    fc.assert(
      fc.property(rowsAndOrder, ([rows, shuffled]) => {
        expect(leaves(stage, shuffled).sort()).toEqual(leaves(stage, rows).sort());
      }),
    );
  });
});
