import { conformanceCases } from '@tensorec/testing';
import { describe, it } from 'vitest';
import { models } from '../src/index.js';

for (const descriptor of models) {
  describe(`${descriptor.name} keeps the promises of the contract`, () => {
    for (const { name, run } of conformanceCases(descriptor, { parameters: { factors: 4 } })) {
      it(name, run);
    }
  });
}
