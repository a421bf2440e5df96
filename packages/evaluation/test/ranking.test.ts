import { Interactions, Vocabulary } from '@tensorec/core';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../src/index.js';
import { expectError } from './error-of.js';
import { part, recordOf, SuccessorModel, TableModel, world } from './models.js';

/** Everybody's training items are seen but F, which nobody was trained on. */
const ids = world('uvw', 'ABCDEF');
const train = part('train', ids, [
  ['u', 'A'],
  ['v', 'B'],
  ['w', 'A'],
  ['w', 'B'],
  ['w', 'C'],
  ['w', 'D'],
  ['w', 'E'],
]);
const scores = [
  [0.9, 0.5, 0.4, 0.3, 0.2, 1],
  [0.1, 0.9, 0.2, 0.3, 0.4, 1],
  [1, 2, 3, 4, 5, 6],
];
const model = new TableModel(recordOf(train), scores);
const every = ['recall@2', 'precision@2', 'f1@2', 'hit@2', 'ndcg@2', 'map@2', 'mrr@2'];

describe('a ranking of all items', () => {
  it('gives the metrics of each user and their means', async () => {
    const test = part('test', ids, [
      ['u', 'C'],
      ['u', 'E'],
      ['v', 'E'],
    ]);
    const { metrics, perUser, protocol } = await evaluate(model, test, { metrics: every });
    // u: A is seen and F untrained, so the list is B, C, D, E; at 2 the flags are 0 1 of R = {C, E}.
    // v: B is seen, so the list is E, D, C, A; at 2 the flags are 1 0 of R = {E}.
    const discount = 1 / Math.log2(3);
    expect([...perUser.userRows]).toEqual([0, 1]);
    const expected: Record<string, readonly [number, number]> = {
      'recall@2': [1 / 2, 1],
      'precision@2': [1 / 2, 1 / 2],
      'f1@2': [1 / 2, 2 / 3],
      'hit@2': [1, 1],
      'ndcg@2': [discount / (1 + discount), 1],
      'map@2': [1 / 2 / 2, 1],
      'mrr@2': [1 / 2, 1],
    };
    expect(Object.keys(metrics)).toEqual(every);
    for (const [label, [u, v]] of Object.entries(expected)) {
      expect(perUser.values[label]![0], label).toBeCloseTo(u, 12);
      expect(perUser.values[label]![1], label).toBeCloseTo(v, 12);
      expect(metrics[label], label).toBeCloseTo((u + v) / 2, 12);
    }
    expect(protocol).toEqual({
      task: 'ranking',
      candidates: 'all items',
      excludeSeen: 'train',
      history: 'the training history',
      testUsers: 2,
      leftOut: 0,
      tieShare: 0,
      notes: ['1 of the 3 users have no interaction in the test part and do not count.'],
    });
  });

  it('counts a repeated item once', async () => {
    const test = part('test', ids, [
      ['u', 'E'],
      ['u', 'C'],
      ['u', 'E'],
    ]);
    const { metrics } = await evaluate(model, test, { metrics: ['recall@2'] });
    expect(metrics['recall@2']).toBe(1 / 2);
  });

  it('counts untrained items as relevant, without a way to hit them', async () => {
    const test = part('test', ids, [
      ['u', 'B'],
      ['u', 'F'],
    ]);
    const { metrics, protocol } = await evaluate(model, test, { metrics: ['recall@6', 'hit@1'] });
    expect(metrics).toEqual({ 'recall@6': 1 / 2, 'hit@1': 1 });
    expect(protocol.notes.join()).toContain('1 of the 2 interactions are with items without');
  });

  it('keeps seen relevant items as relevant, without a way to hit them', async () => {
    const test = part('test', ids, [
      ['u', 'A'],
      ['u', 'B'],
    ]);
    const seen = await evaluate(model, test, { metrics: ['recall@6'] });
    expect(seen.metrics).toEqual({ 'recall@6': 1 / 2 });
    expect(seen.protocol.notes.join()).toContain('1 relevant items were kept out');
    const unseen = await evaluate(model, test, { metrics: ['recall@6'], excludeSeen: false });
    expect(unseen.metrics).toEqual({ 'recall@6': 1 });
    expect(unseen.protocol.excludeSeen).toBe(false);
    expect(unseen.protocol.notes.join()).not.toContain('kept out');
  });

  it('counts a seen relevant item once, however often it was seen', async () => {
    const { protocol } = await evaluate(model, part('test', ids, [['u', 'B']]), {
      metrics: ['recall@6'],
      excludeSeen: 'train+validation',
      validation: part('validation', ids, [
        ['u', 'B'],
        ['u', 'B'],
      ]),
    });
    expect(protocol.notes.join()).toContain('1 relevant items were kept out');
  });

  it('takes cuts longer than the catalogue without a list of that length', async () => {
    const test = part('test', ids, [['u', 'B']]);
    const { metrics } = await evaluate(model, test, {
      metrics: ['precision@2000000000', 'ndcg@2000000000'],
    });
    expect(metrics).toEqual({ 'precision@2000000000': 1 / 2e9, 'ndcg@2000000000': 1 });
  });

  it('gives 0 where all of the list was excluded', async () => {
    const test = part('test', ids, [['w', 'A']]);
    const { metrics } = await evaluate(model, test, { metrics: every });
    expect(Object.values(metrics)).toEqual(every.map(() => 0));
  });

  it('refuses a model that scores NaN', async () => {
    const broken = new TableModel(recordOf(train), [[0, NaN, 0, 0, 0, 0], [], []]);
    const test = part('test', ids, [['u', 'C']]);
    await expectError(evaluate(broken, test, { metrics: every }), 'numerical', /index 1 is NaN/);
  });
});

