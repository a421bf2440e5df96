import { check } from '../assert.js';
import { checkerboard } from '../known-data/index.js';
import { rulesOf, withModel, type Rule } from './rule.js';

/** That a model which promises personal lists learns who likes what. */
export const learningRules: readonly Rule[] = rulesOf('every model', [
  {
    name: 'learns: left-out items of the own colour come first on the checkerboard, unless the model answers anyone',
    appliesTo: (descriptor) => descriptor.tasks.includes('ranking'),
    async check(subject) {
      const { train, test, userColours, itemColours } = checkerboard();
      await withModel(subject, train, async (model) => {
        if (model.answersAnyone) return;
        const k = test.size / train.users.size;
        const lists = await model.recommend({ users: [...train.users], k });
        const hits = Array.from(lists).filter(
          ({ user, item }) =>
            userColours[train.users.row(user)!] === itemColours[train.items.row(item)!],
        );
        const share = hits.length / lists.size;
        check(
          share >= 0.8,
          `${Math.round(100 * share)} % of the top ${k} are of the user's colour, expected at least 80 %`,
        );
      });
    },
  },
]);
