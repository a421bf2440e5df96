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
};
