// The program that every runtime runs: the same bits for any number of threads, and the right ones.
import { engineStatus, fingerprint, finish, gramOfDense, Random, ready } from '@tensorec/kernels';

const ROWS = 20_000;
const COLUMNS = 33;

export async function probe() {
  const drawnBefore = draw();
  await ready();
  const { threads, workers, limitation } = engineStatus();
  const matrix = draw();
  const gram = finish(gramOfDense(matrix, ROWS, COLUMNS));
  const bits = fingerprint([matrix, gram]);
  // Before `ready`, random numbers are drawn without WebAssembly.
  let ok = fingerprint([drawnBefore]) === fingerprint([matrix]) && isGram(gram, matrix);
  for (const number of [1, 3, threads]) {
    await ready({ threads: number });
    const again = draw();
    ok &&= fingerprint([again, finish(gramOfDense(again, ROWS, COLUMNS))]) === bits;
  }
  ok &&= engineStatus().usedBytes === 0;
  return { threads, workers, limitation, ok, bits };
}

function draw() {
  const numbers = new Float32Array(ROWS * COLUMNS);
  new Random(42).fillNormal(numbers);
  return numbers;
}

/** Whether the first and the last column have the inner products that a plain sum gives. */
function isGram(gram, matrix) {
  for (const column of [0, COLUMNS - 1]) {
    for (let other = 0; other < COLUMNS; other++) {
      let sum = 0;
      for (let row = 0; row < ROWS; row++) {
        sum += matrix[row * COLUMNS + column] * matrix[row * COLUMNS + other];
      }
      if (!(Math.abs(gram[column * COLUMNS + other] - sum) <= 1e-5 * ROWS)) return false;
    }
  }
  return true;
}
