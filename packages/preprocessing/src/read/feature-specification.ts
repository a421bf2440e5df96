import type { FeatureKind, Schema } from '@tensorec/core';
import * as z from 'zod/mini';
import type { IdKind } from './id-table.js';
import { separatorSchema } from './specification.js';

/** What every format of features may say. */
export interface FeatureOptions {
  /** How raw ids are read; default `'string'`. They must be of the type that the interactions have. */
  readonly ids?: IdKind | undefined;
  /** Kinds of columns, by name, where they are not the default of the format. */
  readonly kinds?: Readonly<Record<string, FeatureKind>> | undefined;
}

/** One id a line, with its features in columns; a column's default kind is `text`. */
export interface DelimitedFeatureSpec extends FeatureOptions {
  readonly format: 'delimited';
  /** Column of the ids: index from 0, or name in the header; default 0. */
  readonly id?: number | string | undefined;
  /** What parts the cells, taken literally; default `','`. Quoting as in `DelimitedSpec`. */
  readonly separator?: string | undefined;
  /** Whether the first line names the columns; default true. Without, columns are named `"0"`, `"1"`, … */
  readonly header?: boolean | undefined;
  /** What parts the tags in a cell; default `'|'`. */
  readonly tagSeparator?: string | undefined;
}

/**
 * RecBole's atomic `.item` and `.user` files. Default kinds by the type in the header: `token` is a category, `float` a
 * number, `token_seq` and `float_seq` are tags, parted by spaces.
 */
export interface RecBoleFeatureSpec extends FeatureOptions {
  readonly format: 'recbole';
  /** Column of the ids, without type; default: the first column. */
  readonly id?: string | undefined;
}

/**
 * One JSON object a line. The default kind of a property goes by its first value that is not null: text, number, or
 * tags for an array of texts; properties of other values are read only where `kinds` names them.
 */
export interface JsonLinesFeatureSpec extends FeatureOptions {
  readonly format: 'jsonl';
  /** Property of the ids. */
  readonly id: string;
}

/** How a file of features is laid out. */
export type FeatureSpec = DelimitedFeatureSpec | RecBoleFeatureSpec | JsonLinesFeatureSpec;

const name = z.string().check(z.minLength(1));
const featureOptions = {
  ids: z.optional(z.enum(['string', 'number'])),
  kinds: z.optional(z.record(z.string(), z.enum(['number', 'category', 'text', 'tags']))),
};

/** Strict schema of a {@link FeatureSpec}. */
export const featureSpecSchema: Schema<FeatureSpec> = z.discriminatedUnion('format', [
  z.strictObject({
    format: z.literal('delimited'),
    id: z.optional(z.union([z.int().check(z.minimum(0)), name])),
    separator: z.optional(separatorSchema),
    header: z.optional(z.boolean()),
    tagSeparator: z.optional(name),
    ...featureOptions,
  }),
  z.strictObject({ format: z.literal('recbole'), id: z.optional(name), ...featureOptions }),
  z.strictObject({ format: z.literal('jsonl'), id: name, ...featureOptions }),
]);
