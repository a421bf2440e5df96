import {
  decodeSafetensors,
  encodeSafetensors,
  parseWith,
  TensorecError,
  type StoredTensor,
} from '@tensorec/core';
import type { Evaluation, PerItem, RatingSums } from '@tensorec/evaluation';
import * as z from 'zod/mini';
import type { FinishedRun } from './finished-run.js';

/** Format of the content; another one is not read. */
const formatVersion = 1;

/** JSON has no words for these numbers. */
const unwritable = ['NaN', 'Infinity', '-Infinity'] as const;

const figure = z.union([
  z.number(),
  z.pipe(
    z.enum(unwritable),
    z.transform((text) => Number(text)),
  ),
]);
const figures = z.record(z.string(), figure);
const count = z.int().check(z.nonnegative());
const seconds = z.number().check(z.nonnegative());
const id = z.union([z.string(), z.number()]);

const contentSchema = z.strictObject({
  version: z.literal(formatVersion),
  key: z.string(),
  run: z.strictObject({ seed: count, fold: count, metrics: figures }),
  metrics: figures,
  /** Metrics with values of users, one tensor each. */
  perUser: z.array(z.string()),
  cut: z.optional(count),
  protocol: z.strictObject({
    task: z.enum(['ranking', 'rating', 'next-item']),
    candidates: z.string(),
    excludeSeen: z.union([z.literal(false), z.enum(['train', 'train+validation', 'history'])]),
    history: z.string(),
    testUsers: count,
    leftOut: count,
    tieShare: figure,
    fallbacks: z.optional(count),
    notes: z.array(z.string()),
  }),
  fitSeconds: seconds,
  evaluateSeconds: seconds,
  peakRss: z.number().check(z.nonnegative()),
  first: z.optional(
    z.strictObject({
      artifact: z.optional(z.string()),
      lists: z.optional(z.array(z.array(id))),
      training: z.array(z.strictObject({ epoch: count, values: figures })),
    }),
  ),
});

const itemColumns = ['recommended', 'relevant', 'hits'] as const;
const sumColumns = ['rows', 'squaredError', 'absoluteError', 'actual', 'actualSquared'] as const;

/** A finished run and its key as bytes; numbers are kept to the bit. */
export function encodeRun(key: string, finished: FinishedRun): Uint8Array<ArrayBuffer> {
  const { evaluation, ...rest } = finished;
  const { perUser, perItem, ratingSums, metrics, protocol } = evaluation;
  const labels = Object.keys(perUser.values);
  const content = {
    version: formatVersion,
    key,
    ...rest,
    metrics,
    perUser: labels,
    cut: perItem?.cut,
    protocol,
  };
  const json = JSON.stringify(content, (_, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
  );
  const columns: Record<string, StoredTensor['data']> = {
    content: new TextEncoder().encode(json),
    users: perUser.userRows,
  };
  labels.forEach((label, n) => (columns[`metric ${n}`] = perUser.values[label]!));
  if (perItem !== undefined) {
    for (const name of itemColumns) columns[`item ${name}`] = perItem[name];
  }
  if (ratingSums !== undefined) {
    columns['rating users'] = ratingSums.userRows;
    for (const name of sumColumns) columns[`rating ${name}`] = ratingSums[name];
  }
  const tensors = Object.entries(columns).map(
    ([name, data]) => [name, { shape: [data.length], data }] as const,
  );
  return encodeSafetensors(Object.fromEntries(tensors));
}

/**
 * The run in the bytes that {@link encodeRun} made.
 *
 * @throws TensorecError `artifact` for anything else, and for a run of another key.
 */
export function decodeRun(key: string, bytes: Uint8Array): FinishedRun {
  const tensors = decodeSafetensors(bytes);
  const integers = (name: string): Int32Array => {
    const data = tensors.get(name)?.data;
    return data instanceof Int32Array ? data : damaged(name);
  };
  const doubles = (name: string, length: number): Float64Array => {
    const data = tensors.get(name)?.data;
    return data instanceof Float64Array && data.length === length ? data : damaged(name);
  };
  const content = readContent(tensors);
  const { perUser, cut, run, fitSeconds, evaluateSeconds, peakRss, first } = content;
  if (content.key !== key) throw new TensorecError('artifact', 'The run is of another key.');
  const userRows = integers('users');
  const values = perUser.map(
    (label, n) => [label, doubles(`metric ${n}`, userRows.length)] as const,
  );
  const perItem = (longest: number): PerItem => ({
    cut: longest,
    recommended: integers('item recommended'),
    relevant: integers('item relevant'),
    hits: integers('item hits'),
  });
  const ratingSums = (): RatingSums => {
    const ratingRows = integers('rating users');
    const sum = (name: (typeof sumColumns)[number]): Float64Array =>
      doubles(`rating ${name}`, ratingRows.length);
    return {
      userRows: ratingRows,
      rows: sum('rows'),
      squaredError: sum('squaredError'),
      absoluteError: sum('absoluteError'),
      actual: sum('actual'),
      actualSquared: sum('actualSquared'),
    };
  };
  const { fallbacks, ...protocol } = content.protocol;
  const evaluation: Evaluation = {
    metrics: content.metrics,
    perUser: { userRows, values: Object.fromEntries(values) },
    protocol: { ...protocol, ...(fallbacks === undefined ? {} : { fallbacks }) },
    ...(cut === undefined ? {} : { perItem: perItem(cut) }),
    ...(tensors.has('rating users') ? { ratingSums: ratingSums() } : {}),
  };
  return { run, evaluation, fitSeconds, evaluateSeconds, peakRss, first };
}

function readContent(tensors: ReturnType<typeof decodeSafetensors>): z.infer<typeof contentSchema> {
  const bytes = tensors.get('content')?.data;
  if (!(bytes instanceof Uint8Array)) return damaged('content');
  let content: unknown;
  try {
    content = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return damaged('content');
  }
  return parseWith(contentSchema, content, 'the run', 'artifact');
}

function damaged(name: string): never {
  throw new TensorecError('artifact', `The run is damaged: its "${name}" is missing or wrong.`);
}
