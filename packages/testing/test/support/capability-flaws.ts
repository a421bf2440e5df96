import { Recommendations, selectRows } from '@tensorec/core';
import type { KnownFlaw } from './flaws.js';
import { changeRequest } from './spoil.js';

/** Flaws of capabilities. */
export const capabilityFlaws: Readonly<Record<string, KnownFlaw>> = {
  'fold-in without the history': {
    spoil: (model) => {
      const own = model.scoreHistories.bind(model);
      model.scoreRows = (rows, scores) => {
        own(selectRows(model.training.history, rows), scores);
      };
      model.scoreHistories = (_, scores) => {
        for (let n = 0; n < scores.length; n++) scores[n] = ((n % model.items.size) * 7) % 11;
      };
    },
    foundBy: ['folds-in: the history of a user gives much the same list as the user'],
  },
  'seen items in the lists of histories': {
    spoil: (model) => {
      changeRequest(model, (request) => ('histories' in request ? { exclude: 'none' } : {}));
    },
    foundBy: [
      'folds-in: lists for histories hold what qualifies, without the history unless asked',
      'folds-in: the history of a user gives much the same list as the user',
      'folds-in: empty histories and unknown items are treated as asked',
    ],
  },
  'fold-in that changes the model': {
    spoil: (model) => {
      changeRequest(model, (request) => {
        if ('histories' in request) model.itemFactors[1]! += 0.01;
        return {};
      });
    },
    foundBy: ['folds-in: a list depends on its history only, and leaves the model as it was'],
  },
  'unknown items of histories left out silently': {
    spoil: (model) => {
      changeRequest(model, (request) => ('histories' in request ? { unknown: 'empty' } : {}));
    },
    foundBy: ['folds-in: empty histories and unknown items are treated as asked'],
  },
  'only the end of a history with a repeat': {
    spoil: (model) => {
      changeRequest(model, (request) => {
        if (!('histories' in request)) return {};
        const histories = request.histories.map((history) => {
          const items = history.map((event) => (typeof event === 'object' ? event.item : event));
          return new Set(items).size < items.length ? history.slice(-1) : history;
        });
        return { histories };
      });
    },
    foundBy: ['folds-in: a repeated event counts as in training, and never gives an item twice'],
  },
  'items similar to themselves': {
    spoil: (model) => {
      const similar = model.similar.bind(model);
      model.similar = async (request) => {
        const { size } = await similar(request);
        return new Recommendations({
          users: request.items,
          items: model.items,
          offsets: Int32Array.from({ length: request.items.length + 1 }, (_, n) =>
            Math.min(n, size),
          ),
          itemRows: Int32Array.from(request.items, (item) => model.items.row(item) ?? 0),
          scores: new Float32Array(request.items.length).fill(1),
        });
      };
    },
    foundBy: [
      'finds-similar: lists descend by similarity and never hold the item itself',
      'finds-similar: similar and similarRows agree',
      'finds-similar: items without training events never appear',
    ],
  },
  'similarities of unknown items': {
    spoil: (model) => {
      const similar = model.similar.bind(model);
      model.similar = (request) =>
        similar({ ...request, items: request.items.filter((item) => model.items.has(item)) });
    },
    foundBy: ['finds-similar: unknown items and bad list lengths are refused'],
  },
  'similarities in another unit': {
    spoil: (model) => {
      const similarRows = model.similarRows.bind(model);
      model.similarRows = (rows, similarities) => {
        similarRows(rows, similarities);
        if (rows.length > 1) return;
        for (let n = 0; n < similarities.length; n++) similarities[n]! *= 2;
      };
    },
    foundBy: ['finds-similar: similar and similarRows agree'],
  },
  'fallbacks that are not counted': {
    spoil: (model) => {
      const rate = model.rate.bind(model);
      model.rate = async (request) => ({ ...(await rate(request)), fallbacks: 0 });
    },
    foundBy: ['rates-items: ratings are finite for known and unknown users and items'],
  },
  'ratings that depend on their position': {
    spoil: (model) => {
      const rate = model.rate.bind(model);
      model.rate = async (request) => {
        const { ratings, fallbacks } = await rate(request);
        if (ratings.length > 1 && fallbacks === 0) ratings[0]! += 1;
        return { ratings, fallbacks };
      };
    },
    foundBy: ['rates-items: the rating of a pair does not depend on the other pairs'],
  },
  'ratings of columns that are not parallel': {
    spoil: (model) => {
      const rate = model.rate.bind(model);
      model.rate = ({ users, items, ...options }) =>
        rate({
          ...options,
          users: users.slice(0, items.length),
          items: items.slice(0, users.length),
        });
    },
    foundBy: ['rates-items: columns that are not parallel are refused'],
  },
  'the same rating for all': {
    spoil: (model) => {
      model.rateRows = (_users, _items, ratings) => {
        ratings.fill(3);
      };
    },
    foundBy: ['rates-items: left-out ratings are predicted better than by the mean'],
  },
  'contributions that do not add up': {
    spoil: (model) => {
      const contributions = model.contributions.bind(model);
      model.contributions = (user, item) => contributions(user, item).map((part) => 2 * part);
    },
    foundBy: ['explains: the contributions of the history add up to the score'],
  },
  'the weakest reasons first': {
    spoil: (model) => {
      const explain = model.explain.bind(model);
      model.explain = async (request) => [...(await explain(request))].reverse();
    },
    foundBy: ['explains: reasons are items of the history, strongest first'],
  },
  'no reasons for unknown ids': {
    spoil: (model) => {
      const explain = model.explain.bind(model);
      model.explain = (request) =>
        model.users.has(request.user) ? explain(request) : Promise.resolve([]);
    },
    foundBy: ['explains: unknown ids and bad list lengths are refused'],
  },
  'factors of something else': {
    spoil: (model) => {
      model.userFactors.fill(0);
    },
    foundBy: ['has-factors: scores are products of the factors'],
  },
  'the same list for everyone': {
    spoil: (model) => {
      const { size } = model.items;
      model.scoreHistories = (_, scores) => {
        for (let n = 0; n < scores.length; n++) scores[n] = ((n % size) * 7) % 11;
      };
    },
    foundBy: [
      'explains: the contributions of the history add up to the score',
      'has-factors: scores are products of the factors',
      'learns: left-out items of the own colour come first on the checkerboard, unless the model answers anyone',
    ],
  },
};
