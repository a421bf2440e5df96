import { describe, expect, it } from 'vitest';
import { findWarnings } from '../src/warnings.js';
import { experimentOf, finished, folds, splitOf } from './support.js';

const { protocol } = finished({}).evaluation;

/** The warnings as "kind: text". */
function warnings(
  split: ReturnType<typeof splitOf>,
  changes: object = {},
  protocols: Partial<typeof protocol> = {},
): readonly string[] {
  return findWarnings(experimentOf(changes), folds(split), [{ ...protocol, ...protocols }]).map(
    ({ kind, text }) => `${kind}: ${text}`,
  );
}

describe('warnings', () => {
  it('are none where nothing misleads', () => {
    const split = splitOf(['a: x y', 'b: x'], ['a: z', 'b: y'], {
      train: [1, 2, 3],
      test: [3, 4],
    });
    expect(warnings(split)).toEqual([]);
  });

  it('count test pairs that are in train', () => {
    const split = splitOf(['a: x y x', 'b: x'], ['a: x z', 'b: y']);
    const [found, ...others] = warnings(split);
    expect(found).toMatch(
      /^leakage: 33\.3 % of the pairs of user and item in the test part \(1 of 3\) are in the training data too\. Where seen items are kept out/,
    );
    expect(others).toEqual([]);
    const kept = { metrics: ['recall@2'], excludeSeen: false };
    expect(warnings(split, { evaluation: kept })[0]).toContain('rewarded for remembering');
    const rating = { metrics: ['rmse'], task: 'rating' };
    expect(warnings(split, { evaluation: rating })[0]).toContain('know these ratings');
  });

  it('count users whose own later events, or those of others, are in train', () => {
    // a is tested at 5: b's 6 is later. b is tested at 4: its own 6 is later, a's 1 is not.
    const split = splitOf(['a: x', 'b: x'], ['a: y', 'b: y'], { train: [1, 6], test: [5, 4] });
    const [own, others, ...rest] = warnings(split);
    expect(own).toMatch(/^leakage: For 50 % of the test users \(1 of 2\) .* events of their own/);
    expect(others).toMatch(/^leakage: For 50 % of the test users \(1 of 2\) .* of other users/);
    expect(rest).toEqual([]);
  });

  it('say so of splits without timestamps that do not part the data at one moment', () => {
    const split = splitOf(['a: x', 'b: x'], ['a: y', 'b: y']);
    const [found] = warnings(split, { split: { method: 'leave-last-out' } });
    expect(found).toMatch(
      /^leakage: The split leave-last-out does not part the data at one moment/,
    );
    expect(warnings(split)).toEqual([]);
  });

  it('name ties, samples, users who do not count, new users, and few users', () => {
    const split = splitOf(['a: x', 'b: x'], ['a: y', 'c: y']);
    expect(warnings(split, {}, { tieShare: 0.01 })).toHaveLength(1);
    const evaluation = { metrics: ['recall@2'], candidates: { sampled: 99 } };
    const found = warnings(split, { evaluation }, { tieShare: 0.02, leftOut: 3, testUsers: 99 });
    expect(found).toEqual([
      expect.stringMatching(/^ties: Up to 2\.0 %/),
      expect.stringMatching(/^sampled: .* 99 sampled items.*Krichene and Rendle 2020/),
      expect.stringMatching(/^left-out: 3 users/),
      expect.stringMatching(/^left-out: 50 % of the test users \(1 of 2\) have no training event/),
      expect.stringMatching(/^small: There are only 99 test users/),
    ]);
  });

  it('are none where no model was evaluated', () => {
    const split = splitOf(['a: x'], ['a: y']);
    expect(findWarnings(experimentOf(), folds(split), [])).toEqual([]);
  });
});
