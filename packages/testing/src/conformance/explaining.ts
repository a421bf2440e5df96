import { hasCapability, type Explains, type Model } from '@tensorec/core';
import { check, refused } from '../assert.js';
import { checkerboard } from '../known-data/index.js';
import { seenItems } from './lists.js';
import { rulesOf, withModel, type Rule, type Subject } from './rule.js';

/** Promises of models that explain their scores. */
export const explainingRules: readonly Rule[] = rulesOf('explains', [
  {
    name: 'the contributions of the history add up to the score',
    async check(subject) {
      await withExplaining(subject, (model) => {
        const scores = new Float32Array(model.items.size);
        for (let user = 0; user < model.users.size; user++) {
          model.scoreRows(Int32Array.of(user), scores);
          const size = seenItems(model, user).length;
          for (let item = 0; item < model.items.size; item++) {
            const parts = model.contributions(user, item);
            check(
              parts.length === size,
              () =>
                `user row ${user}, item row ${item}: ${parts.length} contributions of ${size} history items`,
            );
            const sum = parts.reduce((total, part) => total + part, 0);
            const scale = parts.reduce((total, part) => total + Math.abs(part), 1e-3);
            check(
              Math.abs(sum - scores[item]!) <= 1e-3 * scale,
              () =>
                `user row ${user}, item row ${item}: the contributions add up to ${sum}, the score is ${scores[item]!}`,
            );
          }
        }
        return Promise.resolve();
      });
    },
  },
  {
    name: 'reasons are items of the history, strongest first',
    async check(subject) {
      await withExplaining(subject, async (model) => {
        const [user, item] = [[...model.users][1]!, [...model.items][4]!];
        const seen = new Set(Array.from(seenItems(model, 1), (row) => model.items.id(row)));
        const all = await model.explain({ user, item, k: 1000 });
        check(
          all.length === seen.size,
          `${all.length} reasons, but the history has ${seen.size} items`,
        );
        check(
          new Set(all.map((reason) => reason.item)).size === all.length,
          'a reason appears twice',
        );
        all.forEach((reason, n) => {
          check(seen.has(reason.item), `the reason ${reason.item} is not in the history`);
          check(
            n === 0 || all[n - 1]!.contribution >= reason.contribution,
            `the contribution ${reason.contribution} comes after ${all[n - 1]?.contribution ?? 0}`,
          );
        });
        for (const [k, reasons] of [
          [5, await model.explain({ user, item })],
          [2, await model.explain({ user, item, k: 2 })],
        ] as const) {
          const found = reasons.map((reason) => reason.item).join();
          const expected = all
            .slice(0, k)
            .map((reason) => reason.item)
            .join();
          check(
            found === expected,
            `the ${k} strongest reasons are [${found}], expected [${expected}]`,
          );
        }
      });
    },
  },
  {
    name: 'unknown ids and bad list lengths are refused',
    async check(subject) {
      await withExplaining(subject, async (model) => {
        const [user, item] = [[...model.users][0]!, [...model.items][0]!];
        const code = 'unknown-id';
        await refused(() => model.explain({ user: 'nobody', item }), code, 'an unknown user', [
          'nobody',
        ]);
        await refused(() => model.explain({ user, item: 'nothing' }), code, 'an unknown item', [
          'nothing',
        ]);
        await refused(() => model.explain({ user, item, k: 0 }), 'invalid-argument', 'k = 0');
      });
    },
  },
]);

async function withExplaining(
  subject: Subject,
  use: (model: Model<string, string> & Explains<string, string>) => Promise<void>,
): Promise<void> {
  await withModel(subject, checkerboard().train, async (model) => {
    check(hasCapability(model, 'explains'), 'the model does not explain');
    await use(model);
  });
}
