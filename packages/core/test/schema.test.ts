import { describe, expect, expectTypeOf, it } from 'vitest';
import * as z from 'zod/mini';
import {
  describeParameters,
  findModel,
  parseParameters,
  parseWith,
  schemaKeys,
  show,
  suggest,
  type Recommender,
} from '../src/index.js';
import { Cooccurrence, cooccurrence } from './cooccurrence.js';
import { errorOf } from './error-of.js';

describe('suggest', () => {
  it.each([
    ['factor', ['layers', 'factors'], '; did you mean "factors"?'],
    ['LEARNINGRATE', ['loss', 'learningRate'], '; did you mean "learningRate"?'],
    ['abcd', ['aaaa', 'ABCD'], '; did you mean "ABCD"?'],
    ['asl', ['bpr', 'als'], '; did you mean "als"?'],
    ['k', ['p', 'q'], '; known: p, q'],
    ['regularisation', ['regularization'], '; did you mean "regularization"?'],
    ['tree', ['factors', 'layers'], '; known: factors, layers'],
    ['', ['als'], '; known: als'],
    ['x', [], ''],
  ])('of %j among %j', (name, known, expected) => {
    expect(suggest(name, known)).toBe(expected);
  });

  it('lists twenty names of many', () => {
    const known = Array.from({ length: 25 }, (_, n) => `model-number-${n + 10}`);
    const text = suggest('zzz', known);
    expect(text).toContain('model-number-29, … (25 in all)');
    expect(text).not.toContain('model-number-30');
  });
});

describe('show', () => {
  const cycle: Record<string, unknown> = {};
  cycle['self'] = cycle;
  it.each([
    ['a"b\n', '"a\\"b\\n"'],
    [{ a: [1] }, '{"a":[1]}'],
    [null, 'null'],
    [undefined, 'undefined'],
    [NaN, 'NaN'],
    [7n, '7'],
    [Symbol('s'), 'Symbol(s)'],
    [cycle, '[object Object]'],
    [{ big: 7n }, '[object Object]'],
    ['x'.repeat(100), `"${'x'.repeat(78)}…`],
  ])('of %s', (value, expected) => {
    expect(show(value)).toBe(expected);
  });
});

const schema = z.strictObject({
  name: z.string(),
  split: z.optional(
    z.discriminatedUnion('method', [
      z.strictObject({ method: z.literal('leave-last-out'), test: z._default(z.int(), 1) }),
      z.strictObject({ method: z.literal('temporal'), at: z.number().check(z.lt(1)) }),
    ]),
  ),
  candidates: z._default(
    z.union([
      z.literal('all'),
      z.strictObject({
        sampled: z.int(),
        by: z._default(z.enum(['uniform', 'popularity']), 'uniform'),
      }),
    ]),
    'all',
  ),
  models: z._default(
    z.array(z.strictObject({ model: z.string(), layers: z.optional(z.array(z.int())) })),
    [],
  ),
});

