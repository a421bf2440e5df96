import { fingerprint, requireArgument } from '@tensorec/kernels';
import type { NumberArray } from '../arrays.js';
import type { Identity } from '../identity.js';
import { batchesOf, requireWhole, type Batches, type BatchOptions } from './batches.js';

/** Columns of examples by name; several numbers an example lie side by side. */
export type FeatureColumns = Readonly<Record<string, NumberArray>>;

/** Examples of a batch, with the columns that they were made from. */
export interface FeatureBatch<Columns extends FeatureColumns> {
  /** Examples in the batch. */
  readonly size: number;
  /** Row of each example in the data. */
  readonly rows: Int32Array;
  /** The columns by name, of the same types: size × numbers an example, row-major. */
  readonly columns: { readonly [Name in keyof Columns]: Columns[Name] };
}

/** Options of {@link featureBatches}. */
export interface FeatureOptions extends BatchOptions {
  /** Number of examples, a whole number ≥ 1; each column has as many entries, or a multiple. */
  readonly rows: number;
}

/**
 * Each row of a table once an epoch: examples of models that take features, labels and weights among them.
 *
 * @example
 * ```ts
 * const columns = { age: Float32Array.of(31, 47), genres: Uint8Array.of(1, 0, 1, 1), label: Float32Array.of(1, 0) };
 * featureBatches(columns, { rows: 2, batchSize: 1 }); // two genres an example
 * ```
 * @throws TensorecError `invalid-argument` as {@link batchesOf}, for `rows` that is no whole number ≥ 1, and for a column whose length
 * is no multiple of it.
 */
export function featureBatches<Columns extends FeatureColumns>(
  columns: Columns,
  options: FeatureOptions,
): Batches<FeatureBatch<Columns>> {
  const { rows, batchSize } = options;
  requireWhole('rows', rows);
  for (const [name, { length }] of Object.entries(columns)) {
    requireArgument(
      length % rows === 0 && length >= rows,
      () => `The column "${name}" has ${length} entries for ${rows} rows; give one or more a row.`,
    );
  }
  return batchesOf({
    ...options,
    count: rows,
    get identity(): Identity {
      return { kind: 'features', data: fingerprintOf(columns) };
    },
    gatherer() {
      const gatherers = Object.entries(columns).map(
        ([name, column]) =>
          [name, gathererOf(column, column.length / rows, Math.min(batchSize, rows))] as const,
      );
      return (positions) => ({
        size: positions.length,
        rows: positions,
        columns: Object.fromEntries(
          gatherers.map(([name, gather]) => [name, gather(positions)]),
        ) as FeatureBatch<Columns>['columns'],
      });
    },
  });
}

function fingerprintOf(columns: FeatureColumns): string {
  return fingerprint(Object.entries(columns).flat());
}

/** Gathers the entries of a column. */
function gathererOf(
  column: NumberArray,
  width: number,
  capacity: number,
): (positions: Int32Array) => NumberArray {
  // The first entries are written over; what matters is type and length.
  const gathered = column.slice(0, capacity * width);
  return (positions) => {
    const { length } = positions;
    for (let n = 0; n < length; n++) {
      const from = positions[n]! * width;
      for (let k = 0; k < width; k++) gathered[n * width + k] = column[from + k]!;
    }
    return gathered.subarray(0, length * width);
  };
}