describe('excluded items', () => {
  const validation = part('validation', ids, [
    ['u', 'B'],
    ['u', 'B'],
    ['v', 'E'],
  ]);
  const test = part('test', ids, [['u', 'C']]);
  const metrics = ['mrr@6'];

  it.each([
    // u by score: F (untrained), A (train), B (validation), C, …
    ['ranking', undefined, 'train', 1 / 2],
    ['ranking', true, 'train', 1 / 2],
    ['ranking', 'train', 'train', 1 / 2],
    ['ranking', 'train+validation', 'train+validation', 1],
    ['ranking', false, false, 1 / 3],
    ['next-item', undefined, 'train+validation', 1],
    ['next-item', true, 'train+validation', 1],
    ['next-item', 'train', 'train', 1 / 2],
    ['next-item', false, false, 1 / 3],
  ] as const)('%s, %s: those of %s', async (task, excludeSeen, rule, expected) => {
    const options = { task, metrics, validation, excludeSeen };
    const evaluation = await evaluate(model, test, options);
    expect(evaluation.metrics['mrr@6']).toBe(expected);
    expect(evaluation.protocol.excludeSeen).toBe(rule);
  });

  it('are those of train in next-item without a validation part', async () => {
    const evaluation = await evaluate(model, test, { task: 'next-item', metrics });
    expect(evaluation.metrics['mrr@6']).toBe(1 / 2);
    expect(evaluation.protocol.excludeSeen).toBe('train');
  });

  it('are those of the histories where they are given, for a model that does not fold in too', async () => {
    const histories = part('whole', ids, [['u', 'B']]);
    const evaluation = await evaluate(model, test, { task: 'next-item', metrics, histories });
    // A is no longer excluded: F is untrained, then A, C.
    expect(evaluation.metrics['mrr@6']).toBe(1 / 2);
    expect(evaluation.protocol.excludeSeen).toBe('history');
    expect(evaluation.protocol.history).toBe('the training history');
    expect(evaluation.protocol.notes.join()).toContain('table does not fold in');
    const named = { task: 'next-item', metrics, histories, excludeSeen: 'train' } as const;
    expect((await evaluate(model, test, named)).protocol.excludeSeen).toBe('train');
  });

  it('need the validation part where it is asked for', async () => {
    const excludeSeen = 'train+validation';
    await expectError(
      evaluate(model, test, { metrics, excludeSeen }),
      'invalid-argument',
      /no validation part was given/,
    );
    const evaluated = part('validation', ids, [['u', 'C']]);
    await expectError(
      evaluate(model, evaluated, { metrics, excludeSeen }),
      'invalid-argument',
      /validation part itself is evaluated/,
    );
  });
});

