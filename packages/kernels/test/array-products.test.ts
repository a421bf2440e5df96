import { beforeAll, describe, expect, it } from 'vitest';
import { finish, matrixProduct, multiplyArrays, ready } from '../src/index.js';
import { expectSameForAnyThreads, normal, resultOf } from './support.js';

beforeAll(async () => {
  await ready();
});

describe('multiplyArrays', () => {
  const ways = [
    [false, false],
    [false, true],
    [true, false],
    [true, true],
  ] as const;

  // Small products in chunks; many of more than a chunk; few large ones; a right factor for all; one too large to be
  // packed by each thread; nothing.
  it.each([
    [4, 2, 4, 7, 11, 9],
    [40, 40, 40, 33, 20, 50],
    [9, 9, 3, 121, 70, 65],
    [3, 3, 3, 121, 70, 65],
    [6, 6, 1, 81, 30, 17],
    [2, 1, 2, 5, 600, 450],
    [3, 3, 3, 4, 0, 5],
    [0, 1, 1, 4, 3, 5],
  ])(
    'gives the bits of matrixProduct for each of %d products of %d and %d matrices, %d × %d times %d',
    async (batch, leftBatch, rightBatch, rows, depth, columns) => {
      const [leftSize, rightSize, size] = [rows * depth, depth * columns, rows * columns];
      const left = normal(leftBatch * leftSize, 1, 1);
      const right = normal(rightBatch * rightSize, 2, 1);
      for (const [transposeLeft, transposeRight] of ways) {
        const shape = { rows, depth, columns, transposeLeft, transposeRight };
        const actual = await expectSameForAnyThreads(() =>
          resultOf(batch * size, [left, right], (result, a, b) => {
            multiplyArrays(a, b, result, { ...shape, batch, leftBatch, rightBatch });
          }),
        );
        for (let n = 0; n < batch; n++) {
          const [l, r] = [(n % leftBatch) * leftSize, (n % rightBatch) * rightSize];
          const pair = [left.slice(l, l + leftSize), right.slice(r, r + rightSize)] as const;
          const product = finish(matrixProduct(...pair, shape));
          expect(actual.slice(n * size, (n + 1) * size)).toEqual(product);
        }
      }
    },
  );
});
