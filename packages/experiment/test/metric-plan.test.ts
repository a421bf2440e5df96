import { expect, it } from 'vitest';
import { planMetrics } from '../src/metric-plan.js';
import { experimentOf } from './support.js';

it('plans curves of the ranking metrics up to the longest cut', () => {
  const plan = planMetrics(experimentOf({ evaluation: { metrics: ['ndcg@10', 'hit@30'] } }));
  expect(plan).toMatchObject({
    longest: 30,
    curves: ['ndcg', 'hit'],
    cuts: [1, 2, 3, 5, 10, 20, 30],
  });
  expect(plan.further).toContain('ndcg@30');
  expect(plan.further).not.toContain('ndcg@10');
  expect(plan.profile).toContain('gini@30');
});

it('plans no profile of candidates and nothing for ratings', () => {
  const candidates = { sampled: 9 };
  const sampled = planMetrics(experimentOf({ evaluation: { metrics: ['hit@2'], candidates } }));
  expect(sampled).toMatchObject({ cuts: [1, 2], profile: [], further: ['hit@1'] });
  const rating = planMetrics(experimentOf({ evaluation: { metrics: ['rmse'], task: 'rating' } }));
  expect(rating).toEqual({ longest: 0, curves: [], cuts: [], profile: [], further: [] });
});
