import { hasCapability, type Interactions, type Model, type RatesItems } from '@tensorec/core';
import { check, refused, sameNumbers } from '../assert.js';
import { lowRankRatings } from '../known-data/index.js';
import { withoutSome } from './parts.js';
import { rulesOf, withModel, type Rule, type Subject } from './rule.js';

/** Promises of models that predict ratings. */
export const ratingRules: readonly Rule[] = rulesOf('rates-items', [
  {
    name: 'ratings are finite for known and unknown users and items',
    async check(subject) {
      await withRating(subject, withoutSome(lowRankRatings().train).train, async (model) => {
        const users = [...model.users, 'nobody'].flatMap((user) => [user, user, user]);
        const known = [...model.items];
        const items = users.map((_, n) =>
          n % 3 === 2 ? 'nothing' : known[(n * 7) % known.length]!,
        );
        const { ratings, fallbacks } = await model.rate({ users, items });
        check(
          ratings.length === users.length,
          `${ratings.length} ratings of ${users.length} pairs`,
        );
        ratings.forEach((rating, n) => {
          check(Number.isFinite(rating), `${users[n]!} rates ${items[n]!} with ${rating}`);
        });
        const own = new Float32Array(users.length);
        model.rateRows(
          Int32Array.from(users, (user) => model.users.row(user) ?? -1),
          Int32Array.from(items, (item) => model.items.row(item) ?? -1),
          own,
        );
        const missing = own.filter(Number.isNaN).length;
        check(
          fallbacks === missing,
          `${fallbacks} fallbacks are counted, but rateRows leaves out ${missing}`,
        );
        own.forEach((rating, n) => {
          const same = Number.isNaN(rating) || rating === ratings[n];
          check(same, `rateRows gives ${rating}, rate gives ${ratings[n]!} for pair ${n}`);
        });
      });
    },
  },
  {
    name: 'the rating of a pair does not depend on the other pairs',
    async check(subject) {
      await withRating(subject, lowRankRatings().train, async (model) => {
        const users = [...model.users];
        const known = [...model.items];
        const items = users.map((_, n) => known[(n * 7) % known.length]!);
        const together = await model.rate({ users, items });
        const again = await model.rate({
          users: [...users].reverse(),
          items: [...items].reverse(),
        });
        sameNumbers(again.ratings.reverse(), together.ratings, 'ratings in reverse order');
        const alone = await model.rate({ users: users.slice(0, 1), items: items.slice(0, 1) });
        sameNumbers(alone.ratings, together.ratings.subarray(0, 1), 'the rating of a pair alone');
      });
    },
  },
  {
    name: 'columns that are not parallel are refused',
    async check(subject) {
      await withRating(subject, lowRankRatings().train, async (model) => {
        const [user, item] = [[...model.users][0]!, [...model.items][0]!];
        const request = { users: [user, user], items: [item] };
        await refused(() => model.rate(request), 'invalid-argument', '2 users and 1 item');
        const none = await model.rate({ users: [], items: [] });
        check(none.ratings.length === 0 && none.fallbacks === 0, 'no pairs have ratings');
      });
    },
  },
  {
    name: 'left-out ratings are predicted better than by the mean',
    async check(subject) {
      const { train, test } = lowRankRatings();
      const values = test.values!;
      const mean = train.values!.slice().reduce((sum, value) => sum + value, 0) / train.size;
      const error = (predicted: (n: number) => number): number => {
        let sum = 0;
        for (let n = 0; n < test.size; n++) sum += (predicted(n) - values[n]!) ** 2;
        return Math.sqrt(sum / test.size);
      };
      await withRating(subject, train, async (model) => {
        const { ratings } = await model.rate({
          users: Array.from(test.userRows, (row) => test.users.id(row)),
          items: Array.from(test.itemRows, (row) => test.items.id(row)),
        });
        const [found, ofMean] = [error((n) => ratings[n]!), error(() => mean)];
        check(
          found < 0.95 * ofMean,
          `the RMSE on the left-out ratings is ${found.toFixed(3)}, that of the mean ${ofMean.toFixed(3)}`,
        );
      });
    },
  },
]);

async function withRating(
  subject: Subject,
  train: Interactions<string, string, 'train'>,
  use: (model: Model<string, string> & RatesItems<string, string>) => Promise<void>,
): Promise<void> {
  await withModel(subject, train, async (model) => {
    check(hasCapability(model, 'rates-items'), 'the model does not rate items');
    await use(model);
  });
}
