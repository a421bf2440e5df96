import {
  Interactions,
  loadPipeline,
  parseWith,
  pipeline,
  savePipeline,
  trainAndValidation,
  type DataSplit,
} from '@tensorec/core';
import { rowCounts } from '@tensorec/kernels';
import * as fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  describeSplit,
  foldsFromParts,
  kCore,
  kFold,
  leaveLastOut,
  leaveOneOut,
  preprocessingStages,
  randomSplit,
  splitData,
  splitSpecSchema,
  temporalSplit,
  type SplitSpec,
  type SplitStage,
} from '../src/index.js';
import { errorOf } from './error-of.js';
import { interactionsOf, plainRows } from './interactions-of.js';
import { rowsOf } from './sources.js';

/** Interactions `user item time`, parted by commas. */
function events(text: string): Interactions<string, string, 'whole'> {
  const rows = text.split(',').map((row) => row.trim().split(' '));
  return Interactions.fromColumns({
    users: rows.map(([user]) => user!),
    items: rows.map(([, item]) => item!),
    timestamps: rows.map(([, , time]) => Number(time)),
  });
}

function namesOf(data: Interactions | undefined): string {
  return data === undefined
    ? ''
    : rowsOf(data)
        .map(([user, item]) => `${user}${item}`)
        .join(' ');
}

describe('leaveLastOut', () => {
  const data = events('a x 5, a y 1, a z 3, b x 2, b y 2, a w 5, c x 1');

  it('takes the last by time, ties by position', () => {
    const split = leaveLastOut({ validation: 1 })(data);
    expect(namesOf(split.test)).toBe('aw');
    expect(namesOf(split.validation)).toBe('ax');
    expect(namesOf(split.train)).toBe('ay az bx by cx');
    expect(split.notes).toEqual(['2 users have fewer than 3 interactions and stay in train.']);
    expect([split.train.splitId, split.test.splitId]).toEqual([split.splitId, split.splitId]);
    expect(split.train.users).toBe(data.users);
  });

  it('takes one for test by default, and no validation', () => {
    const split = leaveLastOut()(data);
    expect(namesOf(split.test)).toBe('by aw');
    expect(split.validation).toBeUndefined();
    expect(split.notes).toEqual(['1 user has fewer than 2 interactions and stays in train.']);
  });

  it('takes as many as asked for from users that are long enough', () => {
    const split = leaveLastOut({ test: 2, minimumHistory: 4 })(data);
    expect(namesOf(split.test)).toBe('ax aw');
  });

  it('goes by position without times', () => {
    const plain = Interactions.fromColumns({ users: ['a', 'a', 'a'], items: ['z', 'x', 'y'] });
    expect(namesOf(leaveLastOut()(plain).test)).toBe('ay');
  });

  it.each([
    { test: 0 },
    { test: 1.5 },
    { validation: -1 },
    { minimumHistory: 1 },
    { test: 2, validation: 1, minimumHistory: 3 },
  ])('refuses %j', async (options) => {
    expect((await errorOf(() => leaveLastOut(options))).code).toBe('invalid-argument');
  });

  it('needs a user that is long enough', async () => {
    const error = await errorOf(() => leaveLastOut()(events('a x 1, b x 2')));
    expect(error.code).toBe('empty-data');
    expect(error.message).toMatch(/leaves the test part empty/);
  });
});

describe('leaveOneOut', () => {
  const users = Array.from({ length: 600 }, (_, n) => `u${Math.floor(n / 3)}`);
  const items = Array.from({ length: 600 }, (_, n) => `i${n % 3}`);
  const data = Interactions.fromColumns({ users, items });

  it('takes one of each user, each as likely', () => {
    const { test, validation } = leaveOneOut({ validation: true, seed: 7 })(data);
    for (const part of [test, validation]) {
      expect(new Set(part?.userRows).size).toBe(200);
      expect(part?.size).toBe(200);
      // 200 draws of 1/3 each: mean 66.7, standard deviation 6.7; five of them either way.
      for (const item of [0, 1, 2]) {
        const count = [...(part?.itemRows ?? [])].filter((row) => row === item).length;
        expect(count).toBeGreaterThan(33);
        expect(count).toBeLessThan(100);
      }
    }
  });

  it('leaves short users in train', () => {
    const { test, notes } = leaveOneOut()(events('a x 1, a y 2, b x 3'));
    expect(namesOf(test)).toMatch(/^a[xy]$/);
    expect(notes).toEqual(['1 user has fewer than 2 interactions and stays in train.']);
  });
});

