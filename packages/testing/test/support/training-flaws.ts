import { engineStatus } from '@tensorec/kernels';
import { CompleteModel } from './complete-model.js';
import type { KnownFlaw } from './flaws.js';
import { changeRequest } from './spoil.js';

const fitTurns =
  'fit leaves the event loop a turn at least every 200 ms, and heeds an abort as soon';
const requestTurns =
  'requests leave the event loop a turn at least every 200 ms, and heed an abort as soon';

/** Only the cases that measure time have so many users. */
const many = 1500;

function keepTheEventLoop(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Flaws of how a model is trained: threads, seeds, epochs, time. */
export const trainingFlaws: Readonly<Record<string, KnownFlaw>> = {
  'a sum that depends on the number of threads': {
    async fit(fit, train, options) {
      const model = await fit(train, options);
      if (model instanceof CompleteModel) {
        const part = (engineStatus()?.threads ?? 0) / 1000;
        // Similarities stay symmetric.
        for (const n of [1, model.factors]) if (model.factors > 1) model.itemFactors[n]! += part;
      }
      return model;
    },
    foundBy: ['the same bits for 1, 2 and 3 threads'],
  },
  'seeds of 32 bits': {
    fit: (fit, train, { seed = 0, ...options }) =>
      fit(train, { ...options, seed: Number.isSafeInteger(seed) ? seed % 2 ** 32 : seed }),
    foundBy: ['the seed is recorded, whatever its size, and an artifact keeps it'],
  },
  'a validation part that nobody looks at': {
    fit: (fit, train, options) => fit(train, { ...options, validation: undefined }),
    foundBy: ['fit takes a validation part, and no other part in its place'],
  },
  'epochs counted from 0': {
    fit(fit, train, options) {
      options.onEpoch?.({ epoch: 0, values: { loss: 1 } });
      return fit(train, options);
    },
    foundBy: ['epochs are counted from 1 without a gap, and their values are finite'],
  },
  'a loss that is NaN': {
    fit(fit, train, options) {
      options.onEpoch?.({ epoch: 1, values: { loss: 0.5 } });
      options.onEpoch?.({ epoch: 2, values: { loss: NaN } });
      return fit(train, options);
    },
    foundBy: ['epochs are counted from 1 without a gap, and their values are finite'],
  },
  'another model when the epochs are watched': {
    async fit(fit, train, options) {
      const model = await fit(train, options);
      if (options.onEpoch && model instanceof CompleteModel) model.itemFactors[1]! += 0.01;
      return model;
    },
    foundBy: ['watching the epochs does not change the model'],
  },
  'a watcher whose errors are swallowed': {
    fit(fit, train, options) {
      try {
        options.onEpoch?.({ epoch: 1, values: { loss: 1 } });
      } catch {
        return fit(train, options);
      }
      return fit(train, options);
    },
    foundBy: ['what onEpoch throws ends the fit'],
  },
  'a fit that keeps the event loop': {
    fit(fit, train, options) {
      if (train.users.size >= many) keepTheEventLoop(250);
      return fit(train, options);
    },
    foundBy: [fitTurns],
  },
  'a fit that waits for something else, whatever the signal says': {
    async fit(fit, train, options) {
      if (train.users.size >= many) await pause(600);
      return fit(train, options);
    },
    foundBy: [fitTurns],
  },
  'a request that keeps the event loop': {
    spoil: (model) => {
      changeRequest(model, () => {
        if (model.users.size >= many) keepTheEventLoop(250);
        return {};
      });
    },
    foundBy: [requestTurns],
  },
  'no clear error for histories of huge values': {
    spoil: (model) => {
      changeRequest(model, (request) => {
        const events = 'histories' in request ? request.histories.flat() : [];
        for (const event of events) {
          if (typeof event === 'object' && event.value === 3.4e38) throw new Error('overflow');
        }
        return {};
      });
    },
    foundBy: ['folds-in: odd values in a history give finite scores or a clear error'],
  },
};
