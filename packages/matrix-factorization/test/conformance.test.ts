import { conformanceCases } from '@tensorec/testing';
import { describe, it } from 'vitest';
import { models } from '../src/index.js';

/** Hyper-parameters for the suite's small data, by model. */
const parametersOf: Readonly<Record<string, object>> = {
  als: { factors: 4, iterations: 8, regularization: 0.02 },
  'pure-svd': { factors: 4 },
};

for (const descriptor of models) {
  describe(`${descriptor.name} keeps the promises of the contract`, () => {
    const parameters = parametersOf[descriptor.name];
    for (const { name, run } of conformanceCases(descriptor, { parameters })) it(name, run);
  });
}
