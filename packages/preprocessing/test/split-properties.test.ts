import {
  loadPipeline,
  pipeline,
  savePipeline,
  trainAndValidation,
  type DataSplit,
  type Interactions,
} from '@tensorec/core';
import * as fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  foldsFromParts,
  kCore,
  kFold,
  leaveLastOut,
  leaveOneOut,
  preprocessingStages,
  randomSplit,
  temporalSplit,
  type SplitStage,
} from '../src/index.js';
import { errorOf } from './error-of.js';
import { events, interactionsOf, namesOf, plainRows, type PlainRow } from './interactions-of.js';
import { rowsOf } from './sources.js';

/** Parts are disjoint, in the order of the data, and together the data. */
function expectPartition(data: Interactions, split: DataSplit): void {
  const parts = [split.train, ...(split.validation ? [split.validation] : []), split.test];
  const keys = (part: Interactions): string[] => rowsOf(part).map((row) => row.join(' '));
  expect(parts.flatMap(keys).sort()).toEqual(keys(data).sort());
  for (const part of parts) {
    expect(part.users).toBe(data.users);
    expect(part.items).toBe(data.items);
    expect(part.splitId).toBe(split.splitId);
    expect(isSubsequence(keys(part), keys(data))).toBe(true);
  }
}

function isSubsequence(part: readonly string[], whole: readonly string[]): boolean {
  let found = 0;
  for (const key of whole) if (key === part[found]) found++;
  return found === part.length;
}

