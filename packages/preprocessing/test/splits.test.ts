import { Interactions } from '@tensorec/core';
import { rowCounts } from '@tensorec/kernels';
import { describe, expect, it } from 'vitest';
import {
  foldsFromParts,
  kFold,
  leaveLastOut,
  leaveOneOut,
  randomSplit,
  temporalSplit,
} from '../src/index.js';
import { errorOf } from './error-of.js';
import { events, namesOf } from './interactions-of.js';
import { rowsOf } from './sources.js';

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