describe('ties', () => {
  const flat = new TableModel(recordOf(train), [
    [1, 1, 1, 1, 1, 1],
    [5, 4, 3, 2, 1, 0],
    [0, 0, 0, 0, 0, 0],
  ]);

  it('break by item row', async () => {
    const test = part('test', ids, [
      ['u', 'B'],
      ['v', 'C'],
    ]);
    const { perUser } = await evaluate(flat, test, { metrics: ['mrr@6'] });
    // u: B, C, D, E all score 1. v: A, C, D, E by score.
    expect([...perUser.values['mrr@6']!]).toEqual([1, 1 / 2]);
  });

  it.each([
    // The list of u is B C D E with equal scores: every cut before its end is a tie.
    [['hit@3'], 0.5],
    [['hit@4'], 0],
    [['hit@5'], 0],
    [['hit@3', 'hit@4'], 0.5],
    [['hit@1', 'recall@6'], 0.5],
  ] as const)('across the cuts of %s concern a share of %d', async (metrics, share) => {
    const test = part('test', ids, [
      ['u', 'B'],
      ['v', 'C'],
    ]);
    const { protocol } = await evaluate(flat, test, { metrics });
    expect(protocol.tieShare).toBe(share);
    expect(
      protocol.notes.some((note) => note.includes('table: 50.0 % of the users have equal')),
    ).toBe(share > 0);
  });
});

describe('users and items that the model does not know', () => {
  const strangers = world('zuv', 'XFEDCBA');
  const test = part('test', strangers, [
    ['u', 'C'],
    ['u', 'X'],
    ['v', 'E'],
    ['z', 'A'],
  ]);

  it('are matched by id: unknown items cannot be hit, unknown users have empty lists', async () => {
    const { perUser, metrics, protocol } = await evaluate(model, test, { metrics: ['recall@2'] });
    expect([...perUser.userRows]).toEqual([0, 1, 2]);
    expect([...perUser.values['recall@2']!]).toEqual([0, 1 / 2, 1]);
    expect(metrics['recall@2']).toBe(1 / 2);
    expect(protocol.testUsers).toBe(3);
    expect(protocol.notes.join('\n')).toMatch(/table: 1 of the 3 users have no history/);
    expect(protocol.notes.join('\n')).toMatch(/1 of the 4 interactions are with items without/);
  });

  it('are left out with users: known, and counted', async () => {
    const { perUser, protocol } = await evaluate(model, test, {
      metrics: ['recall@2'],
      users: 'known',
    });
    expect([...perUser.userRows]).toEqual([1, 2]);
    expect(protocol).toMatchObject({ testUsers: 2, leftOut: 1 });
    expect(protocol.notes).toContain('1 users of the test part have no history and are left out.');
  });

  it('give 0 with a hint when nobody is known, and an error with users: known', async () => {
    const nobody = part('test', world('xyz', 'AB'), [['x', 'A']]);
    const { metrics, protocol } = await evaluate(model, nobody, { metrics: ['recall@2'] });
    expect(metrics['recall@2']).toBe(0);
    expect(protocol.notes.join()).toContain('check that model and data use the same ids');
    await expectError(
      evaluate(model, nobody, { metrics: ['recall@2'], users: 'known' }),
      'empty-data',
      /None of the 1 users of the test part has a history/,
    );
  });

  it('are answered by a model that answers anyone, where it can', async () => {
    const training = recordOf(train);
    const constants = [6, 5, 4, 3, 2, 1];
    const metrics = ['mrr@6'];
    const stranger = part('test', strangers, [['z', 'B']]);
    const folding = new SuccessorModel(training, constants, true);
    expect((await evaluate(folding, stranger, { metrics })).metrics).toEqual({ 'mrr@6': 1 / 2 });
    const table = new TableModel(training, [constants, constants, constants], true);
    expect((await evaluate(table, stranger, { metrics })).metrics).toEqual({ 'mrr@6': 0 });
    // A known id without training events has a row, so a table answers it too.
    const silent = new Interactions({
      ...train.columns(),
      userRows: new Int32Array(train.size).fill(2),
    });
    const own = part('test', ids, [['u', 'B']]);
    const personal = new TableModel(recordOf(silent), scores);
    expect((await evaluate(personal, own, { metrics })).metrics).toEqual({ 'mrr@6': 0 });
    const anyone = new TableModel(recordOf(silent), scores, true);
    expect((await evaluate(anyone, own, { metrics })).metrics).toEqual({ 'mrr@6': 1 / 2 });
  });
});