describe('every split', () => {
  const stages: SplitStage[] = [
    leaveLastOut(),
    leaveLastOut({ test: 2, validation: 1, minimumHistory: 5 }),
    leaveOneOut({ seed: 3 }),
    leaveOneOut({ validation: true }),
    randomSplit({ test: 0.4 }),
    randomSplit({ test: 0.3, validation: 0.3, seed: 2 }),
    randomSplit({ test: 0.3, validation: 0.2, per: 'all' }),
    temporalSplit({ at: 0.6 }),
    temporalSplit({ at: 0.7, validation: 0.3 }),
  ];
  const named = stages.map((stage) => [JSON.stringify(stage.descriptor), stage] as const);

  it.each(named)('%s is a partition, the same each time, and can be saved', (_, stage) => {
    fc.assert(
      fc.property(plainRows, fc.boolean(), (rows, timed) => {
        const data = interactionsOf(rows, timed);
        const fingerprint = data.fingerprint;
        let split: DataSplit;
        try {
          split = stage(data);
        } catch (error) {
          expect(error).toMatchObject({ code: 'empty-data' });
          return;
        }
        expectPartition(data, split);
        expect([split.train.role, split.test.role]).toEqual(['train', 'test']);
        expect(interactionsOf(rows, timed).fingerprint).toBe(fingerprint);
        const saved = JSON.parse(JSON.stringify(savePipeline(stage))) as ReturnType<
          typeof savePipeline
        >;
        const again = loadPipeline(saved, preprocessingStages)(data) as DataSplit;
        expect(again.splitId).toBe(split.splitId);
        expect(again.test.fingerprint).toBe(split.test.fingerprint);
        expect(again.train.fingerprint).toBe(split.train.fingerprint);
      }),
    );
  });

  it('leave-last-out holds no event before one of an earlier part of its user', () => {
    fc.assert(
      fc.property(plainRows, fc.integer({ min: 1, max: 3 }), (rows, test) => {
        const data = interactionsOf([...rows, ...rows, ...rows, ...rows, ...rows]);
        const split = leaveLastOut({ test, validation: 1 })(data);
        const last = new Map<number, number>();
        for (const part of [split.train, split.validation!, split.test]) {
          const times = Array.from(
            part.userRows,
            (user, n) => [user, part.timestamps![n]!] as const,
          );
          for (const [user, time] of times) {
            expect(time).toBeGreaterThanOrEqual(last.get(user) ?? -Infinity);
          }
          for (const [user, time] of times) last.set(user, Math.max(time, last.get(user) ?? time));
        }
      }),
    );
  });

  it('leave-last-out is what sorting each history gives, and its note counts the rest', () => {
    const sizes = fc.integer({ min: 1, max: 2 });
    fc.assert(
      fc.property(plainRows, sizes, sizes, fc.boolean(), (rows, test, validation, timed) => {
        const expected = {
          train: new Set<number>(),
          validation: new Set<number>(),
          test: new Set<number>(),
        };
        let short = 0;
        for (const user of new Set(rows.map((row) => row.user))) {
          const history = rows.flatMap((row, position) => (row.user === user ? [position] : []));
          if (timed) history.sort((a, b) => rows[a]!.time - rows[b]!.time || a - b);
          const isShort = history.length < test + validation + 1;
          if (isShort) short++;
          history.forEach((position, rank) => {
            const left = history.length - rank;
            const part =
              isShort || left > test + validation ? 'train' : left > test ? 'validation' : 'test';
            expected[part].add(position);
          });
        }
        fc.pre(expected.test.size > 0);
        // The value is the position, so that equal rows are told apart.
        const data = interactionsOf(
          rows.map((row, position) => ({ ...row, value: position })),
          timed,
        );
        const split = leaveLastOut({ test, validation })(data);
        for (const part of ['train', 'validation', 'test'] as const) {
          expect(new Set(split[part]?.values)).toEqual(expected[part]);
        }
        const [note = '0'] = split.notes;
        expect(Number.parseInt(note, 10)).toBe(short);
      }),
    );
  });

  it('temporal leaves no test event at or before a train event of anyone', () => {
    fc.assert(
      fc.property(plainRows, fc.double({ min: 0.1, max: 0.9, noNaN: true }), (rows, at) => {
        const data = interactionsOf(rows);
        let split: DataSplit;
        try {
          split = temporalSplit({ at })(data);
        } catch (error) {
          expect(error).toMatchObject({ code: 'empty-data' });
          return;
        }
        const last = Math.max(...(split.train.timestamps ?? []));
        expect(last).toBeLessThan(Math.min(...(split.test.timestamps ?? [])));
        expect(split.train.size).toBeLessThanOrEqual(at * data.size + 1e-3);
      }),
    );
  });

  it('has another id and another test for another seed', () => {
    const data = interactionsOf(
      Array.from({ length: 200 }, (_, n) => ({ user: n % 20, item: n, value: 1, time: n })),
    );
    const splits = [0, 1, 2].flatMap((seed) => [
      leaveOneOut({ seed })(data),
      randomSplit({ seed })(data),
      randomSplit({ seed, per: 'all' })(data),
      ...kFold({ seed, folds: 2 })(data),
    ]);
    expect(new Set(splits.map(({ splitId }) => splitId)).size).toBe(splits.length);
    expect(new Set(splits.map(({ test }) => test.fingerprint)).size).toBe(splits.length);
  });

  it('has another id for other data and other parameters', () => {
    const rows = Array.from({ length: 40 }, (_, n) => ({
      user: n % 4,
      item: n,
      value: 1,
      time: n,
    }));
    const changed = rows.map((row, n) => (n === 39 ? { ...row, value: 2 } : row));
    const data = interactionsOf(rows);
    const ids = [
      leaveLastOut()(data),
      leaveLastOut({ test: 2 })(data),
      leaveLastOut({ validation: 1 })(data),
      leaveLastOut({ minimumHistory: 3 })(data),
      leaveLastOut()(interactionsOf(changed)),
      leaveLastOut()(interactionsOf(rows, false)),
      temporalSplit()(data),
      temporalSplit({ at: 0.7 })(data),
    ].map(({ splitId }) => splitId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(leaveLastOut({ test: 1 })(interactionsOf(rows)).splitId).toBe(ids[0]);
  });

  it('is saved with the filters before it', () => {
    const data = events('a x 1, a y 2, a z 3, b x 1, b y 2, b z 3, c x 1');
    const prepare = pipeline(kCore(2), leaveLastOut());
    const saved = JSON.parse(JSON.stringify(savePipeline(prepare))) as ReturnType<
      typeof savePipeline
    >;
    expect(saved.map(({ name }) => name)).toEqual(['k-core', 'leave-last-out']);
    const again = loadPipeline(saved, preprocessingStages)(data) as DataSplit;
    expect(again.splitId).toBe(prepare(data).splitId);
  });

  it('is not loaded from parameters that do not fit', async () => {
    const saved = [{ name: 'temporal', parameters: { at: 0.8, validation: 0, when: 1 } }];
    const error = await errorOf(() => loadPipeline(saved, preprocessingStages));
    expect(error.message).toMatch(/unknown key "when"/);
  });

  it('takes whole data only, and keeps the types of ids', () => {
    const prepare = pipeline(kCore(1), leaveLastOut({ validation: 1 }));
    const check = (data: Interactions<'a' | 'b', number, 'whole'>): DataSplit<'a' | 'b', number> =>
      prepare(data);
    expect(check).toBeTypeOf('function');
    expectTypeOf(prepare<string, number, 'whole'>).returns.toEqualTypeOf<
      DataSplit<string, number>
    >();
    // Parts of a split have no split, for the compiler and when it runs.
    expectTypeOf(prepare<string, number, 'train'>).returns.toBeNever();
    const { train } = leaveLastOut()(events('a x 1, a y 2'));
    expectTypeOf(() => leaveLastOut()(train)).returns.toBeNever();
    const refused = /^Only whole data is split, and this is a train part/;
    // @ts-expect-error -- a train part has no split
    expect(() => typeof leaveLastOut()(train).test).toThrow(refused);
    // @ts-expect-error -- nor has it one in a pipeline
    expect(() => typeof prepare(train).test).toThrow(refused);
    // @ts-expect-error -- a split comes last
    pipeline(leaveLastOut(), kCore(2));
    const split = leaveLastOut({ validation: 1 })(events('a x 1, a y 2, a z 3'));
    expect(namesOf(trainAndValidation(split))).toBe('ax ay');
  });

  it('refuses the parts of a split', async () => {
    const { train, test } = leaveLastOut()(events('a x 1, a y 2, a z 3'));
    for (const run of [() => leaveLastOut()(train), () => kFold()(test)]) {
      const error = await errorOf(run);
      expect(error.code).toBe('role');
      expect(error.message).toMatch(/^Only whole data is split, and this is a (train|test) part/);
    }
  });

  it('given folds are the tests, and the rest is train', () => {
    const folds = fc.integer({ min: 2, max: 4 });
    fc.assert(
      fc.property(plainRows, folds, (rows, count) => {
        const data = interactionsOf(rows);
        const foldOf = ({ user, item }: PlainRow): number => (user * 5 + item * 3) % count;
        const parts = Array.from({ length: count }, (_, n) =>
          rows.filter((row) => foldOf(row) === n),
        );
        fc.pre(parts.every((part) => part.length > 0));
        const splits = foldsFromParts(parts.map((part) => interactionsOf(part)))(data);
        expect(splits).toHaveLength(count);
        splits.forEach((split, n) => {
          expectPartition(data, split);
          expect(rowsOf(split.test)).toEqual(rowsOf(interactionsOf(parts[n]!)));
        });
      }),
    );
  });

  it('k-fold deals all interactions out once, evenly', () => {
    fc.assert(
      fc.property(plainRows, fc.integer({ min: 2, max: 5 }), fc.nat(9), (rows, folds, seed) => {
        fc.pre(rows.length >= folds);
        const data = interactionsOf(rows);
        const splits = kFold({ folds, seed })(data);
        expect(splits).toHaveLength(folds);
        const sizes = splits.map(({ test }) => test.size);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        expect(sizes.reduce((sum, size) => sum + size)).toBe(rows.length);
        expect(new Set(splits.map(({ splitId }) => splitId)).size).toBe(folds);
        for (const split of splits) expectPartition(data, split);
      }),
    );
  });
});
