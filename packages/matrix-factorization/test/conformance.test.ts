import { conformanceCases } from '@tensorec/testing';
import { describe, it } from 'vitest';
import { als } from '../src/index.js';

describe('als keeps the promises of the contract', () => {
  const parameters = { factors: 4, iterations: 8, regularization: 0.02 };
  for (const { name, run } of conformanceCases(als, { parameters })) it(name, run);
});
