import { parseWith, TensorecError, type Schema, type TrainingLimits } from '@tensorec/core';
import { parseMetric } from '@tensorec/metrics';
import { filterSpecSchema, type FilterSpec } from '@tensorec/preprocessing';
import { parse as parseJsonc, printParseErrorCode, visit, type ParseError } from 'jsonc-parser';
import * as z from 'zod/mini';

/** Column of a delimited file: its position from 0, or its name in the header. */
export type ColumnName = string | number;

/** Formats of interaction files; see `@tensorec/preprocessing`. */
export type DataFormat =
  'delimited' | 'adjacency' | 'sequences' | 'sessions' | 'dst' | 'recbole' | 'jsonl';

/** A file that describes the items: titles for readable reports, categories for metrics that compare items. */
export interface ItemsSection {
  readonly path: string;
  /** Default `delimited`. */
  readonly format: 'delimited' | 'jsonl' | 'recbole';
  /** Column of the ids; default `item`. */
  readonly id: string;
  /** Column of the titles; default `title`. */
  readonly title: string;
  /** Column of the categories that `diversity@k`, `calibration@k` and `serendipity@k` compare items by. */
  readonly categories?: string | undefined;
  /** Between fields of a delimited file; default `,`. */
  readonly separator?: string | undefined;
  /** Between the categories of one item in a delimited file; default: an item has one category. */
  readonly tagSeparator?: string | undefined;
}

/** A file that describes the users: groups between which metrics are compared, `<metric>-gap@k`. */
export interface UsersSection {
  readonly path: string;
  /** Default `delimited`. */
  readonly format: 'delimited' | 'jsonl' | 'recbole';
  /** Column of the ids; default `user`. */
  readonly id: string;
  /** Column of the groups. */
  readonly group: string;
  /** Between fields of a delimited file; default `,`. */
  readonly separator?: string | undefined;
}

/** Where the interactions come from. */
export interface DataSection {
  readonly format: DataFormat;
  readonly path: string;
  /** Given parts: the split is that of the files. */
  readonly test?: string | undefined;
  readonly validation?: string | undefined;
  /** Format of the test file where it differs. */
  readonly testFormat?: DataFormat | 'candidates' | undefined;
  readonly columns?:
    | {
        readonly user: ColumnName;
        readonly item: ColumnName;
        readonly value?: ColumnName | undefined;
        readonly timestamp?: ColumnName | undefined;
      }
    | undefined;
  /** Between fields of a delimited file; default `,`. */
  readonly separator?: string | undefined;
  readonly header?: boolean | undefined;
  /** Type of the ids; default `string`: "007" is not 7. */
  readonly ids?: 'string' | 'number' | undefined;
  /** Lowest and highest rating; predictions are clipped to it. */
  readonly scale?: readonly [number, number] | undefined;
  readonly items?: ItemsSection | undefined;
  readonly users?: UsersSection | undefined;
}

/** How whole data becomes train, validation and test. */
export type SplitSection =
  | {
      readonly method: 'leave-last-out';
      /** Interactions a user; default 1. */
      readonly test: number;
      /** Interactions a user; default 0. */
      readonly validation: number;
      /** Shorter users stay in train; default test + validation + 1. */
      readonly minHistory?: number | undefined;
    }
  | { readonly method: 'leave-one-out'; readonly validation: boolean }
  | {
      readonly method: 'random';
      /** Share of the interactions. */
      readonly test: number;
      readonly validation: number;
      /** Shares of each user's interactions, or of all. */
      readonly per: 'user' | 'all';
    }
  | { readonly method: 'temporal'; readonly at: number; readonly validation: number }
  | { readonly method: 'k-fold'; readonly folds: number }
  | { readonly method: 'folds'; readonly files: readonly string[] };

/** How the models are evaluated; see `evaluate` of `@tensorec/evaluation`. */
export interface EvaluationSection {
  readonly task: 'ranking' | 'rating' | 'next-item';
  readonly candidates:
    | 'all'
    | 'given'
    | {
        readonly sampled: number;
        readonly by: 'uniform' | 'popularity';
        readonly avoid: 'all' | 'train';
        readonly replacement: boolean;
        readonly seed: number;
      };
  /** Default true, but false for sessions. */
  readonly excludeSeen?: boolean | 'train' | 'train+validation' | undefined;
  /** What a model that folds in reads at test time, in next-item; default `train+validation`. */
  readonly history?: 'train' | 'train+validation' | undefined;
  readonly users: 'all' | 'known' | { readonly sample: number };
  readonly metrics: readonly string[];
  /** The part evaluated on; default `test`. */
  readonly on: 'test' | 'validation';
}

