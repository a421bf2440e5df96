import * as z from 'zod/mini';
import type { Report } from '../src/index.js';

const count = z.int().check(z.nonnegative());
const seconds = z.number().check(z.nonnegative());
const figures = z.record(z.string(), z.number());

const modelSchema = z.strictObject({
  model: z.string(),
  params: z.record(z.string(), z.unknown()),
  status: z.enum(['ok', 'failed']),
  error: z.optional(z.string()),
  metrics: figures,
  std: z.optional(figures),
  runs: z.array(z.strictObject({ seed: count, fold: count, metrics: figures })),
  fitSeconds: seconds,
  evaluateSeconds: seconds,
  peakRssMb: z.optional(z.number().check(z.positive())),
  artifact: z.optional(z.string()),
});

const reportSchema = z.strictObject({
  name: z.string(),
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
    tieShare: z.number().check(z.gte(0), z.lte(1)),
    notes: z.array(z.string()),
  }),
  models: z.array(modelSchema),
  samples: z.array(
    z.strictObject({
      user: z.string(),
      history: z.array(z.string()),
      lists: z.record(z.string(), z.array(z.string())),
    }),
  ),
});

/** The report in the text of a report.json; throws where the text has another shape. */
export function parseReport(text: string): Report {
  const content: unknown = JSON.parse(text);
  reportSchema.parse(content);
  return content as Report;
}
