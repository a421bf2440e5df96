/** A published figure, and how near ours must come. */
export interface Target {
  /** Name of the experiment file in `published`. */
  readonly experiment: string;
  readonly model: string;
  readonly metric: string;
  /** The figure to reach. */
  readonly value: number;
  /** `near`: within the tolerance; `least`, `most`: on the right side of it. */
  readonly rule: 'near' | 'least' | 'most';
  readonly tolerance?: number;
  readonly source: string;
  /** Why ours is elsewhere, where that is known; the target is missed all the same. */
  readonly explanation?: string;
}

const ncf = 'He et al. (2017) protocol; Rendle et al. (2020, 2021)';
const lightgcn = 'split of Wang et al. (2019), He et al. (2020); Zhu et al. (2022), BARS';
const graphFilter = 'Shen et al. (2021), the same split';
const lightgcnpp = 'splits of Lee et al. (2024), LightGCN++, supplement, tables 9 and 10';
const folds = 'GroupLens folds u1 to u5; Koren et al. (2009) baseline';

function near(
  experiment: string,
  model: string,
  metric: string,
  value: number,
  tolerance: number,
  source: string,
): Target {
  return { experiment, model, metric, value, rule: 'near', tolerance, source };
}

function least(
  experiment: string,
  model: string,
  metric: string,
  value: number,
  source: string,
): Target {
  return { experiment, model, metric, value, rule: 'least', source };
}

/** What `npm run reproduce` holds its figures against. */
export const targets: readonly Target[] = [
  near('gowalla', 'popular', 'recall@20', 0.0416, 0.0003, lightgcn),
  near('gowalla', 'popular', 'ndcg@20', 0.0317, 0.0003, lightgcn),
  least('gowalla', 'item-knn', 'recall@20', 0.157, lightgcn),
  least('gowalla', 'item-knn', 'ndcg@20', 0.121, lightgcn),
  near('gowalla', 'gf-cf', 'recall@20', 0.1849, 0.0002, graphFilter),
  near('gowalla', 'gf-cf', 'ndcg@20', 0.1518, 0.0002, graphFilter),
  near('gowalla-linear-filter', 'gf-cf', 'recall@20', 0.1682, 0.0002, graphFilter),
  near('gowalla-linear-filter', 'gf-cf', 'ndcg@20', 0.1331, 0.0002, graphFilter),
  near('ml-1m-ncf', 'popular', 'hit@10', 0.4535, 0.0005, ncf),
  near('ml-1m-ncf', 'popular', 'ndcg@10', 0.2542, 0.0005, ncf),
  near('ml-1m-ncf', 'ease', 'hit@10', 0.7177, 0.001, ncf),
  {
    ...near('ml-1m-ncf', 'ease', 'ndcg@10', 0.4486, 0.001, ncf),
    explanation:
      '156 of the 6,040 lists of the file name the positive among its own negatives. Left out, as here, they give an ' +
      'ndcg of .4503; counted ahead of the positive they give .4475. The published figure lies between; hit@10 agrees.',
  },
  least('ml-1m-ncf', 'als', 'hit@10', 0.715, ncf),
  least('ml-1m-ncf', 'als', 'ndcg@10', 0.438, ncf),
  least('ml-1m-ncf-192', 'als', 'hit@10', 0.727, ncf),
  least('ml-1m-ncf-192', 'als', 'ndcg@10', 0.45, ncf),
  least('lastfm-lightgcnpp', 'lightgcn', 'recall@10', 0.172, lightgcnpp),
  least('lastfm-lightgcnpp', 'lightgcn', 'ndcg@10', 0.197, lightgcnpp),
  ...['ml-100k-rating', 'ml-100k-delimited'].map((experiment): Target => ({
    experiment,
    model: 'bias',
    metric: 'rmse',
    value: 0.9435,
    rule: 'most',
    source: folds,
  })),
];