/** How models are trained. The fields but `refit` are read by models that train in epochs. */
export interface TrainingSection extends TrainingLimits {
  /** Whether models are fitted on train and validation before they meet the test part; default false. */
  readonly refit: boolean;
}

/** One model of an experiment. */
export interface ModelSection {
  readonly model: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** An experiment file, defaults filled in. */
export interface ExperimentFile {
  readonly name: string;
  readonly seed: number;
  /** Several runs of every model; replaces `seed`. */
  readonly seeds?: readonly number[] | undefined;
  readonly data: DataSection;
  /** Before the split; on train alone where a test file is given. */
  readonly filter?: FilterSpec | undefined;
  readonly split?: SplitSection | undefined;
  readonly evaluation: EvaluationSection;
  readonly training: TrainingSection;
  readonly models: readonly ModelSection[];
}

const count = z.int().check(z.positive());
const share = z.number().check(z.gt(0), z.lt(1));
const seed = z.int().check(z.nonnegative());
const column = z.union([z.string().check(z.minLength(1)), z.int().check(z.nonnegative())]);
const format = z.enum([
  'delimited',
  'adjacency',
  'sequences',
  'sessions',
  'dst',
  'recbole',
  'jsonl',
]);
const name = z.string().check(z.minLength(1));
const path = name;
const featureFormat = z._default(z.enum(['delimited', 'jsonl', 'recbole']), 'delimited');

const dataSchema = z.strictObject({
  format,
  path,
  test: z.optional(path),
  validation: z.optional(path),
  testFormat: z.optional(z.union([format, z.literal('candidates')])),
  columns: z.optional(
    z.strictObject({
      user: column,
      item: column,
      value: z.optional(column),
      timestamp: z.optional(column),
    }),
  ),
  separator: z.optional(z.string().check(z.minLength(1))),
  header: z.optional(z.boolean()),
  ids: z.optional(z.enum(['string', 'number'])),
  scale: z.optional(z.tuple([z.number(), z.number()])),
  items: z.optional(
    z.strictObject({
      path,
      format: featureFormat,
      id: z._default(z.string(), 'item'),
      title: z._default(z.string(), 'title'),
      categories: z.optional(name),
      separator: z.optional(name),
      tagSeparator: z.optional(name),
    }),
  ),
  users: z.optional(
    z.strictObject({
      path,
      format: featureFormat,
      id: z._default(z.string(), 'user'),
      group: name,
      separator: z.optional(name),
    }),
  ),
});

const splitSchema = z.discriminatedUnion('method', [
  z.strictObject({
    method: z.literal('leave-last-out'),
    test: z._default(count, 1),
    validation: z._default(z.int().check(z.nonnegative()), 0),
    minHistory: z.optional(count),
  }),
  z.strictObject({
    method: z.literal('leave-one-out'),
    validation: z._default(z.boolean(), false),
  }),
  z.strictObject({
    method: z.literal('random'),
    test: z._default(share, 0.2),
    validation: z._default(z.number().check(z.gte(0), z.lt(1)), 0),
    per: z._default(z.enum(['user', 'all']), 'user'),
  }),
  z.strictObject({
    method: z.literal('temporal'),
    at: z._default(share, 0.8),
    validation: z._default(z.number().check(z.gte(0), z.lt(1)), 0),
  }),
  z.strictObject({ method: z.literal('k-fold'), folds: z._default(z.int().check(z.gte(2)), 5) }),
  z.strictObject({ method: z.literal('folds'), files: z.array(path).check(z.minLength(1)) }),
]);

const evaluationSchema = z.strictObject({
  task: z._default(z.enum(['ranking', 'rating', 'next-item']), 'ranking'),
  candidates: z._default(
    z.union([
      z.enum(['all', 'given']),
      z.strictObject({
        sampled: count,
        by: z._default(z.enum(['uniform', 'popularity']), 'uniform'),
        avoid: z._default(z.enum(['all', 'train']), 'all'),
        replacement: z._default(z.boolean(), false),
        seed: z._default(seed, 0),
      }),
    ]),
    'all',
  ),
  excludeSeen: z.optional(z.union([z.boolean(), z.enum(['train', 'train+validation'])])),
  history: z.optional(z.enum(['train', 'train+validation'])),
  users: z._default(z.union([z.enum(['all', 'known']), z.strictObject({ sample: count })]), 'all'),
  metrics: z.array(z.string()).check(z.minLength(1)),
  on: z._default(z.enum(['test', 'validation']), 'test'),
});

const experimentSchema = z.strictObject({
  $schema: z.optional(z.string()),
  name: z.string().check(z.minLength(1), z.maxLength(200)),
  seed: z._default(seed, 0),
  seeds: z.optional(z.array(seed).check(z.minLength(1))),
  data: dataSchema,
  filter: z.optional(filterSpecSchema),
  split: z.optional(splitSchema),
  evaluation: evaluationSchema,
  training: z._default(
    z.strictObject({
      metric: z.optional(z.string()),
      every: z.optional(count),
      patience: z.optional(count),
      maxMinutes: z.optional(z.number().check(z.positive())),
      refit: z._default(z.boolean(), false),
    }),
    { refit: false },
  ),
  models: z
    .array(
      z.strictObject({
        model: z.string(),
        params: z._default(z.record(z.string(), z.unknown()), {}),
      }),
    )
    .check(z.minLength(1)),
});

/**
 * An experiment from the text of its file (JSON with comments and trailing commas).
 *
 * @param file - name of the file, for messages
 * @throws TensorecError `experiment` that names the file, the line or the field, the value found and what is allowed.
 */
export function parseExperiment(text: string, file: string): ExperimentFile {
  const json = text.replace(/^\uFEFF/, '');
  const errors: ParseError[] = [];
  const content: unknown = parseJsonc(json, errors, {
    allowTrailingComma: true,
    disallowComments: false,
  });
  const [first] = errors;
  if (first !== undefined) {
    const before = json.slice(0, first.offset).split('\n');
    const place = `${file}:${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
    throw new TensorecError(
      'experiment',
      `${place}: not JSON (${printParseErrorCode(first.error)}).`,
    );
  }
  refusePrototypes(json, file);
  const parsed = parseWith(experimentSchema, content, file, 'experiment');
  const { $schema, ...experiment } = parsed;
  checkConsistency(experiment, file);
  return experiment;
}

/** Throws at a key `__proto__`, which the parser takes for the object's prototype. */
function refusePrototypes(json: string, file: string): void {
  visit(json, {
    onObjectProperty(key, _offset, _length, line, character) {
      if (key !== '__proto__') return;
      const place = `${file}:${line + 1}:${character + 1}`;
      throw new TensorecError('experiment', `${place}: unknown key "__proto__"; remove it.`);
    },
  });
}

/** The JSON Schema of experiment files. */
export function experimentJsonSchema(): object {
  return z.toJSONSchema(experimentSchema, { io: 'input' });
}

/** The schema of whole experiment files, without the checks across fields. */
export const experimentFileSchema: Schema<ExperimentFile> = experimentSchema;

function checkConsistency(experiment: ExperimentFile, file: string): void {
  const { data, split, evaluation } = experiment;
  const fail = (message: string): never => {
    throw new TensorecError('experiment', `${file}: ${message}`);
  };
  for (const metric of evaluation.metrics) parseMetric(metric);
  if (new Set(evaluation.metrics).size < evaluation.metrics.length) {
    fail('evaluation.metrics names a metric twice.');
  }
  if (data.test === undefined && split === undefined) {
    fail('there is neither data.test nor a split; give one, e.g. "split": { "method": "random" }.');
  }
  if (data.test !== undefined && split !== undefined) {
    fail('data.test already splits the data; remove the section split.');
  }
  if (data.test === undefined && (data.validation ?? data.testFormat) !== undefined) {
    fail('data.validation and data.testFormat need data.test.');
  }
  if (evaluation.candidates === 'given' && data.testFormat !== 'candidates') {
    fail('evaluation.candidates is "given", which needs data.testFormat "candidates".');
  }
  if (data.items?.tagSeparator !== undefined && data.items.categories === undefined) {
    fail('data.items.tagSeparator parts categories; name their column in data.items.categories.');
  }
  if (data.items?.tagSeparator !== undefined && data.items.format !== 'delimited') {
    fail(
      `data.items.tagSeparator is for delimited files; the format ${data.items.format} says itself what tags are.`,
    );
  }
  if (data.scale !== undefined && data.scale[0] >= data.scale[1]) {
    fail(`data.scale is [${data.scale.join(', ')}]; the lowest rating comes first.`);
  }
}
