import { isTensorecError } from '@tensorec/kernels';
import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  auc,
  classificationMetrics,
  gauc,
  logloss,
  type ClassificationMetric,
  type ClassificationMetricName,
  type GroupedAuc,
} from '../src/index.js';
import { errorOf } from './error-of.js';

const classes = Uint8Array.of(1, 0, 1, 1, 0, 0, 1, 0);
const probabilities = [0.9, 0.8, 0.8, 0.35, 0.4, 0.35, 0.35, 0.1];

describe('logloss', () => {
  it('values computed by hand', () => {
    // −(ln 0.8 + ln(1 − 0.4)) / 2 = (0.2231435513142097 + 0.5108256237659907) / 2
    expect(logloss([0.8, 0.4], [1, 0])).toBeCloseTo(0.3669845875401002, 15);
    expect(logloss([0.5, 0.5, 0.5], [1, 0, 1])).toBeCloseTo(Math.LN2, 15);
  });

  it('value of scikit-learn 1.9.1', () => {
    // log_loss([1, 0, 1, 1, 0, 0, 1, 0], [.9, .8, .8, .35, .4, .35, .35, .1])
    expect(logloss(probabilities, classes)).toBeCloseTo(0.6355694104899705, 14);
  });

  it('clips at 1e-15 on both sides', () => {
    // −ln(1e-15) = 15 · ln 10 = 34.538776394910684; 1 − (1 − 1e-15) is 9.99e-16 in doubles: 34.5395760
    expect(logloss([0], [1])).toBeCloseTo(34.538776394910684, 12);
    expect(logloss([1], [0])).toBeCloseTo(34.5396, 4);
    expect(logloss([1e-20], [1])).toBe(logloss([0], [1]));
    expect(logloss([0, 1], [0, 1])).toBeCloseTo(1e-15, 16);
    expect(logloss([0, 1], [0, 1])).toBeGreaterThan(0);
  });

  it('is least, for a share of positives, when that share is predicted', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 20 }),
        fc.nat({ max: 20 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (ones, zeros, other) => {
          fc.pre(ones + zeros > 0);
          const truth = [...new Array<number>(ones).fill(1), ...new Array<number>(zeros).fill(0)];
          const constant = (value: number): number =>
            logloss(
              truth.map(() => value),
              truth,
            );
          expect(constant(ones / truth.length)).toBeLessThanOrEqual(constant(other) + 1e-12);
        },
      ),
    );
  });

  it('refuses what is no probability, naming the row', () => {
    for (const value of [-0.1, 1.2]) {
      const error = errorOf(() => logloss([0.5, 0.5, value], [1, 0, 1]));
      expect(isTensorecError(error, 'invalid-argument')).toBe(true);
      expect(error.message).toContain(`prediction ${value} at row 2`);
    }
  });
});

/** The definition, pair by pair. */
function aucPairByPair(scores: readonly number[], truth: readonly number[]): number {
  let sum = 0;
  let pairs = 0;
  scores.forEach((positive, row) => {
    if (truth[row] !== 1) return;
    scores.forEach((negative, other) => {
      if (truth[other] !== 0) return;
      pairs++;
      sum += positive > negative ? 1 : positive === negative ? 0.5 : 0;
    });
  });
  return sum / pairs;
}

/** Rows of both classes, with few different scores so that ties are common. */
const scoredRows = fc
  .array(fc.tuple(fc.integer({ min: -3, max: 3 }), fc.constantFrom(0, 1), fc.nat({ max: 4 })), {
    minLength: 2,
    maxLength: 60,
  })
  .filter((rows) => new Set(rows.map(([, label]) => label)).size === 2)
  .map((rows) => ({
    scores: rows.map(([score]) => score / 2),
    truth: rows.map(([, label]) => label),
    users: rows.map(([, , user]) => user),
  }));

