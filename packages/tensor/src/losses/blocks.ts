import * as tf from '@tensorflow/tfjs';

/** Numbers that the greatest tensor of a block may have. */
const MOST = 1 << 22;

/** What a block of positions gives: its part of the loss, and gradients of its queries and of what all blocks share. */
export type BlockResult = readonly [
  loss: tf.Tensor,
  ...gradients: readonly [queries: tf.Tensor, ...shared: readonly tf.Tensor[]] | readonly [],
];

/** How many positions are taken at once, where each needs `numbers`. */
export function blockRows(numbers: number, most = MOST): number {
  return Math.max(1, Math.floor(most / numbers));
}

/** Adds up what blocks of positions give, one after the other, so that no more than one of them takes memory. */
export function sumOfBlocks(
  positions: number,
  rows: number,
  compute: (from: number, count: number) => BlockResult,
): readonly tf.Tensor[] {
  let sums: readonly tf.Tensor[] | undefined;
  const queries: tf.Tensor[] = [];
  for (let from = 0; from < positions; from += rows) {
    const before = sums;
    const [first, ...rest] = tf.tidy(() => {
      const [loss, gradient, ...shared] = compute(from, Math.min(rows, positions - from));
      const added = [loss, ...shared].map((part, n) =>
        before === undefined ? part : tf.add(part, before[n]!),
      );
      return gradient === undefined ? added : [gradient, ...added];
    });
    if (before !== undefined) tf.dispose([...before]);
    if (rest.length === 0) sums = [first!];
    else {
      queries.push(first!);
      sums = rest;
    }
  }
  const [loss, ...shared] = sums!;
  return queries.length === 0 ? [loss!] : [loss!, tf.concat(queries), ...shared];
}

/** Adds rows up in a matrix of zeros, by their numbers. */
export function scatterRows(
  numbers: tf.Tensor,
  rows: tf.Tensor,
  shape: [number, number],
): tf.Tensor {
  return tf.scatterND(numbers.reshape([-1, 1]), rows.reshape([-1, shape[1]]), shape);
}
