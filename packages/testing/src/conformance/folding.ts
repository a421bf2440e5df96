import {
  hasCapability,
  isTensorecError,
  type FoldsIn,
  type History,
  type Model,
} from '@tensorec/core';
import { check, describe, failure, refused, sameNumbers } from '../assert.js';
import { checkerboard } from '../known-data/index.js';
import {
  checkAbsent,
  checkItems,
  checkLists,
  listRows,
  sameLists,
  seenItems,
  trainedItems,
} from './lists.js';
import { withoutSome } from './parts.js';
import { rulesOf, withModel, type Rule, type Subject } from './rule.js';

/** Promises of models that recommend for histories they never saw. */
export const foldingRules: readonly Rule[] = rulesOf('folds-in', [
  {
    name: 'lists for histories hold what qualifies, without the history unless asked',
    async check(subject) {
      await withFolding(subject, async (model) => {
        const histories = ownHistories(model);
        const k = model.items.size;
        const lists = await model.recommend({ histories, k });
        check(
          lists.users.every((user, n) => user === n),
          'the user of a list is not the position of its history',
        );
        checkLists(lists, 'histories');
        const unseen = (position: number): Set<number> => {
          const rows = trainedItems(model);
          for (const row of seenItems(model, position)) rows.delete(row);
          return rows;
        };
        checkItems(lists, unseen, 'histories');
        const all = await model.recommend({ histories, k, exclude: 'none' });
        checkItems(all, () => trainedItems(model), `histories with exclude: 'none'`);
        await refused(() => model.recommend({ histories, k: 0 }), 'invalid-argument', 'k = 0');
      });
    },
  },
  {
    name: 'the history of a user gives much the same list as the user',
    async check(subject) {
      await withFolding(subject, async (model) => {
        // Scores of a model that answers anyone need not depend on the history.
        if (model.answersAnyone) return;
        const k = 5;
        const users = await model.recommend({ users: [...model.users], k });
        const folded = await model.recommend({ histories: ownHistories(model), k });
        let shared = 0;
        for (let position = 0; position < model.users.size; position++) {
          const expected = new Set(listRows(users, position));
          for (const row of listRows(folded, position)) if (expected.has(row)) shared++;
        }
        const overlap = shared / users.size;
        check(
          overlap >= 0.6,
          `${Math.round(100 * overlap)} % of the items in the users' lists of ${k} are in those of their histories, expected at least 60 %`,
        );
      });
    },
  },
  {
    name: 'a list depends on its history only, and leaves the model as it was',
    async check(subject) {
      await withFolding(subject, async (model) => {
        const histories = ownHistories(model);
        const k = model.items.size;
        const known = { users: [...model.users], k };
        const before = await model.recommend(known);
        const together = await model.recommend({ histories, k });
        for (let position = histories.length - 1; position >= 0; position -= 7) {
          const alone = await model.recommend({ histories: [histories[position]!], k });
          const [start, end] = [together.offsets[position]!, together.offsets[position + 1]!];
          const what = `history ${position} alone`;
          sameNumbers(alone.itemRows, together.itemRows.subarray(start, end), what);
          sameNumbers(alone.scores, together.scores.subarray(start, end), what);
        }
        sameLists(await model.recommend(known), before, 'lists of users after fold-in');
      });
    },
  },
  {
    name: 'empty histories and unknown items are treated as asked',
    async check(subject) {
      await withFolding(subject, async (model) => {
        const item = [...model.items][2]!;
        const unknownItem = { histories: [[item, 'nothing']] };
        await refused(() => model.recommend(unknownItem), 'unknown-id', 'an unknown item', [
          'nothing',
        ]);
        const without = await model.recommend({ histories: [[item]] });
        sameLists(
          await model.recommend({ ...unknownItem, unknown: 'empty' }),
          without,
          'unknown items left out',
        );
        const notFinite = [[{ item, value: NaN }]];
        await refused(
          () => model.recommend({ histories: notFinite }),
          'invalid-argument',
          'a value of NaN',
        );

        const histories: readonly History<string>[] = [[], [item]];
        const k = model.items.size;
        const popular = await model.recommend({ histories, k, unknown: 'popular' });
        checkLists(popular, `unknown: 'popular'`);
        check(
          listRows(popular, 0).length === k,
          `unknown: 'popular' gives an empty history too few items`,
        );
        const empty = await model.recommend({ histories, k, unknown: 'empty' });
        check(listRows(empty, 1).length === k - 1, 'an empty history spoils the next one');
        if (model.answersAnyone) return;
        check(
          empty.offsets[1] === 0,
          `unknown: 'empty' gives an empty history ${empty.offsets[1]!} items`,
        );
        await refused(() => model.recommend({ histories }), 'unknown-id', 'an empty history');
        const nobody = await model.recommend({ histories: [] });
        check(nobody.size === 0, 'histories: [] gives lists');
      });
    },
  },
  {
    name: 'a repeated event counts as in training, and never gives an item twice',
    async check(subject) {
      await withFolding(subject, async (model) => {
        const [a, b] = [...model.items];
        const [first, second] = [a!, b!];
        const { repeats } = model.training;
        const value = { sum: 6, last: 4, one: 1 }[repeats];
        const k = model.items.size;
        const repeated = await model.recommend({
          histories: [[{ item: first, value: 2 }, second, { item: first, value: 4 }]],
          k,
        });
        checkLists(repeated, 'a history with a repeat');
        const merged = await model.recommend({
          histories: [[second, { item: first, value }]],
          k,
        });
        sameLists(repeated, merged, `repeats merged by '${repeats}'`);
      });
    },
    appliesTo: (descriptor) => !descriptor.tasks.includes('next-item'),
  },
  {
    name: 'odd values in a history give finite scores or a clear error',
    async check(subject) {
      await withFolding(subject, async (model) => {
        const items = [...model.items];
        for (const [what, valueOf] of Object.entries(oddValues)) {
          const history = items.slice(0, 6).map((item, n) => ({ item, value: valueOf(n) }));
          const failed = await failure(async () => {
            const request = { histories: [history], k: items.length, exclude: 'none' } as const;
            const lists = await model.recommend(request);
            checkLists(lists, `a history of values ${what}`);
            checkItems(lists, () => trainedItems(model), `a history of values ${what}`);
          });
          if (failed === undefined) continue;
          const { thrown } = failed;
          const isClear =
            isTensorecError(thrown, 'invalid-argument') || isTensorecError(thrown, 'numerical');
          if (!isClear) throw new Error(`values ${what}: ${describe(thrown)}`, { cause: thrown });
        }
      });
    },
  },
  {
    name: 'items without training events give no NaN and never appear',
    async check(subject) {
      const { train, silentItems } = withoutSome(checkerboard().train);
      await withModel(subject, train, async (model) => {
        requireFolding(model);
        const request = { k: model.items.size, exclude: 'none' } as const;
        const histories = [silentItems, [...silentItems, [...model.items][5]!]];
        const lists = await model.recommend({ ...request, histories });
        checkLists(lists, 'items without training events');
        checkAbsent(lists, silentItems, 'items without training events');
      });
    },
  },
]);

