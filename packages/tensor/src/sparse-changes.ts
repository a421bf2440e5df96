import { buildCsr, requireArgument, TensorecError, type Csr, type Random } from '@tensorec/kernels';
import { rowOfEntries } from './sparse-side.js';

/** How {@link SparseMatrix.normalize} scales: by both degrees, or by those of rows. */
export type Normalization = 'symmetric' | 'left';

/** Values divided by degrees: sums of rows, and of columns where it is symmetric. */
export function normalizedCsr(csr: Csr, how: Normalization): Csr {
  const degrees = [new Float64Array(csr.rows), new Float64Array(csr.columns)] as const;
  const rowOf = rowOfEntries(csr);
  for (let entry = 0; entry < csr.values.length; entry++) {
    const value = csr.values[entry]!;
    degrees[0][rowOf[entry]!]! += value;
    degrees[1][csr.indices[entry]!]! += value;
  }
  const [left, right] =
    how === 'left'
      ? [degrees[0].map((degree) => (degree === 0 ? 0 : 1 / degree)), undefined]
      : [inverseRoots(degrees[0], 'row'), inverseRoots(degrees[1], 'column')];
  const values = Float32Array.from(
    csr.values,
    (value, entry) => value * left[rowOf[entry]!]! * (right?.[csr.indices[entry]!] ?? 1),
  );
  return { ...csr, values };
}

function inverseRoots(degrees: Float64Array, name: string): Float64Array {
  return degrees.map((degree, n) => {
    if (degree < 0) {
      throw new TensorecError(
        'numerical',
        `The degree of ${name} ${n} is ${degree}, which has no root; give weights of 0 or more, or normalize by 'left'.`,
      );
    }
    return degree === 0 ? 0 : 1 / Math.sqrt(degree);
  });
}

/** The matrix plus the identity; the new entry of a row is its last one. */
export function withSelfLoops(csr: Csr): Csr {
  const { rows, columns } = csr;
  requireArgument(
    rows === columns,
    () => `A matrix of ${rows} × ${columns} has no self loops; give a square one.`,
  );
  const nodes = Int32Array.from({ length: rows }, (_, node) => node);
  const values = new Float32Array(csr.values.length + rows).fill(1);
  values.set(csr.values);
  return buildCsr(
    rows,
    columns,
    concatenated(rowOfEntries(csr), nodes),
    concatenated(csr.indices, nodes),
    values,
  );
}

/** A part of the entries, drawn one by one, times 1 / (1 − rate). */
export function withoutSome(csr: Csr, rate: number, random: Random): Csr {
  requireArgument(rate >= 0 && rate < 1, () => `rate is ${rate}; give a number from 0 to below 1.`);
  const drawn = new Float32Array(csr.indices.length);
  random.fillUniform(drawn);
  const offsets = new Int32Array(csr.rows + 1);
  const indices = new Int32Array(csr.indices.length);
  const values = new Float32Array(csr.indices.length);
  let kept = 0;
  for (let row = 0; row < csr.rows; row++) {
    const end = csr.offsets[row + 1]!;
    for (let entry = csr.offsets[row]!; entry < end; entry++) {
      if (drawn[entry]! < rate) continue;
      indices[kept] = csr.indices[entry]!;
      values[kept++] = csr.values[entry]! / (1 - rate);
    }
    offsets[row + 1] = kept;
  }
  const shape = { rows: csr.rows, columns: csr.columns };
  return { ...shape, offsets, indices: indices.slice(0, kept), values: values.slice(0, kept) };
}

/** The adjacency [[0, R], [Rᵀ, 0]] of a graph of two kinds of nodes. */
export function bipartiteCsr(interactions: Csr): Csr {
  const { rows, columns, indices, values } = interactions;
  const rowOf = rowOfEntries(interactions);
  const columnOf = Int32Array.from(indices, (column) => rows + column);
  const nodes = rows + columns;
  return buildCsr(
    nodes,
    nodes,
    concatenated(rowOf, columnOf),
    concatenated(columnOf, rowOf),
    repeatedTwice(values),
  );
}

function concatenated(first: Csr['indices'], second: Csr['indices']): Int32Array<ArrayBuffer> {
  const all = new Int32Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}

function repeatedTwice(values: Csr['values']): Float32Array<ArrayBuffer> {
  const all = new Float32Array(2 * values.length);
  all.set(values);
  all.set(values, values.length);
  return all;
}
