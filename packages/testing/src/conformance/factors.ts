import { hasCapability } from '@tensorec/core';
import { check } from '../assert.js';
import { checkerboard } from '../known-data/index.js';
import { allScores } from './lists.js';
import { rulesOf, withModel, type Rule } from './rule.js';

/** Promises of models whose scores are products of factors. */
export const factorRules: readonly Rule[] = rulesOf('has-factors', [
  {
    name: 'scores are products of the factors',
    async check(subject) {
      await withModel(subject, checkerboard().train, (model) => {
        check(hasCapability(model, 'has-factors'), 'the model has no factors');
        const { factors, userFactors, itemFactors } = model;
        const [users, items] = [model.users.size, model.items.size];
        check(
          userFactors.length === users * factors,
          `${userFactors.length} factors of ${users} users`,
        );
        check(
          itemFactors.length === items * factors,
          `${itemFactors.length} factors of ${items} items`,
        );
        const scores = allScores(model);
        for (let user = 0; user < users; user++) {
          for (let item = 0; item < items; item++) {
            let [product, scale] = [0, 1e-3];
            for (let factor = 0; factor < factors; factor++) {
              const part =
                userFactors[user * factors + factor]! * itemFactors[item * factors + factor]!;
              product += part;
              scale += Math.abs(part);
            }
            const score = scores[user * items + item]!;
            check(
              Math.abs(product - score) <= 1e-4 * scale,
              () =>
                `user row ${user}, item row ${item}: the product is ${product}, the score ${score}`,
            );
          }
        }
      });
    },
  },
]);
