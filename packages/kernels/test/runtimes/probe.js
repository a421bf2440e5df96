// The program that every runtime runs: the same bits for any number of threads, and the right ones.
import { engineStatus, finish, gramOfDense, ready } from '@tensorec/kernels';

const ROWS = 20_000;
const COLUMNS = 33;

export async function probe() {
  await ready();
  const { threads, workers, limitation } = engineStatus();
  const matrix = Float32Array.from(
    { length: ROWS * COLUMNS },
    (_, i) => ((i * 7919) % 1009) / 1009 - 0.5,
  );
  const compute = () => finish(gramOfDense(matrix, ROWS, COLUMNS));
  const result = compute();
  let same = true;
  for (const number of [1, 3, threads]) {
    await ready({ threads: number });
    same &&= compute().every((value, i) => Object.is(value, result[i]));
  }
  return { threads, workers, limitation, ok: same && isRight(matrix, result) };
}

/** Whether the first and the last column have the inner products that a plain sum gives. */
function isRight(matrix, result) {
  for (const column of [0, COLUMNS - 1]) {
    for (let other = 0; other < COLUMNS; other++) {
      let sum = 0;
      for (let row = 0; row < ROWS; row++) {
        sum += matrix[row * COLUMNS + column] * matrix[row * COLUMNS + other];
      }
      if (!(Math.abs(result[column * COLUMNS + other] - sum) <= 1e-6 * ROWS)) return false;
    }
  }
  return true;
}
