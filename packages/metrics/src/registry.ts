import { auc, gauc, logloss, type GroupedAuc } from './classification.js';
import {
  f1At,
  hitAt,
  mapAt,
  mrrAt,
  ndcgAt,
  precisionAt,
  recallAt,
  type RelevanceFlags,
} from './ranking.js';
import { mae, r2, rmse } from './rating.js';

/** What is known of a metric besides its function. */
export interface MetricDescription<Name extends string = string> {
  /** The name in experiment files and reports, without a cut. */
  readonly name: Name;
  /** The formula in plain text: `|R|` is the number of relevant items, `p` a prediction, `n` the number of rows. */
  readonly formula: string;
  /** Where the metric is defined: author, year, title. */
  readonly source: string;
  /** Whether a higher value is a better one; `undefined` where the best value is 0 and the metric may lie on both sides. */
  readonly higherIsBetter: boolean | undefined;
  /** Bounds of the value: it never lies outside. */
  readonly range: readonly [lowest: number, highest: number];
  /** Whether the figure is a mean over users, each of whom has a value; for `gauc` a weighted one. */
  readonly perUser: boolean;
}

/** Names of the metrics of one user's ranked list; each needs a cut, as in `ndcg@10`. */
export type RankingMetricName = 'recall' | 'precision' | 'f1' | 'hit' | 'ndcg' | 'map' | 'mrr';

/** Names of the metrics of predicted ratings. */
export type RatingMetricName = 'rmse' | 'mae' | 'r2';

/** Names of the metrics of predicted classes. */
export type ClassificationMetricName = 'logloss' | 'auc' | 'gauc';

/** A metric of one user's ranked list; the figure of a model is the mean over users with a relevant item. */
export interface RankingMetric extends MetricDescription<RankingMetricName> {
  readonly higherIsBetter: true;
  readonly perUser: true;
  /** The value for one user, as {@link recallAt} and its neighbours compute it. */
  readonly compute: (k: number, list: RelevanceFlags, relevantCount: number) => number;
}

/** A metric of predicted ratings, pooled over rows. */
export interface RatingMetric extends MetricDescription<RatingMetricName> {
  readonly perUser: false;
  /** The value over all rows, as {@link rmse} and its neighbours compute it. */
  readonly compute: (predicted: ArrayLike<number>, actual: ArrayLike<number>) => number;
}

/** A metric of predicted classes, pooled over rows. */
export interface PooledClassificationMetric extends MetricDescription<'logloss' | 'auc'> {
  readonly perUser: false;
  /** The value over all rows, as {@link logloss} and {@link auc} compute it. */
  readonly compute: (predicted: ArrayLike<number>, actual: ArrayLike<number>) => number;
}

/** A metric of predicted classes, computed for each user and averaged. */
export interface GroupedClassificationMetric extends MetricDescription<'gauc'> {
  readonly perUser: true;
  /** The mean over users, with how many were left out, as {@link gauc} computes it. */
  readonly compute: (
    predicted: ArrayLike<number>,
    actual: ArrayLike<number>,
    users: ArrayLike<number>,
  ) => GroupedAuc;
}

/** A metric of predicted classes; `perUser` tells the two kinds apart. */
export type ClassificationMetric = PooledClassificationMetric | GroupedClassificationMetric;

const informationRetrieval =
  'Manning, Raghavan and Schütze (2008), Introduction to Information Retrieval';
const herlocker =
  'Herlocker, Konstan, Terveen and Riedl (2004), Evaluating collaborative filtering recommender systems';

