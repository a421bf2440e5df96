import { beforeAll, expect, test } from 'vitest';
import { eigensystem, finish, gramOfDense, Random, ready } from '../src/index.js';

beforeAll(async () => {
  await ready();
});

// What ALS meets with many factors: directions that regularization has emptied beside those that carry the model.
test('a Gram matrix whose eigenvalues span 18 powers of ten has eigenvectors that rebuild it', () => {
  const rows = 2000;
  const n = 256;
  const factors = new Float32Array(rows * n);
  new Random(1).fillNormal(factors, 0, 1);
  for (let i = 0; i < factors.length; i++) factors[i]! *= 10 ** (-9 + (9 * (i % n)) / n);
  const gram = finish(gramOfDense(factors, rows, n));
  const { values, vectors } = finish(eigensystem(gram, n));
  const greatest = Math.max(...values);
  let worst = 0;
  for (let i = 0; i < n; i += 17) {
    for (let j = 0; j < n; j += 13) {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += values[k]! * vectors[i * n + k]! * vectors[j * n + k]!;
      worst = Math.max(worst, Math.abs(sum - gram[i * n + j]!));
    }
  }
  expect(worst).toBeLessThan(1e-6 * greatest);
});

test('a matrix that is not finite is refused', () => {
  for (const bad of [NaN, Infinity]) {
    const matrix = Float64Array.of(1, 0, 0, 0, bad, 0, 0, 0, 1);
    expect(() => finish(eigensystem(matrix, 3))).toThrow(/not found/);
  }
});