describe('randomSplit', () => {
  const data = Interactions.fromColumns({
    users: Array.from({ length: 100 }, (_, n) => (n < 90 ? n % 9 : 9 + (n % 5))),
    items: Array.from({ length: 100 }, (_, n) => n),
  });

  it('takes its share of each user, rounded, and leaves one in train', () => {
    // Nine users of 10: 2 for test, 1 for validation; five users of 2: 0.4 and 0.2 round to none.
    const split = randomSplit({ test: 0.2, validation: 0.1 })(data);
    const counts = (part: Interactions | undefined): number[] =>
      part === undefined ? [] : [...rowCounts(part.byUser())];
    expect(counts(split.test)).toEqual([...Array<number>(9).fill(2), 0, 0, 0, 0, 0]);
    expect(counts(split.validation)).toEqual([...Array<number>(9).fill(1), 0, 0, 0, 0, 0]);
    expect(split.notes).toHaveLength(1);
    const half = randomSplit({ test: 0.6, validation: 0.3 })(data);
    expect(counts(half.train).every((count) => count >= 1)).toBe(true);
  });

  it('keeps users that are too short for a test in train, and counts them', () => {
    // Of 4 interactions 0.4 round to none for test, although 1.6 would round to 2 for validation.
    const users = [...Array<string>(4).fill('a'), ...Array<string>(20).fill('b')];
    const uneven = Interactions.fromColumns({ users, items: users.map((_, n) => n) });
    const split = randomSplit({ test: 0.1, validation: 0.4 })(uneven);
    const ofA = (part: Interactions | undefined): number =>
      rowsOf(part ?? split.test).filter(([user]) => user === 'a').length;
    expect([ofA(split.train), ofA(split.validation), ofA(split.test)]).toEqual([4, 0, 0]);
    expect(split.notes).toEqual(['1 user has fewer than 5 interactions and stays in train.']);
  });

  it('takes its share of all', () => {
    const split = randomSplit({ test: 0.25, validation: 0.1, per: 'all' })(data);
    expect([split.train.size, split.validation?.size, split.test.size]).toEqual([65, 10, 25]);
  });

  it.each([
    { test: 0 },
    { test: 1 },
    { test: NaN },
    { validation: -0.1 },
    { test: 0.5, validation: 0.5 },
    { seed: -1 },
    { seed: 0.5 },
  ])('refuses %j', async (options) => {
    expect((await errorOf(() => randomSplit(options))).code).toBe('invalid-argument');
  });

  it('refuses another unit', async () => {
    // @ts-expect-error -- not a unit
    expect((await errorOf(() => randomSplit({ per: 'item' }))).message).toContain(
      '"user" or "all"',
    );
  });
});

describe('temporalSplit', () => {
  const data = events('a x 9, b x 1, a y 3, b y 3, c x 3, c y 2, a z 5, b z 7, c z 6, d x 8');

  it('cuts at the time of the rank', () => {
    // Sorted: 1 2 3 3 3 5 6 7 8 9; rank 8 is the time 8.
    expect(namesOf(temporalSplit()(data).test)).toBe('ax dx');
  });

  it('leaves equal times on the later side', () => {
    // Rank 4 is the last of the three times 3.
    const split = temporalSplit({ at: 0.4 })(data);
    expect(namesOf(split.train)).toBe('bx cy');
    expect(split.notes).toEqual(['2 test users have no interaction in train.']);
  });

  it('cuts off the validation the same way', () => {
    const split = temporalSplit({ at: 0.8, validation: 0.2 })(data);
    expect(namesOf(split.validation)).toBe('bz cz');
    expect(namesOf(split.train)).toBe('bx ay by cx cy az');
    expect(split.notes).toEqual(['1 test user has no interaction in train.']);
  });

  it('goes by position without times', () => {
    const plain = Interactions.fromColumns({ users: ['a', 'b', 'a'], items: ['z', 'x', 'y'] });
    expect(namesOf(temporalSplit({ at: 0.5 })(plain).test)).toBe('bx ay');
  });

  it('counts shares as they are meant', () => {
    // 0.29 · 100 is 28.999999999999996 in binary.
    const items = Array.from({ length: 100 }, (_, n) => n);
    const plain = Interactions.fromColumns({ users: items, items });
    expect(temporalSplit({ at: 0.29 })(plain).train.size).toBe(29);
  });

  it('needs two times', async () => {
    const error = await errorOf(() => temporalSplit()(events('a x 1, b x 1')));
    expect(error.code).toBe('empty-data');
  });

  it.each([{ at: 0 }, { at: 1 }, { at: 0.2, validation: 0.2 }])('refuses %j', async (options) => {
    expect((await errorOf(() => temporalSplit(options))).code).toBe('invalid-argument');
  });
});