/** All metrics of ranked lists, by name. */
export const rankingMetrics: Readonly<Record<RankingMetricName, RankingMetric>> = {
  recall: {
    name: 'recall',
    formula: 'hits@k / |R|',
    source: `${informationRetrieval}, eq. 8.2`,
    higherIsBetter: true,
    range: [0, 1],
    perUser: true,
    compute: recallAt,
  },
  precision: {
    name: 'precision',
    formula: 'hits@k / k',
    source: `${informationRetrieval}, section 8.4`,
    higherIsBetter: true,
    range: [0, 1],
    perUser: true,
    compute: precisionAt,
  },
  f1: {
    name: 'f1',
    formula: '2 · precision@k · recall@k / (precision@k + recall@k) = 2 · hits@k / (k + |R|)',
    source: 'Van Rijsbergen (1979), Information Retrieval, chapter 7',
    higherIsBetter: true,
    range: [0, 1],
    perUser: true,
    compute: f1At,
  },
  hit: {
    name: 'hit',
    formula: '1 if hits@k > 0, else 0',
    source: 'Deshpande and Karypis (2004), Item-based top-N recommendation algorithms',
    higherIsBetter: true,
    range: [0, 1],
    perUser: true,
    compute: hitAt,
  },
  ndcg: {
    name: 'ndcg',
    formula:
      'Σ_{hits in the first k} 1 / log2(rank + 1)  /  Σ_{rank = 1 … min(k, |R|)} 1 / log2(rank + 1)',
    source:
      'Järvelin and Kekäläinen (2002), Cumulated gain-based evaluation of IR techniques; ' +
      'discount of Burges et al. (2005), Learning to rank using gradient descent',
    higherIsBetter: true,
    range: [0, 1],
    perUser: true,
    compute: ndcgAt,
  },
  map: {
    name: 'map',
    formula: 'Σ_{hits in the first k} precision@rank  /  min(k, |R|)',
    source: `${informationRetrieval}, eq. 8.8, cut at k`,
    higherIsBetter: true,
    range: [0, 1],
    perUser: true,
    compute: mapAt,
  },
  mrr: {
    name: 'mrr',
    formula: '1 / rank of the first hit in the first k, else 0',
    source: 'Voorhees (1999), The TREC-8 question answering track report',
    higherIsBetter: true,
    range: [0, 1],
    perUser: true,
    compute: mrrAt,
  },
};

/** All metrics of predicted ratings, by name. */
export const ratingMetrics: Readonly<Record<RatingMetricName, RatingMetric>> = {
  rmse: {
    name: 'rmse',
    formula: '√(Σ (p − actual)² / n)',
    source: herlocker,
    higherIsBetter: false,
    range: [0, Infinity],
    perUser: false,
    compute: rmse,
  },
  mae: {
    name: 'mae',
    formula: 'Σ |p − actual| / n',
    source: herlocker,
    higherIsBetter: false,
    range: [0, Infinity],
    perUser: false,
    compute: mae,
  },
  r2: {
    name: 'r2',
    formula: '1 − Σ (p − actual)² / Σ (actual − mean of actual)²',
    source: 'Wright (1921), Correlation and causation',
    higherIsBetter: true,
    range: [-Infinity, 1],
    perUser: false,
    compute: r2,
  },
};

/** All metrics of predicted classes, by name. */
export const classificationMetrics: {
  readonly logloss: PooledClassificationMetric;
  readonly auc: PooledClassificationMetric;
  readonly gauc: GroupedClassificationMetric;
} = {
  logloss: {
    name: 'logloss',
    formula:
      '−Σ [actual · ln p + (1 − actual) · ln(1 − p)] / n, with p clipped to [1e-15, 1 − 1e-15]',
    source: 'Good (1952), Rational decisions',
    higherIsBetter: false,
    range: [0, Infinity],
    perUser: false,
    compute: logloss,
  },
  auc: {
    name: 'auc',
    formula:
      '(pairs with p of the positive > p of the negative + ½ · tied pairs) / (positives · negatives)',
    source:
      'Hanley and McNeil (1982), The meaning and use of the area under a receiver operating characteristic (ROC) curve',
    higherIsBetter: true,
    range: [0, 1],
    perUser: false,
    compute: auc,
  },
  gauc: {
    name: 'gauc',
    formula: 'Σ_users positives of the user · auc of the user  /  Σ_users positives of the user',
    source: 'Zhu et al. (2017), Optimized cost per click in Taobao display advertising',
    higherIsBetter: true,
    range: [0, 1],
    perUser: true,
    compute: gauc,
  },
};