describe('histories', () => {
  // The score of an item is 1 more where the item before it is in the history.
  const folding = new SuccessorModel(recordOf(train), [0.5, 0.4, 0.3, 0.2, 0.1, 0]);
  const test = part('test', ids, [
    ['u', 'D'],
    ['v', 'A'],
  ]);
  const metrics = ['mrr@6'];

  it('are what a model that folds in goes by', async () => {
    const histories = part('whole', ids, [
      ['u', 'C'],
      ['u', 'C'],
      ['v', 'D'],
    ]);
    const { perUser, protocol } = await evaluate(folding, test, { metrics, histories });
    // u: D leads with 1.2. v: E leads with 1.1, then A.
    expect([...perUser.values['mrr@6']!]).toEqual([1, 1 / 2]);
    expect(protocol.history).toBe('the given histories');
    expect(protocol.excludeSeen).toBe('history');
  });

  it('make users without an entry unknown', async () => {
    const histories = part('whole', ids, [['u', 'C']]);
    const { perUser, protocol } = await evaluate(folding, test, { metrics, histories });
    expect([...perUser.values['mrr@6']!]).toEqual([1, 0]);
    expect(protocol.notes.join()).toContain('successor: 1 of the 2 users have no history');
  });

  it('may have users of their own over the same items', async () => {
    const histories = part('whole', { users: world('vu', '').users, items: ids.items }, [
      ['u', 'C'],
      ['v', 'D'],
    ]);
    const { perUser } = await evaluate(folding, test, { metrics, histories });
    expect([...perUser.values['mrr@6']!]).toEqual([1, 1 / 2]);
  });

  it('may have vocabularies of their own', async () => {
    const histories = part('whole', world('vu', 'ZDC'), [
      ['u', 'C'],
      ['u', 'Z'],
      ['v', 'D'],
    ]);
    const { perUser, protocol } = await evaluate(folding, test, { metrics, histories });
    expect([...perUser.values['mrr@6']!]).toEqual([1, 1 / 2]);
    expect(protocol.notes.join()).toContain('1 interactions of the histories');
  });

  it('serve a model that was saved without users', async () => {
    const record = recordOf(train);
    const nobody = Vocabulary.from<string>([]);
    const history = { ...record.history, rows: 0, offsets: new Int32Array(1) };
    const saved = new SuccessorModel({ ...record, users: nobody, history }, [0, 0, 0, 0, 0, 0]);
    const histories = part('whole', ids, [
      ['u', 'C'],
      ['v', 'E'],
    ]);
    const { perUser } = await evaluate(saved, test, { metrics, histories });
    expect([...perUser.values['mrr@6']!]).toEqual([1, 1]);
  });
});

describe('next-item', () => {
  it('takes each interaction as a target and averages those of a user first', async () => {
    const test = part('test', ids, [
      ['u', 'B'],
      ['v', 'D'],
      ['u', 'D'],
      ['u', 'D'],
    ]);
    const { perUser, metrics, protocol } = await evaluate(model, test, {
      task: 'next-item',
      metrics: ['mrr@4', 'hit@1'],
    });
    // u: B, C, D, E → (1 + 1/3 + 1/3) / 3. v: E, D, … → 1/2.
    expect(perUser.values['mrr@4']![0]).toBeCloseTo(5 / 9, 12);
    expect(perUser.values['mrr@4']![1]).toBe(1 / 2);
    expect(metrics['mrr@4']).toBeCloseTo((5 / 9 + 1 / 2) / 2, 12);
    expect(metrics['hit@1']).toBeCloseTo((1 / 3 + 0) / 2, 12);
    expect(protocol.notes.join()).toContain('1 users have several targets');
  });
});
