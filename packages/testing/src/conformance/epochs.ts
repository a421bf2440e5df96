import type { TrainingEpoch } from '@tensorec/core';
import { check, failure } from '../assert.js';
import { checkerboard } from '../known-data/index.js';
import { everyAnswer, sameAnswers } from './answers.js';
import { recommender, rulesOf, withModel, type Rule } from './rule.js';

/** Promises of what a model that trains in epochs tells about them; one that does not tells nothing. */
export const epochRules: readonly Rule[] = rulesOf('every model', [
  {
    name: 'epochs are counted from 1 without a gap, and their values are finite',
    async check(subject) {
      const epochs: TrainingEpoch[] = [];
      await withModel(subject, checkerboard().train, () => undefined, {
        onEpoch: (epoch) => epochs.push(epoch),
      });
      epochs.forEach(({ epoch, values }, n) => {
        check(epoch === n + 1, `report ${n + 1} is of epoch ${epoch}`);
        for (const [name, value] of Object.entries(values)) {
          check(Number.isFinite(value), `${name} of epoch ${epoch} is ${value}`);
        }
      });
    },
  },
  {
    name: 'watching the epochs does not change the model',
    async check(subject) {
      const { train } = checkerboard();
      const unwatched = await withModel(subject, train, everyAnswer);
      const watched = await withModel(subject, train, everyAnswer, { onEpoch: () => undefined });
      sameAnswers(watched, unwatched, 'with onEpoch');
    },
  },
  {
    name: 'what onEpoch throws ends the fit',
    async check(subject) {
      const thrown = new Error('enough epochs');
      let reports = 0;
      const failed = await failure(async () => {
        const model = await recommender(subject).fit(checkerboard().train, {
          onEpoch: () => {
            reports++;
            throw thrown;
          },
        });
        model.dispose();
      });
      if (reports === 0) return;
      check(failed?.thrown === thrown, 'fit does not reject with what onEpoch threw');
      check(reports === 1, `onEpoch is called ${reports} times, though it threw the first time`);
    },
  },
]);
