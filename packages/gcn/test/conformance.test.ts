import { conformanceCases } from '@tensorec/testing';
import { describe, it } from 'vitest';
import { models } from '../src/index.js';

/** Hyper-parameters for the suite's small data, by model. */
const parametersOf: Readonly<Record<string, object>> = {
  lightgcn: { factors: 4, layers: 2, epochs: 40, batchSize: 4096, learningRate: 0.05 },
  lightgcnpp: { factors: 4, epochs: 40, batchSize: 4096, learningRate: 0.05 },
};

for (const descriptor of models) {
  describe(`${descriptor.name} keeps the promises of the contract`, () => {
    const parameters = parametersOf[descriptor.name];
    for (const { name, run } of conformanceCases(descriptor, { parameters })) it(name, run);
  });
}
