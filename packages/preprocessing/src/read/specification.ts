import type { Schema } from '@tensorec/core';
import * as z from 'zod/mini';
import type { IdKind } from './id-table.js';
import type { TimestampUnit } from './timestamps.js';

/** What every format of interactions may say. */
export interface LineOptions {
  /** How raw ids are read; default `'string'`: `"007"` is not `"7"`. */
  readonly ids?: IdKind | undefined;
  /** Whether bad lines are left out: `true`, or how many at most; default `false`: the first one is an error. */
  readonly skipBadLines?: boolean | number | undefined;
}

/** What formats with a time may say. */
export interface TimestampOptions {
  /**
   * Unit of numeric timestamps. Default: seconds when all of the file's (of all parts together, where parts are read)
   * are below 1e11 in magnitude, else milliseconds. ISO-8601 dates are read as such; without a zone they are UTC.
   */
  readonly timestampUnit?: TimestampUnit | undefined;
}

/** Where the columns of a delimited file are: by index from 0, or by the name in the header. */
export interface DelimitedColumns {
  readonly user: number | string;
  readonly item: number | string;
  /** Rating, count or weight; not read when missing. */
  readonly value?: number | string | undefined;
  /** Not read when missing; the order of lines is then the order of time. */
  readonly timestamp?: number | string | undefined;
}

/** One interaction a line: CSV, TSV, `user::item::rating`. */
export interface DelimitedSpec extends LineOptions, TimestampOptions {
  readonly format: 'delimited';
  /** Default: the user in column 0, the item in column 1. */
  readonly columns?: DelimitedColumns | undefined;
  /**
   * What parts the cells, taken literally; default `','`. With one of a single (ASCII) character a cell may stand in
   * double quotes and then hold separators, line ends and doubled quotes.
   */
  readonly separator?: string | undefined;
  /** Whether the first line names the columns; default: whether a column is given by name. */
  readonly header?: boolean | undefined;
}

/** A line a user: `user item item …`, in no order. */
export interface AdjacencySpec extends LineOptions {
  readonly format: 'adjacency';
}

/** A line a user: `user item item …`, in the order of time. */
export interface SequencesSpec extends LineOptions {
  readonly format: 'sequences';
}

/**
 * A line a session: its items in the order of time. The user of line n is `"session-n"`. A validation or test part has
 * `prefix items<TAB>target` instead, with the users `"validation-n"` and `"test-n"`.
 */
export interface SessionsSpec extends LineOptions {
  readonly format: 'sessions';
}

/**
 * DST text, in which UCI publishes web logs: `C,"7",7` begins user 7 and each `V,item,1` after it is one of its visits, in
 * no order. Other lines (`A` describes an item) are passed over.
 */
export interface DstSpec extends LineOptions {
  readonly format: 'dst';
}

/** RecBole's atomic `.inter` file: tab-separated, with a header of `name:type`. */
export interface RecBoleSpec extends LineOptions, TimestampOptions {
  readonly format: 'recbole';
  /** Names without type; default `user_id`, `item_id` and, where the header has them, `rating` and `timestamp`. */
  readonly columns?: NamedColumns | undefined;
}

/** One JSON object a line. */
export interface JsonLinesSpec extends LineOptions, TimestampOptions {
  readonly format: 'jsonl';
  readonly columns: NamedColumns;
}

/** Columns by name. */
export interface NamedColumns {
  readonly user: string;
  readonly item: string;
  /** Rating, count or weight; not read when missing. */
  readonly value?: string | undefined;
  /** Not read when missing; the order of lines is then the order of time. */
  readonly timestamp?: string | undefined;
}

/** How a file of interactions is laid out. */
export type DataSpec =
  | DelimitedSpec
  | AdjacencySpec
  | SequencesSpec
  | SessionsSpec
  | DstSpec
  | RecBoleSpec
  | JsonLinesSpec;

/**
 * A test part with the items to rank for each positive: `user<TAB>positive<TAB>…<TAB>negatives separated by spaces`
 * (fields between the positive and the last are ignored), or `(user,item)<TAB>negative<TAB>negative…`.
 */
export interface CandidatesSpec extends LineOptions {
  readonly format: 'candidates';
}

/** How a test part is laid out. */
export type TestSpec = DataSpec | CandidatesSpec;

/** Names of the formats. */
export type DataFormat = TestSpec['format'];

const column = z.union([z.int().check(z.minimum(0)), z.string().check(z.minLength(1))]);
const name = z.string().check(z.minLength(1));
const namedColumns = z.strictObject({
  user: name,
  item: name,
  value: z.optional(name),
  timestamp: z.optional(name),
});
const lineOptions = {
  ids: z.optional(z.enum(['string', 'number'])),
  skipBadLines: z.optional(z.union([z.boolean(), z.int().check(z.minimum(0))])),
};
const timestampOptions = { timestampUnit: z.optional(z.enum(['seconds', 'milliseconds'])) };

/** What a separator may be: not empty, and free of quotes, line ends and NUL. */
export const separatorSchema: Schema<string> = z
  .string()
  .check(z.minLength(1), z.regex(/^[^"\r\n\0]*$/, 'a separator holds no quote, line end or NUL'));

const members = [
  z.strictObject({
    format: z.literal('delimited'),
    columns: z.optional(
      z.strictObject({
        user: column,
        item: column,
        value: z.optional(column),
        timestamp: z.optional(column),
      }),
    ),
    separator: z.optional(separatorSchema),
    header: z.optional(z.boolean()),
    ...timestampOptions,
    ...lineOptions,
  }),
  z.strictObject({ format: z.literal('adjacency'), ...lineOptions }),
  z.strictObject({ format: z.literal('sequences'), ...lineOptions }),
  z.strictObject({ format: z.literal('sessions'), ...lineOptions }),
  z.strictObject({ format: z.literal('dst'), ...lineOptions }),
  z.strictObject({
    format: z.literal('recbole'),
    columns: z.optional(namedColumns),
    ...timestampOptions,
    ...lineOptions,
  }),
  z.strictObject({
    format: z.literal('jsonl'),
    columns: namedColumns,
    ...timestampOptions,
    ...lineOptions,
  }),
] as const;

/** Strict schema of a {@link DataSpec}. */
export const dataSpecSchema: Schema<DataSpec> = z.discriminatedUnion('format', members);

/** Strict schema of a {@link TestSpec}. */
export const testSpecSchema: Schema<TestSpec> = z.discriminatedUnion('format', [
  ...members,
  z.strictObject({ format: z.literal('candidates'), ...lineOptions }),
]);