/** Values of the n-th event of a history that are allowed, and that no one would expect. */
const oddValues: Readonly<Record<string, (n: number) => number>> = {
  'all zero': () => 0,
  'below zero': (n) => -1 - n,
  'of both signs': (n) => (n % 2 === 0 ? 3 : -3),
  tiny: (n) => 1e-40 * (1 + n),
  huge: (n) => 1e30 * (1 + n),
  'as huge as can be': () => 3.4e38,
  'huge, of both signs': (n) => (n % 2 === 0 ? 3.4e38 : -3.4e38),
};

function requireFolding<M extends Model<string, string>>(
  model: M,
): asserts model is M & FoldsIn<string> {
  check(hasCapability(model, 'folds-in'), 'the model does not fold in');
}

/** Fits on the checkerboard and gives the model, which must fold in. */
async function withFolding(
  subject: Subject,
  use: (model: Model<string, string> & FoldsIn<string>) => Promise<void>,
): Promise<void> {
  await withModel(subject, checkerboard().train, async (model) => {
    requireFolding(model);
    await use(model);
  });
}

/** The histories of all users, as the model remembers them. */
function ownHistories(model: Model<string, string>): History<string>[] {
  const { offsets, indices, values } = model.training.history;
  return Array.from({ length: model.users.size }, (_, row) => {
    const [start, end] = [offsets[row], offsets[row + 1]];
    const weights = values.subarray(start, end);
    return Array.from(indices.subarray(start, end), (item, n) => ({
      item: model.items.id(item),
      value: weights[n]!,
    }));
  });
}
