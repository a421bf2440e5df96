import { Interactions, type Id, type Model, type Recommendations } from '@tensorec/core';
import { check, sameNumbers } from '../assert.js';
import { checkerboard, communities } from '../known-data/index.js';
import { allLists, allScores, sameLists } from './lists.js';
import { recommender, rulesOf, withModel, type Rule } from './rule.js';

/** Promises that what comes out depends on data, parameters and seed only. */
export const determinismRules: readonly Rule[] = rulesOf('every model', [
  {
    name: 'the same data, parameters and seed give the same model, to the bit',
    async check(subject) {
      const { train } = checkerboard();
      for (const seed of [0, 7, Number.MAX_SAFE_INTEGER]) {
        const first = await withModel(subject, train, answers, { seed });
        const second = await withModel(subject, train, answers, { seed });
        sameAnswers(second, first, `seed ${seed} again`);
      }
    },
  },
  {
    name: 'a model answers the same question the same way twice',
    async check(subject) {
      await withModel(subject, checkerboard().train, async (model) => {
        const first = await answers(model);
        sameAnswers(await answers(model), first, 'asked again');
      });
    },
  },
  {
    name: 'scores of a user do not depend on whom else is asked about',
    async check(subject) {
      await withModel(subject, checkerboard().train, async (model) => {
        const size = model.items.size;
        const users = [...model.users];
        const together = allScores(model);
        for (let row = users.length - 1; row >= 0; row--) {
          const alone = new Float32Array(size);
          model.scoreRows(Int32Array.of(row), alone);
          const expected = together.subarray(row * size, (row + 1) * size);
          sameNumbers(alone, expected, `scores of user row ${row} alone`);
        }
        const mixed = [...users].reverse().concat(users.slice(0, 3));
        const lists = await model.recommend({ users: mixed, k: size });
        const inOrder = await model.recommend({ users, k: size });
        mixed.forEach((user, position) => {
          const what = `list of ${user} at position ${position}`;
          sameNumbers(...columnOf('itemRows', lists, position, inOrder, users.indexOf(user)), what);
          sameNumbers(...columnOf('scores', lists, position, inOrder, users.indexOf(user)), what);
        });
      });
    },
  },
  {
    name: 'a second fit forgets the first',
    async check(subject) {
      const [first, second] = [checkerboard().train, communities().train];
      const fresh = await withModel(subject, second, answers);
      const reused = recommender(subject);
      const before = await reused.fit(first);
      const expected = await answers(before);
      const after = await reused.fit(second);
      sameAnswers(await answers(after), fresh, 'fitted a second time');
      sameAnswers(await answers(before), expected, 'the first model after the second fit');
      before.dispose();
      after.dispose();
    },
  },
  {
    name: 'the data is not changed',
    async check(subject) {
      const { train } = checkerboard();
      const copy = copyOf(train);
      const { fingerprint } = train;
      await withModel(subject, train, async (model) => {
        sameData(train, copy, 'after fit');
        await answers(model);
        sameData(train, copy, 'after recommend and score');
        check(model.training.fingerprint === fingerprint, 'the model records another fingerprint');
      });
      const again = new Interactions(train.columns());
      check(again.fingerprint === fingerprint, 'the data has another fingerprint than before');
    },
  },
]);

interface Answers {
  readonly lists: Recommendations;
  readonly scores: Float32Array;
}

async function answers(model: Model<string, string>): Promise<Answers> {
  return { lists: await allLists(model), scores: allScores(model) };
}

function sameAnswers(actual: Answers, expected: Answers, what: string): void {
  sameLists(actual.lists, expected.lists, what);
  sameNumbers(actual.scores, expected.scores, `${what}, scores of all pairs`);
}

function columnOf(
  column: 'itemRows' | 'scores',
  actual: Recommendations,
  actualPosition: number,
  expected: Recommendations,
  expectedPosition: number,
): [ArrayColumn, ArrayColumn] {
  const part = (lists: Recommendations, position: number): ArrayColumn =>
    lists[column].subarray(lists.offsets[position], lists.offsets[position + 1]);
  return [part(actual, actualPosition), part(expected, expectedPosition)];
}

type ArrayColumn = ReturnType<Recommendations['itemRows' | 'scores']['subarray']>;

/** The same interactions in memory of their own. */
function copyOf<User extends Id, Item extends Id>(
  data: Interactions<User, Item, 'train'>,
): Interactions<User, Item, 'train'> {
  return new Interactions({
    ...data.columns(),
    userRows: data.userRows.slice(),
    itemRows: data.itemRows.slice(),
    values: data.values?.slice(),
    timestamps: data.timestamps?.slice(),
  });
}

function sameData(actual: Interactions, expected: Interactions, when: string): void {
  const columns = ['userRows', 'itemRows', 'values', 'timestamps'] as const;
  for (const column of columns) {
    const [found, wanted] = [actual[column], expected[column]];
    if (found && wanted) sameNumbers(found, wanted, `${column} ${when}`);
  }
  for (const view of ['byUser', 'byItem'] as const) {
    const [found, wanted] = [actual[view](), expected[view]()];
    for (const part of ['offsets', 'indices', 'values'] as const) {
      sameNumbers(found[part], wanted[part], `${part} of ${view}() ${when}`);
    }
  }
}
