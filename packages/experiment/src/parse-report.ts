import { parseWith, show, TensorecError } from '@tensorec/core';
import * as z from 'zod/mini';
import type { Report } from './report.js';

const count = z.int().check(z.nonnegative());
const figures = z.record(z.string(), z.number());
const texts = z._default(z.array(z.string()), []);
const anything = z._default(z.array(z.unknown()), []);

const reportSchema = z.looseObject({
  name: z.string(),
  createdAt: z._default(z.string(), ''),
  experiment: z.looseObject({
    seed: count,
    evaluation: z.looseObject({ task: z.string(), metrics: z.array(z.string()) }),
  }),
  versions: z.record(z.string(), z.string()),
  data: z.looseObject({
    users: count,
    items: count,
    interactions: count,
    fingerprint: z.string(),
  }),
  protocol: z.looseObject({
    split: z.string(),
    filters: z.string(),
    candidates: z.string(),
    excludeSeen: z.string(),
    history: z.string(),
    testUsers: count,
    warnings: anything,
    notes: texts,
  }),
  models: z.array(
    z.looseObject({
      model: z.string(),
      params: z.record(z.string(), z.unknown()),
      status: z.enum(['ok', 'failed']),
      metrics: figures,
      std: z.optional(figures),
      runs: z.array(z.looseObject({ seed: count, fold: count, metrics: figures })),
    }),
  ),
  comparisons: anything,
  curves: anything,
  segments: anything,
  samples: anything,
});

/**
 * A report from the text of its `report.json`. Reports of earlier versions are read too: lists that they lack are empty, and what
 * programs other than a report page need is checked.
 *
 * @param file - name of the file, for messages
 * @throws TensorecError `parse` that names the file and the field.
 */
export function parseReport(text: string, file: string): Report {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : show(cause);
    throw new TensorecError('parse', `${file} is not JSON (${reason}); run the experiment again.`, {
      cause,
    });
  }
  return parseWith(reportSchema, content, file, 'parse') as unknown as Report;
}
