import { requireArgument, TopK as Selection, type Csr } from '@tensorec/kernels';
import * as tf from '@tensorflow/tfjs';
import { requireInteger, requireShape, requireType } from './check.js';
import { hasSimdKernels, isReadAtOnce } from './device-traits.js';
import { TOP_K } from './kernels/top-k.js';

/** The greatest scores of each row. */
export interface TopK {
  /** Rows × k, `float32`: the greatest first; −∞ where fewer than k qualify. */
  readonly values: tf.Tensor2D;
  /** Rows × k, `int32`: their columns; −1 where fewer than k qualify. */
  readonly indices: tf.Tensor2D;
}

/** What {@link topK} leaves out. */
export interface TopKOptions {
  /** Columns that do not qualify: a row a row of scores, columns ascending. Default none. */
  readonly exclude?: Pick<Csr, 'offsets' | 'indices'> | undefined;
}

/**
 * The k greatest scores of each row and where they stand, equal ones by ascending column. Scores of −∞ and NaN are never taken.
 * No gradient. Time in the order of the scores, and k for each score that enters a list; on `simd` on all threads.
 *
 * @param scores - rows × columns, `float32`, at most 2^24 columns
 * @param k - 1 or more; may be above the number of columns
 * @throws TensorecError `invalid-argument` for other types, for a k that is no such integer, and for exclusions that are no
 * rows of ascending columns.
 */
export function topK(scores: tf.Tensor2D, k: number, options: TopKOptions = {}): TopK {
  requireShape('scores', scores, [undefined, undefined]);
  requireType('scores', scores, 'float32');
  requireInteger('k', k, 1);
  const { exclude } = options;
  const [rows, columns] = scores.shape;
  if (exclude) requireExclusions(exclude, rows, columns);
  if (columns === 0 || rows === 0) {
    return {
      values: tf.fill([rows, k], -Infinity),
      indices: tf.fill([rows, k], -1, 'int32'),
    };
  }
  if (hasSimdKernels()) return selectByKernel(scores, k, exclude);
  return isReadAtOnce()
    ? selectOnArrays(scores, k, exclude)
    : selectByOperations(scores, k, exclude);
}

function requireExclusions(
  { offsets, indices }: NonNullable<TopKOptions['exclude']>,
  rows: number,
  columns: number,
): void {
  requireArgument(
    offsets.length === rows + 1 && offsets[0] === 0 && offsets[rows] === indices.length,
    () =>
      `exclude has ${offsets.length} offsets up to ${String(offsets[rows])} and ${indices.length} columns; give ${rows + 1} offsets from 0 to the number of columns.`,
  );
  for (let row = 0; row < rows; row++) {
    let before = -1;
    requireArgument(
      offsets[row]! <= offsets[row + 1]! && offsets[row + 1]! <= indices.length,
      () =>
        `exclude.offsets[${row + 1}] is ${offsets[row + 1]!}; give offsets that rise to the ${indices.length} columns.`,
    );
    for (let place = offsets[row]!; place < offsets[row + 1]!; place++) {
      const column = indices[place]!;
      requireArgument(
        column > before && column < columns,
        () =>
          `exclude has column ${column} after ${before} in row ${row}; give ascending columns below ${columns}.`,
      );
      before = column;
    }
  }
}

function selectByKernel(scores: tf.Tensor2D, k: number, exclude: TopKOptions['exclude']): TopK {
  return tf.tidy(() => {
    // tfjs hands attributes on as they are, but its type knows plain values alone.
    const attributes = { k, exclude } as unknown as tf.NamedAttrMap;
    const [values, columns] = tf.engine().runKernel<tf.Tensor2D[]>(TOP_K, { scores }, attributes);
    return { values: values!, indices: columns!.toInt<tf.Tensor2D>() };
  });
}

function selectOnArrays(scores: tf.Tensor2D, k: number, exclude: TopKOptions['exclude']): TopK {
  const [rows, columns] = scores.shape;
  const numbers = Float32Array.from(scores.dataSync(), (score) =>
    Number.isNaN(score) ? -Infinity : score,
  );
  const values = new Float32Array(rows * k).fill(-Infinity);
  const indices = new Int32Array(rows * k).fill(-1);
  const selection = new Selection(Math.min(k, columns));
  for (let row = 0; row < rows; row++) {
    const from = row * columns;
    const end = exclude?.offsets[row + 1] ?? 0;
    for (let place = exclude?.offsets[row] ?? 0; place < end; place++) {
      numbers[from + exclude!.indices[place]!] = -Infinity;
    }
    const count = selection.select(numbers, from, from + columns);
    values.set(selection.scores.subarray(0, count), row * k);
    indices.set(selection.indices.subarray(0, count), row * k);
  }
  return { values: tf.tensor2d(values, [rows, k]), indices: tf.tensor2d(indices, [rows, k]) };
}

/** By operations alone, for devices whose numbers are not read at once. */
export function selectByOperations(
  scores: tf.Tensor2D,
  k: number,
  exclude: TopKOptions['exclude'],
): TopK {
  return tf.tidy(() => {
    const [rows, columns] = scores.shape;
    const excluded = tf.tensor2d(excludedBytes(rows, columns, exclude), [rows, columns], 'bool');
    const allowed = tf.where(tf.logicalOr(excluded, tf.isNaN(scores)), -Infinity, scores);
    const { values, indices } = tf.topk(allowed, Math.min(k, columns));
    const missing = tf.equal(values, -Infinity);
    const beyond: [[number, number], [number, number]] = [
      [0, 0],
      [0, k - Math.min(k, columns)],
    ];
    const none = tf.fill(indices.shape, -1, 'int32');
    const found = tf.where(missing, none, indices);
    return {
      values: tf.pad(values, beyond, -Infinity),
      indices: tf.pad(found as tf.Tensor2D, beyond, -1),
    };
  });
}

function excludedBytes(rows: number, columns: number, exclude: TopKOptions['exclude']): Uint8Array {
  const bytes = new Uint8Array(rows * columns);
  for (let row = 0; row < rows && exclude; row++) {
    for (let place = exclude.offsets[row]!; place < exclude.offsets[row + 1]!; place++) {
      bytes[row * columns + exclude.indices[place]!] = 1;
    }
  }
  return bytes;
}
