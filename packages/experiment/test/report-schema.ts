import * as z from 'zod/mini';
import type { Report } from '../src/index.js';

const count = z.int().check(z.nonnegative());
const seconds = z.number().check(z.nonnegative());
const figures = z.record(z.string(), z.number());

const interval = z.tuple([z.number(), z.number()]);
const share = z.number().check(z.gte(0), z.lte(1));

const modelSchema = z.strictObject({
  model: z.string(),
  params: z.record(z.string(), z.unknown()),
  status: z.enum(['ok', 'failed']),
  error: z.optional(z.string()),
  metrics: figures,
  std: z.optional(figures),
  intervals: z.optional(z.record(z.string(), interval)),
  profile: z.optional(figures),
  training: z.optional(z.array(z.strictObject({ epoch: count, values: figures }))),
  runs: z.array(z.strictObject({ seed: count, fold: count, metrics: figures })),
  fitSeconds: seconds,
  evaluateSeconds: seconds,
  peakRssMb: z.optional(z.number().check(z.positive())),
  artifact: z.optional(z.string()),
});

const reportSchema = z.strictObject({
  name: z.string(),
  createdAt: z.iso.datetime(),
  experiment: z.looseObject({
    name: z.string(),
    seed: count,
    data: z.looseObject({ format: z.string(), path: z.string() }),
    evaluation: z.strictObject({
      task: z.string(),
      candidates: z.unknown(),
      users: z.unknown(),
      metrics: z.array(z.string()),
      on: z.enum(['test', 'validation']),
    }),
    training: z.looseObject({ refit: z.boolean() }),
    models: z.array(
      z.strictObject({ model: z.string(), params: z.record(z.string(), z.unknown()) }),
    ),
  }),
  versions: z.record(z.string(), z.string()),
  machine: z.strictObject({ cores: count, device: z.string(), threads: count }),
  data: z.strictObject({
    users: count,
    items: count,
    interactions: count,
    density: z.number().check(z.gte(0)),
    fingerprint: z.string().check(z.minLength(1)),
  }),
  protocol: z.strictObject({
    split: z.string(),
    candidates: z.string(),
    excludeSeen: z.string(),
    history: z.string(),
    filters: z.string(),
    testUsers: count,
    leftOut: count,
    tieShare: share,
    warnings: z.array(
      z.strictObject({
        kind: z.enum(['leakage', 'ties', 'sampled', 'left-out', 'small']),
        text: z.string().check(z.minLength(1)),
      }),
    ),
    notes: z.array(z.string()),
  }),
  models: z.array(modelSchema),
  comparisons: z.array(
    z.strictObject({
      a: z.string(),
      b: z.string(),
      metric: z.string(),
      test: z.enum(['permutation', 'wilcoxon']),
      family: z.string(),
      difference: z.number(),
      interval,
      effectSize: z.number(),
      pValue: share,
      adjustedPValue: share,
    }),
  ),
  curves: z.array(
    z.strictObject({
      model: z.string(),
      metric: z.string(),
      cuts: z.array(count),
      values: z.array(z.number()),
    }),
  ),
  segments: z.array(
    z.strictObject({
      of: z.enum(['users', 'items']),
      name: z.string(),
      description: z.string(),
      size: count,
      metrics: z.record(z.string(), figures),
    }),
  ),
  popularity: z.optional(
    z.strictObject({
      groups: z.array(z.strictObject({ items: count, trainShare: share, testShare: share })),
      models: z.record(z.string(), z.array(share)),
    }),
  ),
  samples: z.array(
    z.strictObject({
      user: z.string(),
      history: z.array(z.string()),
      next: z.array(z.string()),
      lists: z.record(z.string(), z.array(z.strictObject({ title: z.string(), hit: z.boolean() }))),
    }),
  ),
});

/** The report in the text of a report.json; throws where the text has another shape. */
export function parseReport(text: string): Report {
  const content: unknown = JSON.parse(text);
  reportSchema.parse(content);
  return content as Report;
}
