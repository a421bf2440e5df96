import { check, refused, sameNumbers } from '../assert.js';
import { checkerboard } from '../known-data/index.js';
import { allLists, allScores, checkScores, listRows } from './lists.js';
import { withoutSome } from './parts.js';
import { rulesOf, withModel, type Rule } from './rule.js';

/** Promises of `score` and `scoreRows`. */
export const scoreRules: readonly Rule[] = rulesOf('every model', [
  {
    name: 'score, scoreRows and the scores in lists agree to the bit',
    async check(subject) {
      await withModel(subject, checkerboard().train, async (model) => {
        const size = model.items.size;
        const all = allScores(model);
        const lists = await allLists(model);
        lists.users.forEach((user, position) => {
          const row = model.users.row(user)!;
          const expected = listRows(lists, position).slice();
          const scores = Float32Array.from(expected, (item) => all[row * size + item]!);
          const found = lists.scores.subarray(lists.offsets[position], lists.offsets[position + 1]);
          sameNumbers(found, scores, `scores in the list of ${user}`);
        });
        const [users, items] = [[...model.users], [...model.items]];
        const pairs = Array.from(
          { length: 200 },
          (_, n) => [(n * 17) % users.length, (n * 7) % size] as const,
        );
        const scores = await model.score({
          users: pairs.map(([user]) => users[user]!),
          items: pairs.map(([, item]) => items[item]!),
        });
        sameNumbers(
          scores,
          Float32Array.from(pairs, ([user, item]) => all[user * size + item]!),
          'score',
        );
      });
    },
  },
  {
    name: 'score refuses unknown ids and columns that are not parallel',
    async check(subject) {
      await withModel(subject, checkerboard().train, async (model) => {
        const [user, item] = [[...model.users][0]!, [...model.items][0]!];
        const code = 'unknown-id';
        await refused(() => model.score({ users: ['nobody'], items: [item] }), code, 'a user', [
          'nobody',
        ]);
        await refused(() => model.score({ users: [user], items: ['nothing'] }), code, 'an item', [
          'nothing',
        ]);
        await refused(
          () => model.score({ users: [user, user], items: [item] }),
          'invalid-argument',
          '2 users and 1 item',
        );
        const none = await model.score({ users: [], items: [] });
        check(none.length === 0, `no pairs give ${none.length} scores`);
      });
    },
  },
  {
    name: 'scores are never NaN or +Infinity, also of users and items without training events',
    async check(subject) {
      const { train } = withoutSome(checkerboard().train);
      await withModel(subject, train, async (model) => {
        checkScores(allScores(model), 'scoreRows, pair');
        const [users, items] = [[...model.users], [...model.items]];
        for (const item of items) {
          const pairs = { users, items: users.map(() => item) };
          checkScores(await model.score(pairs), `score with ${item}, user row`);
        }
      });
    },
  },
]);
