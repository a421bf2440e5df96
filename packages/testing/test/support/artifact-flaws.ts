import { complete, CompleteModel } from './complete-model.js';
import type { KnownFlaw } from './flaws.js';

/** Flaws of saving and loading. */
export const artifactFlaws: Readonly<Record<string, KnownFlaw>> = {
  'a state without what was learned': {
    spoil: (model) => {
      const state = model.state.bind(model);
      model.state = () => {
        const { similarities } = state();
        const { shape, data } = similarities!;
        return { similarities: { shape, data: new Float32Array(data.length) } };
      };
    },
    foundBy: [
      'a loaded model is the saved one, to the bit',
      'saved without users, it holds none and keeps the item side and fold-in',
    ],
  },
  'a state with the ids of users': {
    spoil: (model) => {
      const state = model.state.bind(model);
      model.state = () => {
        const data = new TextEncoder().encode([...model.users].join());
        return { ...state(), owners: { shape: [data.length], data } };
      };
    },
    foundBy: [
      'saved without users, it holds none and keeps the item side and fold-in',
      'missing, misshapen and damaged tensors are refused',
    ],
  },
  'damaged tensors read as zeros': {
    descriptor: {
      restore(training, parameters, tensors) {
        try {
          return complete.restore(training, parameters, tensors);
        } catch {
          return new CompleteModel(
            training,
            parameters,
            new Float32Array(training.items.size ** 2),
          );
        }
      },
    },
    foundBy: ['missing, misshapen and damaged tensors are refused'],
  },
  'tensors that are believed': {
    descriptor: {
      restore(training, parameters, tensors) {
        const model = complete.restore(training, parameters, tensors);
        if (model instanceof CompleteModel && model.itemFactors.some((value) => value < 0)) {
          throw new RangeError('a similarity below zero');
        }
        return model;
      },
    },
    foundBy: ['any tensors with a checksum that fits are refused, or give a model that answers'],
  },
  'parameters that are believed': {
    descriptor: {
      restore(training, parameters, tensors) {
        if (parameters.shrink < 1) throw new RangeError('too small');
        return complete.restore(training, parameters, tensors);
      },
    },
    foundBy: ['any model.json with a checksum that fits is refused, or gives a model that answers'],
  },
};
