import { describe, expect, it } from 'vitest';
import { conformanceCases } from '../src/index.js';
import { complete } from './support/complete-model.js';

describe('a model that keeps all promises', () => {
  for (const { name, run } of conformanceCases(complete)) it(name, run);
});

it('names are unique', () => {
  const names = conformanceCases(complete).map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

it('takes parameters, typed by the descriptor', async () => {
  const cases = conformanceCases(complete, { parameters: { shrink: 20 } });
  for (const { run } of cases.slice(0, 6)) await run();
  // @ts-expect-error there is no such parameter
  conformanceCases(complete, { parameters: { shrinkage: 1 } });
});

it('asks of a model only what its descriptor promises', () => {
  const names = conformanceCases({
    ...complete,
    capabilities: ['folds-in'],
    tasks: ['rating'],
  }).map(({ name }) => name);
  expect(names.filter((name) => name.startsWith('folds-in:'))).not.toEqual([]);
  expect(
    names.filter((name) => /^(rates-items|finds-similar|explains|has-factors|learns):/.test(name)),
  ).toEqual([]);
});
