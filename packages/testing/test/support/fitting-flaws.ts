import { Interactions, TensorecError, type Schema } from '@tensorec/core';
import { FactorIndex } from '@tensorec/kernels';
import * as z from 'zod/mini';
import { complete, CompleteModel, type CompleteParameters } from './complete-model.js';
import type { KnownFlaw } from './flaws.js';
import { changeScores, withParameters } from './spoil.js';

const looseSchema: Schema<CompleteParameters> = z.looseObject({
  shrink: z._default(z.number(), 1),
});

let drawn = 0;

/** Memory of the kernels that nobody gives back, and that is not collected either. */
const kept: FactorIndex[] = [];

function keepMemory(): FactorIndex {
  const memory = new FactorIndex(Float32Array.of(1), 1);
  kept.push(memory);
  return memory;
}

/** Flaws of descriptors and of `fit`. */
export const fittingFlaws: Readonly<Record<string, KnownFlaw>> = {
  'a name that is not in kebab case': {
    descriptor: { name: 'Complete model' },
    foundBy: [
      'the descriptor says what the model is',
      'recommender and model have the name of the descriptor',
      'the seed is recorded, whatever its size, and an artifact keeps it',
      'ids keep their type and their characters, also through an artifact',
      "loading, requests and dispose leave the kernels' memory as it was",
      'a loaded model is the saved one, to the bit',
      'saved without users, it holds none and keeps the item side and fold-in',
      'a hostile or newer model.json is refused',
    ],
  },
  'parameters that are not complete': {
    descriptor: { create: (parameters) => withParameters(complete.create(parameters), {}) },
    foundBy: ['parameters are complete and read back by their schema'],
  },
  'unknown parameters are ignored': {
    descriptor: { create: () => complete.create() },
    foundBy: [
      'an unknown parameter is refused, with the nearest known name',
      'a parameter that is NaN is refused by name',
    ],
  },
  'a search space beyond the schema': {
    descriptor: { searchSpace: { shrink: { from: -1, to: 1 } } },
    foundBy: ['every point of the search space is accepted by the schema'],
  },
  'a schema that lets everything pass': {
    descriptor: { schema: looseSchema },
    foundBy: ['a hostile or newer model.json is refused'],
  },
  'a capability that the descriptor does not list': {
    descriptor: { capabilities: complete.capabilities.filter((name) => name !== 'explains') },
    foundBy: [
      'the model has the capabilities of the descriptor and no others',
      'a loaded model is the saved one, to the bit',
      'saved without users, it holds none and keeps the item side and fold-in',
    ],
  },
  'randomness beside the seed': {
    spoil: (model) => {
      model.itemFactors[1]! += ++drawn / 1000;
    },
    foundBy: [
      'the same data, parameters and seed give the same model, to the bit',
      'a second fit forgets the first',
      'the same bits for 1, 2 and 3 threads',
      'watching the epochs does not change the model',
      'a loaded model is the saved one, to the bit',
      'saved without users, it holds none and keeps the item side and fold-in',
      'has-factors: scores are products of the factors',
    ],
  },
  'answers that drift': {
    spoil: (model) => {
      changeScores(model, (scores) => {
        scores[0]! += ++drawn;
      });
    },
    foundBy: [
      'the same data, parameters and seed give the same model, to the bit',
      'a model answers the same question the same way twice',
      'scores of a user do not depend on whom else is asked about',
      'a second fit forgets the first',
      'the same bits for 1, 2 and 3 threads',
      'score, scoreRows and the scores in lists agree to the bit',
      'watching the epochs does not change the model',
      'a loaded model is the saved one, to the bit',
      'explains: the contributions of the history add up to the score',
      'has-factors: scores are products of the factors',
    ],
  },
  'scores that depend on the block': {
    spoil: (model) => {
      changeScores(model, (scores, users) => {
        scores[0]! += users / 100;
      });
    },
    foundBy: [
      'scores of a user do not depend on whom else is asked about',
      'score, scoreRows and the scores in lists agree to the bit',
      'explains: the contributions of the history add up to the score',
      'has-factors: scores are products of the factors',
    ],
  },
  'a second fit that remembers the first': {
    async fit(fit, train, options, memory) {
      const model = await fit(train, options);
      if (memory.has('fitted') && model instanceof CompleteModel) model.itemFactors.fill(0);
      memory.set('fitted', 1);
      return model;
    },
    foundBy: ['a second fit forgets the first'],
  },
  'data that is written to': {
    fit(fit, train, options) {
      if (train.values) new Float32Array(train.values.buffer)[0] = 9;
      return fit(train, options);
    },
    foundBy: ['the data is not changed'],
  },
  'another seed in the record': {
    fit: (fit, train, options) => fit(train, { ...options, seed: 0 }),
    foundBy: [
      'the training record describes the data',
      'a seed that is not a whole number of at least 0 is refused',
      'the seed is recorded, whatever its size, and an artifact keeps it',
    ],
  },
  'memory of the kernels that is kept after dispose': {
    spoil: keepMemory,
    foundBy: [
      "fit, requests and dispose leave the kernels' memory and threads as they were",
      "loading, requests and dispose leave the kernels' memory as it was",
      "calls that are aborted leave the kernels' memory as it was",
    ],
  },
  'memory of the kernels that is taken after dispose': {
    spoil: (model) => {
      let disposed = false;
      const dispose = model.dispose.bind(model);
      model.dispose = () => {
        disposed = true;
        dispose();
      };
      changeScores(model, () => {
        if (disposed) keepMemory();
      });
    },
    foundBy: ["fit, requests and dispose leave the kernels' memory and threads as they were"],
  },
  'memory of the kernels that loading keeps': {
    descriptor: {
      restore(...parts) {
        keepMemory();
        return complete.restore(...parts);
      },
    },
    foundBy: ["loading, requests and dispose leave the kernels' memory as it was"],
  },
  'memory of the kernels that is kept after an abort': {
    async fit(fit, train, options) {
      const memory = keepMemory();
      options.onProgress?.({ stage: 'fit complete', fraction: 0.5 });
      const model = await fit(train, options);
      memory.dispose();
      return model;
    },
    foundBy: ["calls that are aborted leave the kernels' memory as it was"],
  },
  'no clear error for empty data': {
    async fit(fit, train, options) {
      if (train.size === 0) throw new Error('nothing');
      return fit(train, options);
    },
    foundBy: ['empty data is refused'],
  },
  'test data taken for training data': {
    fit: (fit, train, options) =>
      fit(new Interactions({ ...train.columns(), role: 'train' }), options),
    foundBy: ['validation and test data are refused by fit'],
  },
  'no fit for one user': {
    async fit(fit, train, options) {
      if (train.users.size < 2) throw new TensorecError('numerical', 'singular matrix');
      return fit(train, options);
    },
    foundBy: ['empty data is refused', 'one event, one user and one item are enough'],
  },
  'repeated pairs refused': {
    async fit(fit, train, options) {
      const pairs = new Set(
        Array.from(train.userRows, (user, n) => `${user} ${train.itemRows[n]!}`),
      );
      if (pairs.size < train.size) throw new TensorecError('invalid-argument', 'repeated pairs');
      return fit(train, options);
    },
    foundBy: ['a second fit forgets the first', 'repeated pairs are legal'],
  },
  'NaN for constant values': {
    async fit(fit, train, options) {
      const model = await fit(train, options);
      const constant = train.values?.slice().every((value) => value === train.values?.[0]);
      if (constant === true && train.size > 10 && model instanceof CompleteModel)
        model.itemFactors.fill(NaN);
      return model;
    },
    foundBy: ['a second fit forgets the first', 'odd values give finite scores or a clear error'],
  },
};
