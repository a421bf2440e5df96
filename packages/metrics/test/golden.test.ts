import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  auc,
  averagePopularityAt,
  calibrationAt,
  countPlaces,
  diversityAt,
  entropy,
  f1At,
  gauc,
  gini,
  hitAt,
  itemCoverage,
  itemSets,
  logloss,
  mae,
  mapAt,
  mrrAt,
  ndcgAt,
  noveltyAt,
  popularityBias,
  popularityRanks,
  precisionAt,
  r2,
  recallAt,
  rmse,
  serendipityAt,
  tailItems,
  tailShareAt,
  userCoverageAt,
} from '../src/index.js';

// Every file of test/golden says in its first lines how it is made again.
interface Golden {
  readonly users: number;
  readonly items: number;
  readonly cuts: readonly number[];
  readonly train: readonly (readonly number[])[];
  readonly lists: readonly (readonly number[])[];
  readonly relevant: readonly (readonly number[])[];
  readonly categories: readonly (readonly string[])[];
  readonly tags: readonly (readonly string[])[];
  readonly rows: readonly {
    readonly user: number;
    readonly score: number;
    readonly click: number;
    readonly rating: number;
  }[];
}

type OfUsers = readonly (number | null)[];

interface RecTools {
  readonly cuts: Readonly<Record<string, Readonly<Record<string, OfUsers>>>>;
  /** CatalogCoverage by cut. */
  readonly coverage: Readonly<Record<string, number>>;
}

interface Irspack {
  readonly cuts: Readonly<
    Record<
      string,
      {
        readonly all: Readonly<Record<string, number>>;
        readonly recall_with_cutoff: Readonly<Record<string, number>>;
        readonly users: readonly Readonly<Record<string, number>>[];
      }
    >
  >;
}

interface RecBole {
  readonly users: readonly number[];
  readonly metrics: Readonly<Record<string, number>>;
}

interface ScikitLearn {
  readonly users: readonly number[];
  readonly cuts: RecTools['cuts'];
  readonly rows: Readonly<Record<string, number>>;
}

function read(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`golden/${name}.json`, import.meta.url), 'utf8'));
}

const { users, items, cuts, train, lists, relevant, categories, tags, rows } = read(
  'lists',
) as Golden;
const everyone = Array.from({ length: users }, (_, user) => user);
const flags = lists.map((list, user) =>
  list.map((item) => (relevant[user]!.includes(item) ? 1 : 0)),
);
const itemUsers = Array.from(
  { length: items },
  (_, item) => train.filter((own) => own.includes(item)).length,
);
const ranks = popularityRanks(itemUsers);
const byTags = itemSets(tags);
const byCategories = itemSets(categories);
const byUsers = itemSets(
  Array.from({ length: items }, (_, item) =>
    everyone.filter((user) => train[user]!.includes(item)),
  ),
);

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Within 1e-12, relative above 1. */
function expectClose(found: number, expected: number, what: string): void {
  const difference = Math.abs(found - expected) / Math.max(1, Math.abs(expected));
  expect(difference, `${what}: ${found} for ${expected}`).toBeLessThan(1e-12);
}

/** Holds the values of users to those of a library. */
function expectUsers(
  of: readonly number[],
  expected: OfUsers,
  what: string,
  value: (user: number) => number,
): void {
  expect(expected).toHaveLength(of.length);
  of.forEach((user, n) => {
    expectClose(value(user), expected[n]!, `${what} of user ${user}`);
  });
}

const places = (k: number, of: readonly number[]): Int32Array =>
  countPlaces(
    k,
    of.map((user) => lists[user]!),
    items,
  );
const count = (user: number): number => relevant[user]!.length;
const length = (k: number, user: number): number => Math.min(k, lists[user]!.length);

