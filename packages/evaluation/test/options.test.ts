import type { Interactions } from '@tensorec/core';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { evaluate, type EvaluateOptions, type Evaluation } from '../src/index.js';
import { expectError } from './error-of.js';
import { part, recordOf, SuccessorModel, TableModel, world } from './models.js';

const ids = world('uvwx', 'ABCD');
const events = [
  ['u', 'A'],
  ['v', 'B'],
  ['w', 'C'],
  ['x', 'D'],
] as const;
const splitId = 'one';
const train = part('train', ids, events, { splitId });
const test = part('test', ids, [...events.slice(1), ['u', 'B']], { splitId });
const table = [0, 1, 2, 3].map(() => [4, 3, 2, 1]);
const model = new TableModel(recordOf(train), table);
const metrics = ['hit@2'];

describe('parts', () => {
  it('must be validation or test data, at compile time and at run time', async () => {
    // @ts-expect-error -- training data
    await expectError(evaluate(model, train, { metrics }), 'role', /evaluate got train data/);
    const whole = part('whole', ids, events);
    // @ts-expect-error -- whole data
    await expectError(evaluate(model, whole, { metrics }), 'role', /evaluate got whole data/);
    const some: Interactions<string, string> = test;
    // @ts-expect-error -- data of any role
    await evaluate(model, some, { metrics });
    await evaluate(model, part('validation', ids, events), { metrics });
  });

  it('take as validation the validation part, beside the test part alone', async () => {
    // @ts-expect-error -- test data
    const wrong = evaluate(model, test, { metrics, validation: test });
    await expectError(wrong, 'role', /got test data as validation/);
    const validation = part('validation', ids, events);
    await expectError(
      evaluate(model, validation, { metrics, validation }),
      'invalid-argument',
      /leave out the option validation/,
    );
  });

  it('must come from the split that the model was fitted on', async () => {
    const other = part('test', ids, events, { splitId: 'two' });
    await expectError(
      evaluate(model, other, { metrics }),
      'role',
      /The model and the test part come from different splits \("one" and "two"\)/,
    );
    const validation = part('validation', ids, events, { splitId: 'two' });
    await expectError(
      evaluate(model, test, { metrics, validation }),
      'role',
      /The validation part and the test part/,
    );
    const histories = part('whole', ids, events, { splitId: 'two' });
    await expectError(
      evaluate(model, test, { metrics, histories }),
      'role',
      /The histories and the test part/,
    );
    const unnamed = part('test', ids, events);
    await expect(evaluate(model, unnamed, { metrics })).resolves.toBeDefined();
  });

  it('must not be empty', async () => {
    await expectError(
      evaluate(model, part('test', ids, []), { metrics }),
      'empty-data',
      /The test part has no interactions/,
    );
  });

  it('are not changed, and neither is the model', async () => {
    const validation = part('validation', ids, events, { splitId });
    const histories = part('whole', ids, events, { splitId });
    const parts = [train, test, validation, histories];
    const before = parts.map((data) => structuredClone({ ...data.columns(), users: 0, items: 0 }));
    const folding = new SuccessorModel(recordOf(train), [1, 2, 3, 4]);
    const training = structuredClone({ ...folding.training, users: 0, items: 0 });
    for (const candidates of ['all', { sampled: 2 }] as const) {
      await evaluate(folding, test, { metrics, validation, histories, candidates });
      await evaluate(folding, test, { metrics, validation, task: 'next-item', candidates });
    }
    expect(parts.map((data) => ({ ...data.columns(), users: 0, items: 0 }))).toEqual(before);
    expect({ ...folding.training, users: 0, items: 0 }).toEqual(training);
  });
});

describe('metrics', () => {
  it.each([
    [[], 'invalid-argument', /No metrics/],
    [['hit@2', 'hit@2'], 'invalid-argument', /"hit@2" is asked for twice/],
    [['hitt@2'], 'unknown-name', /nearest name is "hit"/],
    [['hit'], 'invalid-argument', /write "hit@10"/],
    [['rmse'], 'invalid-argument', /"rmse" fits the task 'rating'\. The task is 'ranking', whose/],
    [['auc'], 'invalid-argument', /"auc" fits no task of evaluate/],
  ] as const)('%o are refused', async (names, code, message) => {
    await expectError(evaluate(model, test, { metrics: names }), code, message);
  });

  it('of lists do not fit ratings', async () => {
    await expectError(
      evaluate(model, test, { task: 'rating', metrics: ['ndcg@5'] }),
      'invalid-argument',
      /fits the tasks 'ranking' and 'next-item'\. The task is 'rating', whose metrics are rmse, mae, r2/,
    );
  });
});

describe('options', () => {
  it('sample users by a seed', async () => {
    const sample = async (count: number, seed?: number): Promise<Evaluation> =>
      evaluate(model, test, { metrics, users: { sample: count, seed } });
    const two = await sample(2, 5);
    expect(two.perUser.userRows).toHaveLength(2);
    expect([...two.perUser.userRows]).toEqual([...two.perUser.userRows].sort());
    expect(two.protocol).toMatchObject({ testUsers: 2, leftOut: 2 });
    expect(two.protocol.notes.join()).toContain('a random sample of 2 of the 4 users');
    expect(await sample(2, 5)).toEqual(two);
    expect(await sample(2)).toEqual(await sample(2, 0));
    const samples = new Set<string>();
    for (let seed = 0; seed < 50; seed++)
      samples.add(String((await sample(2, seed)).perUser.userRows));
    expect(samples.size).toBe(6);
    const all = await evaluate(model, test, { metrics });
    expect(await sample(9)).toEqual(all);
  });

  it('are refused with the nearest known value', async () => {
    await expectError(
      // @ts-expect-error -- no such task
      evaluate(model, test, { metrics, task: 'rankin' }),
      'invalid-argument',
      /task is "rankin"; did you mean "ranking"\?/,
    );
    await expectError(
      // @ts-expect-error -- no such candidates
      evaluate(model, test, { metrics, candidates: 'given' }),
      'invalid-argument',
      /candidates is "given"; known: all/,
    );
    await expectError(
      // @ts-expect-error -- no such users
      evaluate(model, test, { metrics, users: 'knwon' }),
      'invalid-argument',
      /users is "knwon"; did you mean "known"\?/,
    );
    await expectError(
      // @ts-expect-error -- no such items
      evaluate(model, test, { metrics, excludeSeen: 'validation' }),
      'invalid-argument',
      /excludeSeen is "validation"/,
    );
    await expectError(
      evaluate(model, test, { metrics, users: { sample: 0 } }),
      'invalid-argument',
      /users.sample is 0/,
    );
    await expectError(
      evaluate(model, test, { metrics, users: { sample: 1, seed: 0.5 } }),
      'invalid-argument',
      /users.seed is 0.5/,
    );
  });
});

describe('types', () => {
  it('tie options and parts to the ids of the model', () => {
    expectTypeOf(evaluate<string, number>)
      .parameter(1)
      .toEqualTypeOf<Interactions<string, number, 'validation' | 'test'>>();
    expectTypeOf(evaluate<string, number>)
      .parameter(2)
      .toEqualTypeOf<EvaluateOptions<string, number>>();
    expectTypeOf(evaluate<string, number>).returns.resolves.toEqualTypeOf<Evaluation>();
    expectTypeOf<Evaluation['metrics']>().toEqualTypeOf<Readonly<Record<string, number>>>();
    // @ts-expect-error -- metrics must be named
    const unnamed: EvaluateOptions = {};
    expect(unnamed).toEqual({});
  });
});
