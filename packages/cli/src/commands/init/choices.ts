import type { FilterSpec, FormatGuess, InteractionStatistics } from '@tensorec/preprocessing';

/** Kinds of evaluation. */
export type Task = 'ranking' | 'rating' | 'next-item';

/** A choice and why it was made, in few words. */
export interface Choice<Value> {
  readonly value: Value;
  readonly why: string;
}

/** Events that a k-core of 5 must start from, and fewer for one of 3. */
const ENOUGH_FOR_FIVE = 5000;
const ENOUGH_FOR_THREE = 1000;
/** Share of the way from the lowest to the highest rating at which liking begins. */
const LIKING = 0.75;
/** Share of the ratings that must be left above it. */
const LEFT = 0.25;

/** Filters to try, the strictest first; the last one leaves everything. */
export function filterChoices(
  guess: FormatGuess,
  statistics: InteractionStatistics,
  task: Task,
  isGiven: boolean,
): Choice<FilterSpec>[] {
  const duplicates = duplicatesChoice(guess, statistics, task);
  const liked = task === 'rating' ? undefined : likedFrom(guess, statistics);
  const cores = isGiven || task === 'next-item' ? [] : coresFor(statistics);
  const base: FilterSpec = duplicates === undefined ? {} : { duplicates };
  const why = (core: number | undefined): string =>
    [
      ...(duplicates === undefined ? [] : ['one event a pair']),
      ...(core === undefined ? [] : [`everyone and everything has at least ${core} events`]),
    ].join(', ');
  const withCores = (minimum: FilterSpec, prefix: string): Choice<FilterSpec>[] =>
    [...cores, undefined].map((kCore) => ({
      value: { ...minimum, ...base, ...(kCore === undefined ? {} : { kCore }) },
      why: [prefix, why(kCore)].filter((part) => part !== '').join('; '),
    }));
  return [
    ...(liked === undefined
      ? []
      : withCores({ minValue: liked }, `ratings of ${liked} and more count as liked`)),
    ...withCores({}, ''),
  ];
}

function coresFor({ perUser, interactions, singleUsers, users }: InteractionStatistics): number[] {
  const median = perUser.deciles[4] ?? 0;
  if (interactions >= ENOUGH_FOR_FIVE && median >= 5) return [5, 3, 2];
  if (interactions >= ENOUGH_FOR_THREE && median >= 3) return [3, 2];
  return singleUsers >= 0.1 * users ? [2] : [];
}

function duplicatesChoice(
  { values }: FormatGuess,
  { duplicates }: InteractionStatistics,
  task: Task,
): FilterSpec['duplicates'] {
  if (duplicates.pairs === 0 || task === 'next-item') return undefined;
  return values === 'counts' ? 'sum' : 'last';
}

/** The rating from which on an item counts as liked; undefined where too few are left. */
function likedFrom(guess: FormatGuess, { values }: InteractionStatistics): number | undefined {
  if (guess.values !== 'ratings' || values === undefined) return undefined;
  const { minimum, maximum, bins } = values;
  const from = Math.floor(2 * (minimum + LIKING * (maximum - minimum))) / 2;
  const total = bins.reduce((sum, { count }) => sum + count, 0);
  const left = bins.reduce((sum, bin) => sum + (bin.from >= from ? bin.count : 0), 0);
  return left >= LEFT * total ? from : undefined;
}

/** A split and those that were not taken. */
export interface SplitChoice extends Choice<object> {
  readonly others: readonly Choice<object>[];
}

const lastOut = { method: 'leave-last-out', test: 1, validation: 0 };
const perUser = { method: 'random', test: 0.2, validation: 0, per: 'user' };
const temporal = { method: 'temporal', at: 0.8 };

/** The split of whole data. */
export function splitChoice(
  { order }: FormatGuess,
  { times }: InteractionStatistics,
  task: Task,
): SplitChoice {
  const isOrdered = order === 'lines' || (times !== undefined && times.first < times.last);
  const random = { value: perUser, why: 'a random fifth of each user' };
  const last = { value: lastOut, why: "each user's last event is the test" };
  const later = { value: temporal, why: 'everything after the first 80 % of the time is the test' };
  if (task === 'rating') {
    return {
      value: perUser,
      why: 'a random fifth of the ratings of each user',
      others: isOrdered ? [later] : [],
    };
  }
  if (!isOrdered) {
    return {
      ...random,
      why: `${random.why}, for nothing tells the order of time`,
      others: [{ value: lastOut, why: 'if the lines are in the order of time' }],
    };
  }
  const why =
    order === 'timestamps'
      ? last.why
      : `${last.why}, for the lines seem to be in the order of time`;
  return { value: lastOut, why, others: order === 'timestamps' ? [later, random] : [random] };
}

/** Metrics by task and by how many items are ranked. */
export function metricsChoice(task: Task, candidates: number, isGiven: boolean): string[] {
  if (task === 'rating') return ['rmse', 'mae'];
  const k = isGiven || candidates < 200 ? (candidates < 50 ? 5 : 10) : 20;
  if (task === 'next-item') return [`hit@${k}`, `mrr@${k}`, `ndcg@${k}`];
  return isGiven ? [`hit@${k}`, `ndcg@${k}`] : [`recall@${k}`, `ndcg@${k}`];
}

/** Items up to which the dense matrix of `ease` is worth its memory and time. */
const MOST_FOR_EASE = 8000;
/** Items up to which `gf-cf` keeps its item-to-item matrix. */
const MOST_FOR_GF_CF = 50_000;
/** Users up to which all pairs of users are compared. */
const MOST_FOR_USER_KNN = 20_000;

/** A model, and whether the size of the data allows it. */
export interface ModelChoice extends Choice<string> {
  readonly fits: boolean;
}

/** Models that are worth comparing on data of this size. */
export function modelChoices(task: Task, users: number, items: number): ModelChoice[] {
  if (task === 'rating') {
    return [
      {
        value: 'bias',
        why: 'how far users and items deviate: what every other has to beat',
        fits: true,
      },
      { value: 'item-knn', why: 'ratings of similar items', fits: items <= MOST_FOR_GF_CF },
      {
        value: 'user-knn',
        why: `ratings of similar users; up to ${MOST_FOR_USER_KNN} users`,
        fits: users <= MOST_FOR_USER_KNN,
      },
    ];
  }
  return [
    { value: 'popular', why: 'the same for everyone: what every other has to beat', fits: true },
    { value: 'item-knn', why: 'items like those a user has', fits: true },
    { value: 'als', why: 'factors; scales to millions of events', fits: true },
    {
      value: 'ease',
      why: `item-to-item weights in closed form; up to ${MOST_FOR_EASE} items`,
      fits: items <= MOST_FOR_EASE,
    },
    {
      value: 'gf-cf',
      why: `graph filter in closed form; up to ${MOST_FOR_GF_CF} items`,
      fits: items <= MOST_FOR_GF_CF,
    },
  ];
}
