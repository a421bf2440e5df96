import {
  Recommendations,
  type HistoryRequest,
  type Recommender,
  type UserRequest,
} from '@tensorec/core';
import type { CompleteModel } from './complete-model.js';

type Asked = UserRequest | HistoryRequest;

/** Changes what `recommend` is asked. */
export function changeRequest(model: CompleteModel, change: (request: Asked) => object): void {
  const recommend: (request: never) => Promise<Recommendations> = model.recommend.bind(model);
  Object.assign(model, {
    recommend: (request: Asked) => recommend({ ...request, ...change(request) } as never),
  });
}

/** Changes what `recommend` answers. */
export function changeLists(
  model: CompleteModel,
  change: (lists: Recommendations) => Recommendations,
): void {
  const recommend: (request: never) => Promise<Recommendations> = model.recommend.bind(model);
  Object.assign(model, {
    recommend: async (request: never) => change(await recommend(request)),
  });
}

/** Changes the scores that are computed for users. */
export function changeScores(
  model: CompleteModel,
  change: (scores: Float32Array, users: number) => void,
): void {
  const scoreRows = model.scoreRows.bind(model);
  model.scoreRows = (userRows, scores) => {
    scoreRows(userRows, scores);
    change(scores, userRows.length);
  };
}

/** The same lists with the rows in another order: `order` gives old positions in a column. */
export function reordered(lists: Recommendations, order: readonly number[]): Recommendations {
  return new Recommendations({
    users: lists.users,
    items: lists.items,
    offsets: lists.offsets,
    itemRows: Int32Array.from(order, (n) => lists.itemRows[n]!),
    scores: Float32Array.from(order, (n) => lists.scores[n]!),
  });
}

/** A recommender that answers to `parameters` it does not have. */
export function withParameters(recommender: Recommender, parameters: object): Recommender {
  return {
    name: recommender.name,
    parameters,
    fit: (train, options) => recommender.fit(train, options),
  };
}
