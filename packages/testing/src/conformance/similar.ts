import { hasCapability, type FindsSimilar, type Model } from '@tensorec/core';
import { check, refused, sameNumbers } from '../assert.js';
import { checkerboard } from '../known-data/index.js';
import { checkAbsent, checkLists, listRows, sameLists } from './lists.js';
import { withoutSome } from './parts.js';
import { rulesOf, withModel, type Rule, type Subject } from './rule.js';

/** Promises of models that find similar items. */
export const similarRules: readonly Rule[] = rulesOf('finds-similar', [
  {
    name: 'lists descend by similarity and never hold the item itself',
    async check(subject) {
      await withSimilar(subject, async (model) => {
        const items = [...model.items];
        const lists = await model.similar({ items, k: 1000 });
        checkLists(lists, 'similar items');
        items.forEach((item, position) => {
          check(lists.users[position] === item, `list ${position} is not that of ${item}`);
          check(
            !listRows(lists, position).slice().includes(position),
            `${item} is similar to itself`,
          );
        });
        const backwards = await model.similar({ items: [...items].reverse(), k: 3 });
        items.forEach((item, position) => {
          const found = listRows(backwards, items.length - 1 - position).slice();
          const expected = listRows(lists, position).slice(0, 3);
          sameNumbers(found, expected, `3 items similar to ${item}`);
        });
        sameLists(await model.similar({ items, k: 1000 }), lists, 'asked again');
      });
    },
  },
  {
    name: 'similar and similarRows agree',
    async check(subject) {
      await withSimilar(subject, async (model) => {
        const size = model.items.size;
        const similarities = new Float32Array(size);
        const lists = await model.similar({ items: [...model.items], k: size });
        for (let row = 0; row < size; row++) {
          model.similarRows(Int32Array.of(row), similarities);
          check(!similarities.some(Number.isNaN), `a similarity to item row ${row} is NaN`);
          const found = lists.scores.subarray(lists.offsets[row], lists.offsets[row + 1]);
          const expected = listRows(lists, row).slice();
          sameNumbers(
            found,
            Float32Array.from(expected, (other) => similarities[other]!),
            `item row ${row}`,
          );
          const comparable = similarities.filter(
            (similarity, other) => other !== row && similarity > -Infinity,
          );
          check(
            expected.length === comparable.length,
            `${expected.length} items are similar to item row ${row}, but ${comparable.length} are comparable`,
          );
        }
      });
    },
  },
  {
    name: 'unknown items and bad list lengths are refused',
    async check(subject) {
      await withSimilar(subject, async (model) => {
        const items = [...model.items];
        await refused(
          () => model.similar({ items: ['nothing'] }),
          'unknown-id',
          'an unknown item',
          ['nothing'],
        );
        for (const k of [0, 1.5, NaN]) {
          await refused(() => model.similar({ items, k }), 'invalid-argument', `k = ${k}`, [
            String(k),
          ]);
        }
        check((await model.similar({ items: [] })).size === 0, 'items: [] gives lists');
      });
    },
  },
  {
    name: 'items without training events never appear',
    async check(subject) {
      const { train, silentItems } = withoutSome(checkerboard().train);
      await withModel(subject, train, async (model) => {
        requireSimilar(model);
        const lists = await model.similar({ items: [...model.items], k: model.items.size });
        checkLists(lists, 'similar items');
        checkAbsent(lists, silentItems, 'items without training events');
      });
    },
  },
]);

function requireSimilar<M extends Model<string, string>>(
  model: M,
): asserts model is M & FindsSimilar<string> {
  check(hasCapability(model, 'finds-similar'), 'the model does not find similar items');
}

async function withSimilar(
  subject: Subject,
  use: (model: Model<string, string> & FindsSimilar<string>) => Promise<void>,
): Promise<void> {
  await withModel(subject, checkerboard().train, async (model) => {
    requireSimilar(model);
    await use(model);
  });
}