describe('parseWith', () => {
  const message = async (value: unknown): Promise<string> =>
    (await errorOf(() => parseWith(schema, value, 'the experiment', 'experiment'))).message;

  it('fills in defaults, and keeps the type', () => {
    const value = parseWith(schema, { name: 'x', split: { method: 'leave-last-out' } }, 'it');
    expect(value).toEqual({
      name: 'x',
      split: { method: 'leave-last-out', test: 1 },
      candidates: 'all',
      models: [],
    });
    expectTypeOf(value).toEqualTypeOf<z.infer<typeof schema>>();
  });

  it('names the place, the value found and the nearest known key', async () => {
    expect(await message({ nam: 'x' })).toBe(
      'the experiment, name: Invalid input: expected string, received undefined (it is missing).\n' +
        'the experiment: unknown key "nam"; did you mean "name"?',
    );
    expect(
      await message({ name: 'x', models: [{ model: 'als' }, { model: 'bpr', layer: [4] }] }),
    ).toBe('the experiment, models[1]: unknown key "layer"; did you mean "layers"?');
    expect(await message({ name: 'x', models: [{ model: 'als', layers: [1, 'two'] }] })).toBe(
      'the experiment, models[0].layers[1]: Invalid input: expected number, received string (found "two").',
    );
    expect(await message([])).toContain('the experiment: Invalid input: expected object');
    expect(await message(null)).toContain('(found null)');
  });

  it('looks into the alternative that a discriminator names', async () => {
    expect(await message({ name: 'x', split: { method: 'leave-last-out', tests: 1 } })).toBe(
      'the experiment, split: unknown key "tests"; did you mean "test"?',
    );
    expect(await message({ name: 'x', split: { method: 'leave-last-out', at: 0.8 } })).toBe(
      'the experiment, split: unknown key "at"; known: method, test',
    );
    expect(await message({ name: 'x', split: { method: 'temporal', at: 7 } })).toContain(
      'the experiment, split.at: Too big: expected number to be <1 (found 7).',
    );
    expect(await message({ name: 'x', split: { method: 'random' } })).toBe(
      `the experiment, split.method: Invalid discriminator value. Expected 'leave-last-out' | 'temporal' (found "random").`,
    );
  });

  it('looks into the alternative of a union that fits best', async () => {
    expect(await message({ name: 'x', candidates: { sampled: 99, bye: 'uniform' } })).toBe(
      'the experiment, candidates: unknown key "bye"; did you mean "by"?',
    );
    expect(await message({ name: 'x', candidates: { sampled: 'many' } })).toBe(
      'the experiment, candidates.sampled: Invalid input: expected number, received string (found "many").',
    );
    expect(await message({ name: 'x', candidates: 'some' })).toBe(
      'the experiment, candidates: Invalid input (found "some").',
    );
  });

  it('refuses names that objects inherit', async () => {
    for (const key of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      const value: unknown = JSON.parse(`{"name":"x","${key}":{"polluted":1}}`);
      expect(await message(value)).toContain(`the experiment: unknown key "${key}"`);
    }
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    expect(await message(JSON.parse('{"name":"x","split":{"method":"constructor"}}'))).toContain(
      '(found "constructor")',
    );
  });

  it('does not take what an object inherits for a value', async () => {
    const named = z.strictObject({ toString: z.string() });
    const error = await errorOf(() => parseWith(named, {}, 'it'));
    expect(error.message).toMatch(/^it, toString: .* \(it is missing\)\.$/);
  });

  it('throws the code asked for, invalid-argument by default', async () => {
    expect((await errorOf(() => parseWith(schema, 1, 'it'))).code).toBe('invalid-argument');
    expect((await errorOf(() => parseWith(schema, 1, 'it', 'artifact'))).code).toBe('artifact');
  });

  it('lists the keys of objects only', () => {
    expect(schemaKeys(schema)).toEqual(['name', 'split', 'candidates', 'models']);
    expect(schemaKeys(z.optional(schema))).toHaveLength(4);
    expect(schemaKeys(z.string())).toEqual([]);
  });
});

describe('model descriptors', () => {
  it('fill in defaults and freeze the parameters', () => {
    const parameters = parseParameters(cooccurrence, {});
    expect(parameters).toEqual({ minimumUsers: 1 });
    expect(Object.isFrozen(parameters)).toBe(true);
    expect(parseParameters(cooccurrence, undefined)).toEqual({ minimumUsers: 1 });
    expect(new Cooccurrence({ minimumUsers: 3 }).parameters).toEqual({ minimumUsers: 3 });
    expectTypeOf(cooccurrence.create({ minimumUsers: 2 })).toEqualTypeOf<Recommender>();
  });

  it('refuse unknown names and values out of range', async () => {
    const unknown = await errorOf(() => parseParameters(cooccurrence, { minimumUser: 2 }));
    expect(unknown.code).toBe('invalid-argument');
    expect(unknown.message).toBe(
      'parameters of "cooccurrence": unknown key "minimumUser"; did you mean "minimumUsers"?',
    );
    const low = await errorOf(() => new Cooccurrence({ minimumUsers: 0 }));
    expect(low.message).toContain('parameters of "cooccurrence", minimumUsers: Too small');
    expect(low.message).toContain('(found 0)');
    for (const bad of [[], 'x', 4]) {
      expect((await errorOf(() => parseParameters(cooccurrence, bad))).code).toBe(
        'invalid-argument',
      );
    }
  });

  it('are found by name', async () => {
    expect(findModel([cooccurrence], 'cooccurrence')).toBe(cooccurrence);
    const near = await errorOf(() => findModel([cooccurrence], 'coocurrence'));
    expect(near.code).toBe('unknown-name');
    expect(near.message).toBe('There is no model "coocurrence"; did you mean "cooccurrence"?');
    expect((await errorOf(() => findModel([], 'als'))).message).toBe('There is no model "als"');
  });

  it('describe their parameters', () => {
    const [parameter, ...others] = describeParameters(cooccurrence);
    expect(others).toEqual([]);
    expect(parameter).toMatchObject({
      name: 'minimumUsers',
      default: 1,
      description: 'Fewest users of a pair.',
      values: { type: 'integer', minimum: 1 },
    });
    expect(describeParameters({ schema: z.strictObject({}) })).toEqual([]);
  });
});