describe('kFold', () => {
  it('deals all interactions out once, evenly', () => {
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
      { numRuns: 40 },
    );
  });

  it('needs two folds, and as many interactions', async () => {
    expect((await errorOf(() => kFold({ folds: 1 }))).code).toBe('invalid-argument');
    expect((await errorOf(() => kFold({ folds: 3 })(events('a x 1, b x 2')))).code).toBe(
      'empty-data',
    );
  });
});

describe('foldsFromParts', () => {
  const data = events('a x 1, a y 2, b x 3, a x 4');

  it('takes all interactions of the pairs, whatever the vocabularies', () => {
    const folds = [events('b x 0'), events('a x 0')];
    const [first, second] = foldsFromParts(folds)(data);
    expect(namesOf(first?.test)).toBe('bx');
    expect(namesOf(first?.train)).toBe('ax ay ax');
    expect(namesOf(second?.test)).toBe('ax ax');
    expect(second?.test.timestamps).toEqual(Float64Array.of(1, 4));
    expect(first?.splitId).not.toBe(second?.splitId);
  });

  it.each(['b y 0', 'c x 0', 'a w 0'])('refuses %j, which the data has not', async (text) => {
    const error = await errorOf(() => foldsFromParts([events('a x 1'), events(text)])(data));
    expect(error.code).toBe('invalid-argument');
    expect(error.message).toMatch(/^Fold 2 has user "[abc]" with item "[xyw]" \(interaction 0\)/);
  });

  it('needs a fold', async () => {
    const error = await errorOf(() => foldsFromParts([]));
    expect([error.code, error.message]).toEqual([
      'invalid-argument',
      'There are no folds; give at least one.',
    ]);
  });

  it('refuses a fold that is all of the data', async () => {
    const error = await errorOf(() => foldsFromParts([data])(data));
    expect(error.message).toMatch(/leaves the train part empty/);
  });
});

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
      { numRuns: 40 },
    );
  });

  it('leave-last-out leaves no test event before a train event of its user', () => {
    fc.assert(
      fc.property(plainRows, (rows) => {
        const data = interactionsOf([...rows, ...rows.slice(0, 3)]);
        fc.pre(new Set(data.userRows).size < data.size);
        const { train, validation, test } = leaveLastOut({ validation: 0 })(data);
        expect(validation).toBeUndefined();
        for (let n = 0; n < test.size; n++) {
          const before = [...(train.timestamps ?? [])].filter(
            (_, m) => train.userRows[m] === test.userRows[n],
          );
          expect(Math.max(...before)).toBeLessThanOrEqual(test.timestamps![n]!);
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
    const prepare = pipeline(kCore(2), leaveLastOut({ validation: 1 }));
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
});

describe('splitData', () => {
  const data = interactionsOf(
    Array.from({ length: 60 }, (_, n) => ({ user: n % 6, item: n, value: 1, time: n })),
  );

  it.each<[SplitSpec, DataSplit[], RegExp]>([
    [
      { method: 'leave-last-out', test: 2, validation: 1, minHistory: 5 },
      [leaveLastOut({ test: 2, validation: 1, minimumHistory: 5 })(data)],
      /at least 5 interactions, the last 2 for test, the 1 before for validation/,
    ],
    [{ method: 'leave-last-out' }, [leaveLastOut()(data)], /at least 2 .* the last 1 for test$/],
    [
      { method: 'leave-one-out', validation: true },
      [leaveOneOut({ validation: true, seed: 4 })(data)],
      /one random interaction for test, another for validation/,
    ],
    [
      { method: 'random', test: 0.3, validation: 0.2, per: 'all' },
      [randomSplit({ test: 0.3, validation: 0.2, per: 'all', seed: 4 })(data)],
      /of all interactions, 30 % for test, 20 % for validation/,
    ],
    [{ method: 'temporal', at: 0.7 }, [temporalSplit({ at: 0.7 })(data)], /the first 70 %/],
    [{ method: 'k-fold', folds: 3 }, [...kFold({ folds: 3, seed: 4 })(data)], /3 random folds/],
  ])('makes %j', (spec, expected, words) => {
    const splits = splitData(spec, 4)(data);
    expect(splits.map(({ splitId }) => splitId)).toEqual(expected.map(({ splitId }) => splitId));
    expect(describeSplit(spec)).toMatch(words);
    expect(parseWith(splitSpecSchema, spec, 'split')).toEqual(spec);
  });

  it.each([
    { method: 'random', size: 0.2 },
    { method: 'random', test: 2 },
    { method: 'k-fold', folds: 1 },
    { method: 'magic' },
  ])('refuses %j', async (spec) => {
    const error = await errorOf(() => splitData(spec as SplitSpec));
    expect(error.code).toBe('invalid-argument');
    expect(error.message).toMatch(/^split/);
  });
});
