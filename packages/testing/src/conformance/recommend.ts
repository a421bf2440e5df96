import { check, refused } from '../assert.js';
import { checkerboard } from '../known-data/index.js';
import { withoutSome } from './parts.js';
import {
  checkAbsent,
  checkItems,
  checkLists,
  listRows,
  qualifyingItems,
  sameLists,
  trainedItems,
  usersWithHistory,
} from './lists.js';
import { rulesOf, withModel, type Rule } from './rule.js';

/** Promises of `recommend` for users. */
export const recommendRules: readonly Rule[] = rulesOf('every model', [
  {
    name: 'lists descend by score, ties by item row, ranked from 1',
    async check(subject) {
      await withModel(subject, checkerboard().train, async (model) => {
        const users = [...model.users];
        for (const exclude of ['seen', 'none'] as const) {
          checkLists(await model.recommend({ users, k: 1000, exclude }), `exclude: '${exclude}'`);
        }
      });
    },
  },
  {
    name: 'seen items never appear, all others do',
    async check(subject) {
      await withModel(subject, checkerboard().train, async (model) => {
        const users = [...model.users];
        const lists = await model.recommend({ users, k: model.items.size });
        checkItems(lists, (row) => qualifyingItems(model, row), 'by default');
        const named = await model.recommend({ users, k: model.items.size, exclude: 'seen' });
        sameLists(named, lists, `exclude: 'seen' named`);
      });
    },
  },
  {
    name: `exclude: 'none' keeps seen items`,
    async check(subject) {
      await withModel(subject, checkerboard().train, async (model) => {
        const lists = await model.recommend({
          users: [...model.users],
          k: model.items.size,
          exclude: 'none',
        });
        checkItems(lists, () => trainedItems(model), `exclude: 'none'`);
      });
    },
  },
  {
    name: 'candidates and where limit the lists',
    async check(subject) {
      await withModel(subject, checkerboard().train, async (model) => {
        const users = [...model.users];
        const request = { users, k: model.items.size };
        const candidates = [...model.items].filter((_, row) => row % 3 !== 0);
        const where = (item: string): boolean => (model.items.row(item) ?? 0) % 5 !== 0;
        const allowed = (row: number, keep: (item: number) => boolean): Set<number> =>
          new Set([...qualifyingItems(model, row)].filter(keep));

        checkItems(
          await model.recommend({ ...request, candidates: [...candidates, ...candidates] }),
          (row) => allowed(row, (item) => item % 3 !== 0),
          'candidates',
        );
        checkItems(
          await model.recommend({ ...request, where }),
          (row) => allowed(row, (item) => item % 5 !== 0),
          'where',
        );
        const both = await model.recommend({ ...request, candidates, where });
        checkItems(both, (row) => allowed(row, (item) => item % 3 !== 0 && item % 5 !== 0), 'both');
        checkLists(both, 'candidates and where');
        await refused(
          () => model.recommend({ ...request, candidates: ['no such item'] }),
          'unknown-id',
          'an unknown candidate',
          ['no such item'],
        );
      });
    },
  },
  {
    name: 'a list is empty when everything is excluded',
    async check(subject) {
      await withModel(subject, checkerboard().train, async (model) => {
        const users = [...model.users];
        const none = await model.recommend({ users, candidates: [] });
        check(none.size === 0, `candidates: [] gives ${none.size} rows, expected 0`);
        const never = await model.recommend({ users, where: () => false });
        check(never.size === 0, `where: () => false gives ${never.size} rows, expected 0`);
        const nobody = await model.recommend({ users: [] });
        check(nobody.size === 0 && nobody.users.length === 0, 'users: [] gives lists');
      });
    },
  },
  {
    name: 'a shorter list is the beginning of a longer one',
    async check(subject) {
      await withModel(subject, checkerboard().train, async (model) => {
        const users = [...model.users];
        const whole = await model.recommend({ users, k: 1_000_000_000 });
        const byDefault = await model.recommend({ users });
        for (const [k, lists] of [
          [1, await model.recommend({ users, k: 1 })],
          [7, await model.recommend({ users, k: 7 })],
          [10, byDefault],
        ] as const) {
          users.forEach((user, position) => {
            const expected = listRows(whole, position).slice(0, k).join(' ');
            const found = listRows(lists, position).slice().join(' ');
            check(
              found === expected,
              `the list of ${user} of length ${k} is [${found}], the longest list begins with [${expected}]`,
            );
          });
        }
      });
    },
  },
  {
    name: 'a list length that is not a whole number of at least 1 is refused',
    async check(subject) {
      await withModel(subject, checkerboard().train, async (model) => {
        for (const k of [0, -1, 1.5, NaN, Infinity]) {
          await refused(
            () => model.recommend({ users: [...model.users], k }),
            'invalid-argument',
            `k = ${k}`,
            [String(k)],
          );
        }
      });
    },
  },
  {
    name: 'unknown users are an error, get nothing, or get what is popular, as asked',
    async check(subject) {
      await withModel(subject, checkerboard().train, async (model) => {
        const known = [...model.users][3]!;
        const users = ['nobody', known];
        await refused(() => model.recommend({ users }), 'unknown-id', `unknown: 'error'`, [
          'nobody',
        ]);
        const alone = await model.recommend({ users: [known] });
        for (const unknown of ['empty', 'popular'] as const) {
          const lists = await model.recommend({ users, unknown });
          checkLists(lists, `unknown: '${unknown}'`);
          check(
            listRows(lists, 1).slice().join() === listRows(alone, 0).slice().join(),
            `unknown: '${unknown}' changes the list of a known user`,
          );
        }
        const empty = await model.recommend({ users, unknown: 'empty' });
        check(empty.offsets[1] === 0, `unknown: 'empty' gives ${empty.offsets[1]!} rows`);

        const popular = await model.recommend({ users, unknown: 'popular', k: model.items.size });
        checkItems(
          popular,
          (n) => (n === 0 ? trainedItems(model) : qualifyingItems(model, 3)),
          'popular',
        );
        const counts = listRows(popular, 0)
          .slice()
          .map((row) => model.training.itemCounts[row]!);
        const sorted = counts.slice().sort().reverse();
        check(
          counts.join() === sorted.join(),
          `unknown: 'popular' is not by popularity: ${counts.join(' ')}`,
        );
      });
    },
  },
  {
    name: 'users without training events are treated like unknown ones unless the model answers anyone',
    async check(subject) {
      const { train, silentUsers } = withoutSome(checkerboard().train);
      await withModel(subject, train, async (model) => {
        const users = silentUsers;
        const lists = await model.recommend({ users, unknown: 'empty', k: model.items.size });
        if (model.answersAnyone) {
          checkItems(lists, () => trainedItems(model), 'a user without events');
          return;
        }
        check(
          lists.size === 0,
          `unknown: 'empty' gives ${lists.size} rows for users without events`,
        );
        await refused(() => model.recommend({ users }), 'unknown-id', 'a user without events', [
          users[0]!,
        ]);
      });
    },
  },
  {
    name: 'items without training events never appear',
    async check(subject) {
      const { train, silentItems } = withoutSome(checkerboard().train);
      await withModel(subject, train, async (model) => {
        check(
          model.items.has(silentItems[0]!),
          'the model forgot an item that has no training event',
        );
        const users = [...usersWithHistory(model), 'nobody'];
        const request = { users, k: model.items.size, unknown: 'popular' } as const;
        const expected = (row: number): Set<number> =>
          row === users.length - 1
            ? trainedItems(model)
            : qualifyingItems(model, model.users.row(users[row]!)!);
        const lists = await model.recommend(request);
        checkItems(lists, expected, 'by default');
        checkAbsent(lists, silentItems, 'by default');
        const asked = await model.recommend({
          ...request,
          candidates: silentItems,
          exclude: 'none',
        });
        check(asked.size === 0, `candidates without training events give ${asked.size} rows`);
      });
    },
  },
]);