describe.each(cuts)('RecTools at %i', (k) => {
  const golden = (read('lists.rectools') as RecTools).cuts[k]!;
  const expectMetric = (name: string, value: (user: number) => number): void => {
    expectUsers(everyone, golden[name]!, `${name}@${k}`, value);
  };

  it('accuracy is the same', () => {
    expectMetric('Recall', (user) => recallAt(k, flags[user]!, count(user)));
    expectMetric('Precision', (user) => precisionAt(k, flags[user]!, count(user)));
    expectMetric('F1Beta', (user) => f1At(k, flags[user]!, count(user)));
    expectMetric('HitRate', (user) => hitAt(k, flags[user]!, count(user)));
    expectMetric('MRR', (user) => mrrAt(k, flags[user]!, count(user)));
    expectMetric('NDCG divide_by_achievable', (user) => ndcgAt(k, flags[user]!, count(user)));
  });

  it('NDCG has all k ranks in its ideal by default', () => {
    const gain = (length: number): number =>
      Array.from({ length }, (_, n) => 1 / Math.log2(n + 2)).reduce((sum, x) => sum + x, 0);
    expectMetric(
      'NDCG',
      (user) => (ndcgAt(k, flags[user]!, count(user)) * gain(Math.min(k, count(user)))) / gain(k),
    );
  });

  it('MAP divides by |R|, or by k', () => {
    const sum = (user: number): number =>
      mapAt(k, flags[user]!, count(user)) * Math.min(k, count(user));
    expectMetric('MAP', (user) => sum(user) / count(user));
    expectMetric('MAP divide_by_k', (user) => sum(user) / k);
  });

  it('novelty, popularity, diversity and coverage are the same', () => {
    expectMetric('MeanInvUserFreq', (user) => noveltyAt(k, lists[user]!, itemUsers, users));
    expectMetric('AvgRecPopularity', (user) => averagePopularityAt(k, lists[user]!, itemUsers));
    expectMetric('IntraListDiversity tags', (user) => diversityAt(k, lists[user]!, byTags));
    expectMetric('IntraListDiversity users', (user) => diversityAt(k, lists[user]!, byUsers));
    expectMetric('CoveredUsers', (user) => userCoverageAt(k, user % 5 > 0 ? lists[user]! : []));
    expectClose(
      itemCoverage(places(k, everyone)),
      (read('lists.rectools') as RecTools).coverage[k]!,
      'CatalogCoverage',
    );
  });

  it('Hamming distance of one category is the cosine distance', () => {
    expectMetric('IntraListDiversity Hamming', (user) =>
      diversityAt(k, lists[user]!, byCategories),
    );
  });

  it('Serendipity divides by the length of the list, ours by k', () => {
    expectMetric(
      'Serendipity',
      (user) => (serendipityAt(k, lists[user]!, flags[user]!, ranks) * k) / length(k, user),
    );
  });

  it('popularity bias follows from AvgRecPopularity of lists and of histories', () => {
    const ofLists = golden['AvgRecPopularity']!.map(Number);
    const ofHistories = train.map((own) => averagePopularityAt(own.length, own, itemUsers));
    const bias = popularityBias(
      everyone.map((user) => averagePopularityAt(k, lists[user]!, itemUsers)),
      ofHistories,
    );
    expectClose(bias, mean(ofLists) / mean(ofHistories) - 1, 'popularity bias');
  });
});

describe.each(cuts)('irspack at %i', (k) => {
  const golden = (read('lists.irspack') as Irspack).cuts[k]!;
  const expectMetric = (name: string, value: (user: number) => number): void => {
    const expected = golden.users.map((found) => found[name]!);
    expectUsers(everyone, expected, `${name}@${k}`, value);
    expectClose(mean(everyone.map(value)), golden.all[name]!, `${name}@${k}`);
  };

  it('recall and hit are the same, map divides by |R|', () => {
    expectMetric('recall', (user) => recallAt(k, flags[user]!, count(user)));
    expectMetric('hit', (user) => hitAt(k, flags[user]!, count(user)));
    expectMetric(
      'map',
      (user) => (mapAt(k, flags[user]!, count(user)) * Math.min(k, count(user))) / count(user),
    );
  });

  it('precision and ndcg take a list as long as it can be', () => {
    // What is scored −∞ is no candidate, so that a list shorter than k is cut at its length.
    expectMetric('precision', (user) => precisionAt(length(k, user), flags[user]!, count(user)));
    expectMetric('ndcg', (user) => ndcgAt(length(k, user), flags[user]!, count(user)));
  });

  it('recall_with_cutoff divides by min(k, |R|), k at most the length of the list', () => {
    const values = everyone.map(
      (user) =>
        (recallAt(k, flags[user]!, count(user)) * count(user)) /
        Math.min(length(k, user), count(user)),
    );
    expectClose(mean(values), golden.recall_with_cutoff['recall']!, 'recall');
  });

  it('coverage, Gini index and entropy are the same', () => {
    expectClose(itemCoverage(places(k, everyone)), golden.all['catalog_coverage']!, 'coverage');
    expectClose(gini(places(k, everyone)), golden.all['gini_index']!, 'gini_index');
    expectClose(entropy(places(k, everyone)), golden.all['entropy']!, 'entropy');
  });
});