describe('auc', () => {
  it('values computed by hand', () => {
    // positives 0.8, 0.3; negatives 0.5, 0.3: pairs 1 + 1 + 0 + ½ of 4
    expect(auc([0.8, 0.5, 0.3, 0.3], [1, 0, 1, 0])).toBe(2.5 / 4);
    expect(auc([3, 2, 1], [1, 1, 0])).toBe(1);
    expect(auc([3, 2, 1], [0, 0, 1])).toBe(0);
    expect(auc([7, 7, 7], [1, 0, 1])).toBe(0.5);
    expect(auc([0, -0], [1, 0])).toBe(0.5);
  });

  it('value of scikit-learn 1.9.1', () => {
    // roc_auc_score([1, 0, 1, 1, 0, 0, 1, 0], [.9, .8, .8, .35, .4, .35, .35, .1])
    expect(auc(probabilities, classes)).toBe(0.65625);
  });

  it('agrees with the definition pair by pair', () => {
    fc.assert(
      fc.property(scoredRows, ({ scores, truth }) => {
        expect(auc(scores, truth)).toBe(aucPairByPair(scores, truth));
      }),
    );
  });

  it('does not depend on the order of rows', () => {
    fc.assert(
      fc.property(
        scoredRows.chain((rows) =>
          fc.tuple(
            fc.constant(rows),
            fc.shuffledSubarray(
              rows.scores.map((_, row) => row),
              { minLength: rows.scores.length },
            ),
          ),
        ),
        ([{ scores, truth }, order]) => {
          expect(
            auc(
              order.map((row) => scores[row]!),
              order.map((row) => truth[row]!),
            ),
          ).toBe(auc(scores, truth));
        },
      ),
    );
  });

  it('sees the order of scores only, and turns round with them', () => {
    fc.assert(
      fc.property(scoredRows, ({ scores, truth }) => {
        const value = auc(scores, truth);
        expect(
          auc(
            scores.map((score) => score ** 3 + 10),
            truth,
          ),
        ).toBe(value);
        expect(
          auc(
            scores.map((score) => -score),
            truth,
          ),
        ).toBeCloseTo(1 - value, 14);
        expect(
          auc(
            scores,
            truth.map((label) => 1 - label),
          ),
        ).toBeCloseTo(1 - value, 14);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('refuses rows of one class', () => {
    for (const label of [0, 1]) {
      const error = errorOf(() => auc([1, 2], [label, label]));
      expect(isTensorecError(error, 'invalid-argument')).toBe(true);
      expect(error.message).toContain(`the class of every row (2 in all) is ${label}`);
    }
  });
});

describe('gauc', () => {
  // user 7: .6+ .7− .2− → auc ½, weight 1; user −2: .9+ .4+ .4− .1− → (2 + 1.5) / 4 = 0.875, weight 2;
  // user 5: positives only; user 0: negatives only. (1 · 0.5 + 2 · 0.875) / 3 = 0.75
  const users = [7, 7, 7, -2, -2, -2, -2, 5, 5, 0];
  const truth = [1, 0, 0, 1, 1, 0, 0, 1, 1, 0];
  const scores = [0.6, 0.7, 0.2, 0.9, 0.4, 0.4, 0.1, 0.5, 0.3, 0.8];

  it('value computed by hand, with the users left out', () => {
    expect(gauc(scores, truth, users)).toEqual({ value: 0.75, countedUsers: 2, leftOutUsers: 2 });
  });

  it('is the weighted mean of auc over users, in any order of rows', () => {
    fc.assert(
      fc.property(scoredRows, (rows) => {
        let sum = 0;
        let weights = 0;
        let countedUsers = 0;
        const distinct = new Set(rows.users);
        for (const user of distinct) {
          const own = rows.users.flatMap((other, row) => (other === user ? [row] : []));
          const labels = own.map((row) => rows.truth[row]!);
          const positives = labels.filter((label) => label === 1).length;
          if (positives === 0 || positives === labels.length) continue;
          countedUsers++;
          weights += positives;
          sum +=
            positives *
            aucPairByPair(
              own.map((row) => rows.scores[row]!),
              labels,
            );
        }
        fc.pre(countedUsers > 0);
        const found = gauc(rows.scores, rows.truth, rows.users);
        expect(found.value).toBeCloseTo(sum / weights, 14);
        expect(found.countedUsers).toBe(countedUsers);
        expect(found.leftOutUsers).toBe(distinct.size - countedUsers);
        const turned = gauc(
          rows.scores.toReversed(),
          rows.truth.toReversed(),
          rows.users.toReversed(),
        );
        expect(turned.value).toBeCloseTo(found.value, 14);
      }),
    );
  });

  it('equals auc where there is one user', () => {
    fc.assert(
      fc.property(scoredRows, (rows) => {
        const oneUser = rows.users.map(() => 3);
        const found = gauc(rows.scores, rows.truth, oneUser);
        expect(found.value).toBeCloseTo(auc(rows.scores, rows.truth), 14);
        expect(found).toMatchObject({ countedUsers: 1, leftOutUsers: 0 });
      }),
    );
  });

  it('refuses users that do not fit', () => {
    const short = errorOf(() => gauc([1, 2], [0, 1], [4]));
    expect(isTensorecError(short, 'invalid-argument')).toBe(true);
    expect(short.message).toContain('2 predictions and 1 users: row 1');
    for (const user of [0.5, NaN, Infinity]) {
      const error = errorOf(() => gauc([1, 2], [0, 1], [4, user]));
      expect(isTensorecError(error, 'invalid-argument')).toBe(true);
      expect(error.message).toContain(`user ${user} at row 1`);
    }
  });

  it('refuses rows in which no user has both classes', () => {
    const error = errorOf(() => gauc([1, 2], [0, 1], [1, 2]));
    expect(isTensorecError(error, 'invalid-argument')).toBe(true);
    expect(error.message).toContain('none of the 2 users');
  });
});

describe('bad input of all', () => {
  const compute: Record<
    ClassificationMetricName,
    (predicted: number[], actual: number[]) => unknown
  > = {
    logloss,
    auc,
    gauc: (predicted, actual) =>
      gauc(
        predicted,
        actual,
        predicted.map(() => 0),
      ),
  };

  it.each(Object.entries(compute))('%s', (name, metric) => {
    const cases: [predicted: number[], actual: number[], message: string][] = [
      [[], [], 'without rows'],
      [[0.1], [1, 0], `${name} got 1 predictions and 2 actual values: row 1`],
      [[0.1, NaN], [1, 0], 'NaN as the predicted value of row 1'],
      [[Infinity, 0.1], [1, 0], 'Infinity as the predicted value of row 0'],
      [[0.1, 0.2], [1, NaN], 'NaN as the actual value of row 1'],
      [[0.1, 0.2], [1, 4], 'actual value 4 at row 1'],
      [[0.1, 0.2], [0.5, 1], 'actual value 0.5 at row 0'],
    ];
    for (const [predicted, actual, message] of cases) {
      const error = errorOf(() => metric(predicted, actual));
      expect(isTensorecError(error, 'invalid-argument')).toBe(true);
      expect(error.message).toContain(name);
      expect(error.message).toContain(message);
    }
  });
});

describe('registry', () => {
  it('holds each metric under its own name, with its direction', () => {
    expect(Object.keys(classificationMetrics)).toEqual(
      Object.values(classificationMetrics).map(({ name }) => name),
    );
    expect(classificationMetrics.logloss).toMatchObject({
      compute: logloss,
      higherIsBetter: false,
    });
    expect(classificationMetrics.auc).toMatchObject({ compute: auc, higherIsBetter: true });
    expect(classificationMetrics.gauc).toMatchObject({ compute: gauc, higherIsBetter: true });
  });

  it('tells pooled from grouped metrics by type', () => {
    expectTypeOf<keyof typeof classificationMetrics>().toEqualTypeOf<ClassificationMetricName>();
    const valueOf = (metric: ClassificationMetric): number =>
      metric.perUser
        ? metric.compute([1, 2], [0, 1], [0, 0]).value
        : metric.compute([0.1, 0.2], [0, 1]);
    expect(Object.values(classificationMetrics).map(valueOf)).toHaveLength(3);
    expectTypeOf(classificationMetrics.gauc.compute).returns.toEqualTypeOf<GroupedAuc>();
    // @ts-expect-error users are needed
    expect(() => gauc([1, 2], [0, 1])).toThrow();
  });
});
