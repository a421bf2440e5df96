import type { KnownFlaw } from './flaws.js';
import { changeLists, changeRequest, changeScores, reordered } from './spoil.js';

/** Flaws of lists, scores and long calls. */
export const answerFlaws: Readonly<Record<string, KnownFlaw>> = {
  'seen items in the lists': {
    spoil: (model) => {
      changeRequest(model, () => ({ exclude: 'none' }));
    },
    foundBy: [
      'seen items never appear, all others do',
      'candidates and where limit the lists',
      'unknown users are an error, get nothing, or get what is popular, as asked',
      'items without training events never appear',
      'one event, one user and one item are enough',
      'repeated pairs are legal',
      'folds-in: lists for histories hold what qualifies, without the history unless asked',
      'folds-in: empty histories and unknown items are treated as asked',
    ],
  },
  'seen items always left out': {
    spoil: (model) => {
      changeRequest(model, () => ({ exclude: 'seen' }));
    },
    foundBy: [
      "exclude: 'none' keeps seen items",
      'ids keep their type and their characters, also through an artifact',
      'an id of the other type is another id',
      'folds-in: lists for histories hold what qualifies, without the history unless asked',
      'folds-in: odd values in a history give finite scores or a clear error',
    ],
  },
  'lists from worst to best': {
    spoil: (model) => {
      changeLists(model, (lists) => {
        const order: number[] = [];
        lists.users.forEach((_, position) => {
          for (let n = lists.offsets[position + 1]! - 1; n >= lists.offsets[position]!; n--)
            order.push(n);
        });
        return reordered(lists, order);
      });
    },
    foundBy: [
      'lists descend by score, ties by item row, ranked from 1',
      'candidates and where limit the lists',
      'a shorter list is the beginning of a longer one',
      'unknown users are an error, get nothing, or get what is popular, as asked',
      'one event, one user and one item are enough',
      'repeated pairs are legal',
      'odd values give finite scores or a clear error',
      'ids keep their type and their characters, also through an artifact',
      'folds-in: lists for histories hold what qualifies, without the history unless asked',
      'folds-in: empty histories and unknown items are treated as asked',
      'folds-in: a repeated event counts as in training, and never gives an item twice',
      'folds-in: odd values in a history give finite scores or a clear error',
      'folds-in: items without training events give no NaN and never appear',
    ],
  },
  'ties by the last item row': {
    spoil: (model) => {
      changeLists(model, (lists) => {
        const listOf: number[] = [];
        lists.users.forEach((_, position) => {
          for (let n = lists.offsets[position]!; n < lists.offsets[position + 1]!; n++)
            listOf.push(position);
        });
        const order = [...listOf.keys()].sort(
          (a, b) =>
            listOf[a]! - listOf[b]! ||
            lists.scores[b]! - lists.scores[a]! ||
            lists.itemRows[b]! - lists.itemRows[a]!,
        );
        return reordered(lists, order);
      });
    },
    foundBy: [
      'unknown users are an error, get nothing, or get what is popular, as asked',
      'one event, one user and one item are enough',
      'repeated pairs are legal',
      'ids keep their type and their characters, also through an artifact',
      'folds-in: empty histories and unknown items are treated as asked',
      'folds-in: a repeated event counts as in training, and never gives an item twice',
      'folds-in: items without training events give no NaN and never appear',
    ],
  },
  'candidates not looked at': {
    spoil: (model) => {
      changeRequest(model, () => ({ candidates: undefined }));
    },
    foundBy: [
      'candidates and where limit the lists',
      'a list is empty when everything is excluded',
      'items without training events never appear',
      'an id of the other type is another id',
    ],
  },
  'where not looked at': {
    spoil: (model) => {
      changeRequest(model, () => ({ where: undefined }));
    },
    foundBy: [
      'candidates and where limit the lists',
      'a list is empty when everything is excluded',
    ],
  },
  'another list for a length of 7': {
    spoil: (model) => {
      changeRequest(model, ({ k }) => (k === 7 ? { exclude: 'none' } : {}));
    },
    foundBy: ['a shorter list is the beginning of a longer one'],
  },
  'any list length': {
    spoil: (model) => {
      changeRequest(model, ({ k }) => (k === undefined || k >= 1 ? {} : { k: 1 }));
    },
    foundBy: [
      'a list length that is not a whole number of at least 1 is refused',
      'folds-in: lists for histories hold what qualifies, without the history unless asked',
    ],
  },
  'unknown users get nothing, whatever is asked': {
    spoil: (model) => {
      changeRequest(model, () => ({ unknown: 'empty' }));
    },
    foundBy: [
      'unknown users are an error, get nothing, or get what is popular, as asked',
      'users without training events are treated like unknown ones unless the model answers anyone',
      'items without training events never appear',
      'an id of the other type is another id',
      'saved without users, it holds none and keeps the item side and fold-in',
      'folds-in: empty histories and unknown items are treated as asked',
    ],
  },
  'users without events get what is popular': {
    spoil: (model) => {
      changeRequest(model, (request) => {
        const known = 'users' in request && request.users.every((user) => model.users.has(user));
        return known ? { unknown: 'popular' } : {};
      });
    },
    foundBy: [
      'users without training events are treated like unknown ones unless the model answers anyone',
    ],
  },
  'every item counted as trained': {
    spoil: (model) => {
      const { training } = model;
      const itemCounts = training.itemCounts.slice().map((count) => Math.max(1, count));
      Object.assign(model, { training: { ...training, itemCounts } });
    },
    foundBy: [
      'items without training events never appear',
      'the training record describes the data',
      'folds-in: items without training events give no NaN and never appear',
      'finds-similar: items without training events never appear',
    ],
  },
  'score in another unit': {
    spoil: (model) => {
      const score = model.score.bind(model);
      model.score = async (request) => (await score(request)).map((value) => 2 * value);
    },
    foundBy: ['score, scoreRows and the scores in lists agree to the bit'],
  },
  'score of unknown ids': {
    spoil: (model) => {
      const score = model.score.bind(model);
      model.score = (request) => {
        const known = request.users.every((user) => model.users.has(user));
        return known ? score(request) : Promise.resolve(new Float32Array(request.users.length));
      };
    },
    foundBy: ['score refuses unknown ids and columns that are not parallel'],
  },
  'NaN for items without events': {
    spoil: (model) => {
      changeScores(model, (scores) => {
        const { itemCounts } = model.training;
        for (let n = 0; n < scores.length; n++) {
          if (itemCounts[n % itemCounts.length] === 0) scores[n] = NaN;
        }
      });
    },
    foundBy: ['scores are never NaN or +Infinity, also of users and items without training events'],
  },
  'Infinity for items without events': {
    spoil: (model) => {
      changeScores(model, (scores) => {
        const { itemCounts } = model.training;
        for (let n = 0; n < scores.length; n++) {
          if (itemCounts[n % itemCounts.length] === 0) scores[n] = Infinity;
        }
      });
    },
    foundBy: ['scores are never NaN or +Infinity, also of users and items without training events'],
  },
  'ids taken for text': {
    spoil: (model) => {
      changeRequest(model, (request) =>
        'users' in request ? { users: request.users.map(String) } : {},
      );
    },
    foundBy: ['ids keep their type and their characters, also through an artifact'],
  },
  'no ear for aborts during fit': {
    async fit(fit, train, { seed, validation, onProgress }) {
      onProgress?.({ stage: 'fit complete', fraction: 0.5 });
      const model = await fit(train, { seed, validation });
      onProgress?.({ stage: 'fit complete', fraction: 1 });
      return model;
    },
    foundBy: [
      'a call with an aborted signal rejects with its reason',
      'an abort during fit rejects with its reason and ends the work',
    ],
  },
  'no ear for aborts during recommend': {
    spoil: (model) => {
      changeRequest(model, ({ onProgress }) => {
        onProgress?.({ stage: 'recommend', fraction: 0.5 });
        return { signal: undefined };
      });
    },
    foundBy: [
      'a call with an aborted signal rejects with its reason',
      'an abort during a request rejects with its reason and ends the work',
    ],
  },
  'progress that falls': {
    fit(fit, train, options) {
      options.onProgress?.({ stage: 'fit complete', fraction: 1 });
      options.signal?.throwIfAborted();
      return fit(train, {
        ...options,
        onProgress: ({ stage }) => options.onProgress?.({ stage, fraction: 0.9 }),
      });
    },
    foundBy: ['progress rises from 0 to 1'],
  },
  'reasons after dispose': {
    spoil: (model) => {
      const explain = model.explain.bind(model);
      let disposed = false;
      const dispose = model.dispose.bind(model);
      model.dispose = () => {
        disposed = true;
        dispose();
      };
      model.explain = (request) => (disposed ? Promise.resolve([]) : explain(request));
    },
    foundBy: ['a disposed model refuses every request, and may be disposed again'],
  },
  'answers after dispose': {
    spoil: (model) => {
      model.dispose = () => undefined;
    },
    foundBy: ['a disposed model refuses every request, and may be disposed again'],
  },
};