describe('RecBole', () => {
  const golden = read('lists.recbole') as RecBole;
  const of = golden.users;
  const expectMean = (name: string, k: number, value: (user: number) => number): void => {
    expectClose(mean(of.map(value)), golden.metrics[`${name}@${k}`]!, `${name}@${k}`);
  };

  it.each(cuts)('means over users are the same at %i', (k) => {
    expectMean('hit', k, (user) => hitAt(k, flags[user]!, count(user)));
    expectMean('mrr', k, (user) => mrrAt(k, flags[user]!, count(user)));
    expectMean('map', k, (user) => mapAt(k, flags[user]!, count(user)));
    expectMean('recall', k, (user) => recallAt(k, flags[user]!, count(user)));
    expectMean('ndcg', k, (user) => ndcgAt(k, flags[user]!, count(user)));
    expectMean('precision', k, (user) => precisionAt(k, flags[user]!, count(user)));
    expectMean('averagepopularity', k, (user) => averagePopularityAt(k, lists[user]!, itemUsers));
  });

  it.each(cuts)('the tail is a tenth of the items by default, ours four fifths, at %i', (k) => {
    const tenth = tailItems(itemUsers, 0.1);
    const third = tailItems(itemUsers, 0.3);
    const tail = tailItems(itemUsers);
    const expectTail = (option: string, own: Uint8Array): void => {
      const found = mean(of.map((user) => tailShareAt(k, lists[user]!, own)));
      expectClose(found, golden.metrics[`tailpercentage@${k}${option}`]!, `tail at ${k}${option}`);
    };
    expectTail('', tenth);
    expectTail(' tail_ratio 0.3', third);
    expectTail(' tail_ratio 0.8', tail);
  });

  it.each(cuts)('coverage and Gini index are the same, entropy is by item, at %i', (k) => {
    const counts = places(k, of);
    const recommended = counts.filter((places) => places > 0).length;
    expectClose(itemCoverage(counts), golden.metrics[`itemcoverage@${k}`]!, 'coverage');
    expectClose(gini(counts), golden.metrics[`giniindex@${k}`]!, 'gini');
    expectClose(entropy(counts) / recommended, golden.metrics[`shannonentropy@${k}`]!, 'entropy');
  });

  it('figures of rows are the same', () => {
    const score = rows.map((row) => row.score);
    const clicks = rows.map((row) => row.click);
    const predicted = score.map((value) => 5 * value);
    const ratings = rows.map((row) => row.rating);
    const owners = rows.map((row) => row.user);
    const { metrics } = golden;
    expectClose(auc(score, clicks), metrics['auc']!, 'auc');
    expectClose(gauc(score, clicks, owners).value, metrics['gauc']!, 'gauc');
    expectClose(logloss(score, clicks), metrics['logloss']!, 'logloss');
    expectClose(mae(predicted, ratings), metrics['mae']!, 'mae');
    expectClose(rmse(predicted, ratings), metrics['rmse']!, 'rmse');
  });
});

describe('scikit-learn and SciPy', () => {
  const golden = read('lists.sklearn') as ScikitLearn;
  const of = golden.users;

  it.each(cuts)('accuracy of whole lists is the same at %i', (k) => {
    const expected = golden.cuts[k]!;
    const expectMetric = (name: string, value: (user: number) => number): void => {
      expectUsers(of, expected[name]!, `${name}@${k}`, value);
    };
    expectMetric('ndcg_score', (user) => ndcgAt(k, flags[user]!, count(user)));
    expectMetric('recall_score', (user) => recallAt(k, flags[user]!, count(user)));
    expectMetric('precision_score', (user) => precisionAt(k, flags[user]!, count(user)));
    expectMetric('f1_score', (user) => f1At(k, flags[user]!, count(user)));
  });

  it.each(cuts)('calibration is the divergence of NumPy and of SciPy at %i', (k) => {
    const { calibration, 'scipy entropy': scaled } = golden.cuts[k]!;
    let compared = 0;
    for (const user of everyone) {
      const found = calibrationAt(k, lists[user]!, train[user]!, byTags);
      expectClose(found, calibration![user]!, `calibration@${k} of user ${user}`);
      const ofSciPy = scaled![user] ?? null;
      if (ofSciPy === null) continue; // the list has no tag
      expectClose(found, ofSciPy, `calibration@${k} of user ${user}`);
      compared++;
    }
    expect(compared).toBeGreaterThan(users / 2);
  });

  it('figures of rows are the same', () => {
    const score = rows.map((row) => row.score);
    const clicks = rows.map((row) => row.click);
    const predicted = score.map((value) => 5 * value);
    const ratings = rows.map((row) => row.rating);
    expectClose(auc(score, clicks), golden.rows['roc_auc_score']!, 'auc');
    expectClose(logloss(score, clicks), golden.rows['log_loss']!, 'logloss');
    expectClose(mae(predicted, ratings), golden.rows['mean_absolute_error']!, 'mae');
    expectClose(rmse(predicted, ratings), golden.rows['root_mean_squared_error']!, 'rmse');
    expectClose(r2(predicted, ratings), golden.rows['r2_score']!, 'r2');
  });
});
