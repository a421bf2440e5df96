import { hasCapability, type Model, type Recommendations } from '@tensorec/core';
import { check, sameNumbers } from '../assert.js';
import { allLists, allScores } from './lists.js';

/** What a model answers to every kind of request, as columns of numbers by name. */
export type Answers = ReadonlyMap<string, Column>;

type Column = Parameters<typeof sameNumbers>[0];

/** Asks a model everything that it can answer, about all its users and items. */
export async function everyAnswer(model: Model<string, string>): Promise<Answers> {
  const [users, items] = [[...model.users], [...model.items]];
  const k = items.length;
  const pairs = { users, items: users.map((_, n) => items[(n * 7) % k]!) };
  const answers = new Map<string, Column>([
    ['scoreRows', allScores(model)],
    ['score', await model.score(pairs)],
  ]);
  const addLists = (call: string, lists: Recommendations): void => {
    answers.set(`item rows of ${call}`, lists.itemRows);
    answers.set(`scores of ${call}`, lists.scores);
  };
  addLists('recommend', await allLists(model));
  if (hasCapability(model, 'folds-in')) {
    const histories = users.map((_, n) => [items[n % k]!, items[(n + 2) % k]!, items[0]!]);
    addLists('recommend for histories', await model.recommend({ histories, k }));
  }
  if (hasCapability(model, 'finds-similar')) addLists('similar', await model.similar({ items, k }));
  if (hasCapability(model, 'rates-items')) {
    answers.set('rate', (await model.rate(pairs)).ratings);
  }
  return answers;
}

/** Requires two models to have answered alike, bit for bit. */
export function sameAnswers(actual: Answers, expected: Answers, what: string): void {
  for (const [call, numbers] of expected) {
    const found = actual.get(call);
    check(found !== undefined, `${what}: the model does not answer ${call}`);
    sameNumbers(found, numbers, `${what}, ${call}`);
  }
}
