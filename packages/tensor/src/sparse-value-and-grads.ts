import { requireArgument } from '@tensorec/kernels';
import * as tf from '@tensorflow/tfjs';
import type { DenseGradient, Gradients, RowGradient } from './gradients.js';
import { tableRows, UniqueRows, type TableRows, type TableUse } from './table-rows.js';

/** Tables of a loss, by names of the caller's choice. */
export type TableUses = Readonly<Record<string, TableUse>>;

/** What a loss gets of its tables. */
export type RowsOfTables<Tables extends TableUses> = {
  readonly [Name in keyof Tables]: TableRows<Tables[Name] extends TableUse<infer R> ? R : tf.Rank>;
};

/** What a loss is differentiated by. */
export interface Leaves<Tables extends TableUses> {
  /** Tables and the rows of them that the loss reads. */
  readonly tables: Tables;
  /** Variables with a dense gradient; default none. */
  readonly variables?: readonly tf.Variable[] | undefined;
}

/** A loss and its gradients, whose tensors are the caller's. */
export interface ValueAndGradients<Table extends string> extends Gradients<Table> {
  readonly value: tf.Scalar;
}

/**
 * The value of a loss and its gradients, row-sparse with respect to embedding tables. tfjs' tape wants gradients of the
 * shape of what was read; here the unique rows of the batch are gathered first and are what the tape begins with, so time
 * and memory do not depend on the number of rows V of a table, on any device.
 *
 * Variables that the loss does not depend on have no gradient in the result. Call it outside `tf.tidy`, or hand the tensors
 * on.
 *
 * @param f - the loss, a scalar; reads tables through its argument alone. `tf.tidy` is put around it.
 * @param leaves - tables with the row numbers that the batch needs, and other variables
 * @throws TensorecError `invalid-argument` for a table that is no `float32` variable of rank 1 or more, row numbers that it
 * does not have, a table that `f` does not depend on, and a loss that is no scalar.
 */
export function sparseValueAndGrads<Tables extends TableUses>(
  f: (tables: RowsOfTables<Tables>) => tf.Scalar,
  { tables, variables = [] }: Leaves<Tables>,
): ValueAndGradients<keyof Tables & string> {
  const names = Object.keys(tables);
  requireArgument(
    names.length + variables.length > 0,
    () => 'There are neither tables nor variables; give what the loss is differentiated by.',
  );
  const unique = uniqueRowsOf(tables);
  const { value, grads } = tf.tidy(() => {
    const rows = names.map((name, n) =>
      tf.gather(tables[name]!.table, tf.tensor1d(unique[n]!.rows, 'int32')),
    );
    const given = names.map((name, n) => [name, tableRows(unique[n]!, rows[n]!)]);
    const loss = (): tf.Scalar => {
      // An object with the keys of `tables`, and of the ranks that go with them.
      const result = f(Object.fromEntries(given) as RowsOfTables<Tables>);
      requireScalar(result);
      return result;
    };
    return tf.engine().gradients(loss, [...rows, ...variables], undefined, true);
  });
  try {
    return { value, ...gradientsOf(tables, variables, unique, grads) };
  } catch (error) {
    tf.dispose([value, ...grads]);
    throw error;
  }
}

/** Tables of the same length that are read at the same numbers, such as two embeddings of users, share their unique rows. */
function uniqueRowsOf(tables: TableUses): readonly UniqueRows[] {
  const found: { readonly use: TableUse; readonly unique: UniqueRows }[] = [];
  for (const [name, use] of Object.entries(tables)) {
    const same = found.find(
      (one) => one.use.indices === use.indices && one.use.table.shape[0] === use.table.shape[0],
    );
    found.push({ use, unique: uniqueRows(name, use, same?.unique) });
  }
  return found.map(({ unique }) => unique);
}

function uniqueRows(
  name: string,
  { table, indices }: TableUse,
  same: UniqueRows | undefined,
): UniqueRows {
  requireArgument(
    table.dtype === 'float32' && table.rank > 0,
    () =>
      `The table '${name}' has the type ${table.dtype} and the shape [${table.shape.join(', ')}]; give a float32 variable of the shape [rows, …].`,
  );
  return same ?? new UniqueRows(name, indices, table.shape[0]);
}

function requireScalar(result: tf.Tensor): void {
  requireArgument(
    result.rank === 0,
    () => `The loss has the shape [${result.shape.join(', ')}]; return a scalar.`,
  );
}

function gradientsOf<Tables extends TableUses>(
  tables: Tables,
  variables: readonly tf.Variable[],
  unique: readonly UniqueRows[],
  grads: readonly (tf.Tensor | undefined)[],
): Gradients<keyof Tables & string> {
  const names = Object.keys(tables);
  const sparse = names.map((name, n): [string, RowGradient] => {
    const gradient = grads[n];
    requireArgument(
      gradient !== undefined,
      () =>
        `The loss does not depend on the table '${name}'; read it by its rows or lookup, or leave it out.`,
    );
    return [name, { variable: tables[name]!.table, rows: unique[n]!.rows, gradient }];
  });
  const dense = variables.flatMap((variable, n): [string, DenseGradient][] => {
    const gradient = grads[names.length + n];
    return gradient === undefined ? [] : [[variable.name, { variable, gradient }]];
  });
  return {
    variables: Object.fromEntries(dense),
    tables: Object.fromEntries(sparse) as Record<keyof Tables & string, RowGradient>,
  };
}
