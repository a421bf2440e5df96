import { log } from '@tensorec/kernels';
import { calibrationAt } from './calibration.js';
import { entropy, gini, itemCoverage, userCoverageAt } from './coverage.js';
import { diversityAt } from './diversity.js';
import { groupGap } from './gap.js';
import { averagePopularityAt, noveltyAt, popularityBias, tailShareAt } from './popularity.js';
import { rankingMetrics, type MetricDescription, type RankingMetricName } from './registry.js';
import { serendipityAt } from './serendipity.js';

/** The function of each metric of the items in lists. */
export interface ListFunctions {
  readonly 'item-coverage': typeof itemCoverage;
  readonly 'user-coverage': typeof userCoverageAt;
  readonly gini: typeof gini;
  readonly entropy: typeof entropy;
  readonly novelty: typeof noveltyAt;
  readonly 'average-popularity': typeof averagePopularityAt;
  readonly 'tail-share': typeof tailShareAt;
  readonly 'popularity-bias': typeof popularityBias;
  readonly diversity: typeof diversityAt;
  readonly serendipity: typeof serendipityAt;
  readonly calibration: typeof calibrationAt;
}

/** Names of the metrics of the items in lists; each needs a cut, as in `novelty@10`. */
export type ListMetricName = keyof ListFunctions;

/** Names of the gaps between groups of users in a ranking metric; each needs a cut, as in `ndcg-gap@10`. */
export type GapMetricName = `${RankingMetricName}-gap`;

/**
 * A metric of the items in lists, whichever of them are relevant. Where `perUser` is true, `compute` gives the value of
 * one user from the cut and the list; elsewhere it gives the figure from counts or means over all lists.
 */
export interface ListMetric<
  Name extends ListMetricName = ListMetricName,
> extends MetricDescription<Name> {
  readonly compute: ListFunctions[Name];
}

/** The gap between groups of users in a ranking metric. */
export interface GapMetric extends MetricDescription<GapMetricName> {
  readonly higherIsBetter: false;
  readonly perUser: false;
  /** The ranking metric whose means are compared. */
  readonly of: RankingMetricName;
  /** The gap from the values of users, as {@link groupGap} computes it. */
  readonly compute: typeof groupGap;
}

const ge =
  'Ge, Delgado-Battenfeld and Jannach (2010), Beyond accuracy: evaluating recommender systems by coverage and serendipity';
const shani = 'Shani and Gunawardana (2011), Evaluating recommendation systems';

/** All metrics of the items in lists, by name. */
export const listMetrics: { readonly [Name in ListMetricName]: ListMetric<Name> } = {
  'item-coverage': {
    name: 'item-coverage',
    formula: 'items of I in at least one list / |I|',
    source: ge,
    higherIsBetter: true,
    range: [0, 1],
    perUser: false,
    compute: itemCoverage,
  },
  'user-coverage': {
    name: 'user-coverage',
    formula: '1 if |L| > 0, else 0',
    source: shani,
    higherIsBetter: true,
    range: [0, 1],
    perUser: true,
    compute: userCoverageAt,
  },
  gini: {
    name: 'gini',
    formula:
      'Σ_{n = 1 … |I|} (2n − |I| − 1) · places of the item with the n-th fewest  /  (|I| · places of all items)',
    source: shani,
    higherIsBetter: false,
    range: [0, 1],
    perUser: false,
    compute: gini,
  },
  entropy: {
    name: 'entropy',
    formula: '−Σ_{i in I} s(i) · ln s(i), with s(i) = places of i / places of all items',
    source: shani,
    higherIsBetter: true,
    range: [0, Infinity],
    perUser: false,
    compute: entropy,
  },
  novelty: {
    name: 'novelty',
    formula: 'Σ_{i in L} −log2(users(i) / users in training)  /  |L|',
    source:
      'Zhou et al. (2010), Solving the apparent diversity-accuracy dilemma of recommender systems',
    higherIsBetter: true,
    range: [0, Infinity],
    perUser: true,
    compute: noveltyAt,
  },
  'average-popularity': {
    name: 'average-popularity',
    formula: 'Σ_{i in L} users(i) / |L|',
    source: 'Yin, Cui, Li, Yao and Chen (2012), Challenging the long tail recommendation',
    higherIsBetter: false,
    range: [0, Infinity],
    perUser: true,
    compute: averagePopularityAt,
  },
  'tail-share': {
    name: 'tail-share',
    formula: 'items of L among the 80 % of I with the fewest users / |L|',
    source:
      'Abdollahpouri, Burke and Mobasher (2019), Managing popularity bias in recommender systems with personalized re-ranking',
    higherIsBetter: true,
    range: [0, 1],
    perUser: true,
    compute: tailShareAt,
  },
  'popularity-bias': {
    name: 'popularity-bias',
    formula:
      '(mean popularity of lists − mean popularity of histories) / mean popularity of histories, each the mean over users of Σ_{i} users(i) / items',
    source:
      'Abdollahpouri, Mansoury, Burke and Mobasher (2019), The unfairness of popularity bias in recommendation',
    higherIsBetter: undefined,
    range: [-1, Infinity],
    perUser: false,
    compute: popularityBias,
  },
  diversity: {
    name: 'diversity',
    formula:
      'Σ_{pairs i, j in L} (1 − |S_i ∩ S_j| / √(|S_i| · |S_j|))  /  pairs in L, with S_i the categories, or else the training users, of i',
    source:
      'Ziegler, McNee, Konstan and Lausen (2005), Improving recommendation lists through topic diversification',
    higherIsBetter: true,
    range: [0, 1],
    perUser: true,
    compute: diversityAt,
  },
  serendipity: {
    name: 'serendipity',
    formula: 'Σ_{hits in L} max(0, popularity rank − rank) / |I|  /  k',
    source: ge,
    higherIsBetter: true,
    range: [0, 1],
    perUser: true,
    compute: serendipityAt,
  },
  calibration: {
    name: 'calibration',
    formula:
      'Σ_{categories c of the history} p(c) · ln(p(c) / (.99 q(c) + .01 p(c))), with p the shares in the history and q those in L',
    source: 'Steck (2018), Calibrated recommendations',
    higherIsBetter: false,
    range: [0, log(100)],
    perUser: true,
    compute: calibrationAt,
  },
};

/** All gaps between groups of users, by name. */
export const gapMetrics: Readonly<Record<GapMetricName, GapMetric>> = {
  'recall-gap': gapOf('recall'),
  'precision-gap': gapOf('precision'),
  'f1-gap': gapOf('f1'),
  'hit-gap': gapOf('hit'),
  'ndcg-gap': gapOf('ndcg'),
  'map-gap': gapOf('map'),
  'mrr-gap': gapOf('mrr'),
};

function gapOf(of: RankingMetricName): GapMetric {
  return {
    name: `${of}-gap`,
    formula: `largest − smallest mean ${of}@k of a group of users`,
    source:
      'Ekstrand et al. (2018), All the cool kids, how do they fit in? Popularity and demographic biases in recommender evaluation and effectiveness',
    higherIsBetter: false,
    range: rankingMetrics[of].range,
    perUser: false,
    of,
    compute: groupGap,
  };
}
