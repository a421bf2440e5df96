import { engineStatus, Random, type Csr } from '@tensorec/kernels';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { SparseMatrix, sparseMatMul } from '../src/index.js';
import { multiplyGathered, multiplyGatheredEntries } from '../src/sparse-gathered.js';
import { SparseSide } from '../src/sparse-side.js';
import { describeOnDevices } from './devices.js';
import { expectInvalid } from './errors.js';
import { expectGradients, normal } from './gradients.js';

/** 3 × 4: row 1 is empty, column 2 repeats in row 2. */
function small(): SparseMatrix {
  return SparseMatrix.fromCoordinates(
    [3, 4],
    Int32Array.of(2, 0, 2, 0, 2),
    Int32Array.of(2, 1, 0, 3, 2),
    Float32Array.of(5, 2, -1, 3, 0.5),
  );
}

function toDense({ csr, shape }: SparseMatrix): number[][] {
  return Array.from({ length: shape[0] }, (_, row) => {
    const numbers = new Array<number>(shape[1]).fill(0);
    for (let entry = csr.offsets[row]!; entry < csr.offsets[row + 1]!; entry++) {
      numbers[csr.indices[entry]!]! += csr.values[entry]!;
    }
    return numbers;
  });
}

function randomMatrix(rows: number, columns: number, entries: number): SparseMatrix {
  const random = new Random(3);
  const draw = (bound: number): Int32Array<ArrayBuffer> =>
    Int32Array.from({ length: entries }, () => random.integer(bound));
  const values = new Float32Array(entries);
  random.fillNormal(values);
  return SparseMatrix.fromCoordinates([rows, columns], draw(rows), draw(columns), values);
}

/** Expects the numbers of a tensor to be within 1e-5 of others. */
function expectNear(actual: tf.Tensor, expected: ArrayLike<number>): void {
  expect(actual.size).toBe(expected.length);
  actual.dataSync().forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i]!, 5);
  });
}

describeOnDevices('SparseMatrix', () => {
  it('multiplies dense matrices', () => {
    const matrix = small();
    const dense = tf.tensor2d([1, 2, 3, 4, 5, 6, 7, 8], [4, 2]);
    const product = matrix.matMul(dense);
    expect(product.shape).toEqual([3, 2]);
    // 2 · (3, 4) + 3 · (7, 8); nothing; 5.5 · (5, 6) − (1, 2)
    expect([...product.dataSync()]).toEqual([27, 32, 0, 0, 26.5, 31]);
    matrix.dispose();
  });

  it('multiplies as a dense matrix does, for any width', () => {
    const matrix = randomMatrix(23, 17, 90);
    const full = tf.tensor2d(toDense(matrix));
    for (const width of [1, 5, 32, 50, 75]) {
      const dense = normal<tf.Rank.R2>([17, width], width);
      expectNear(matrix.matMul(dense), full.matMul(dense).dataSync());
    }
    matrix.dispose();
  });

  it('has the gradients of differences for dense matrices and for values', () => {
    const matrix = randomMatrix(6, 5, 14);
    const dense = normal<tf.Rank.R2>([5, 3], 2);
    expectGradients((x) => matrix.matMul(x as tf.Tensor2D), [dense]);
    expectGradients(
      (values, x) => sparseMatMul(matrix, values as tf.Tensor1D, x as tf.Tensor2D),
      [normal([14], 4), dense],
    );
    matrix.dispose();
  });

  it('takes other values in the order of its entries', () => {
    const matrix = randomMatrix(9, 8, 30);
    const dense = normal<tf.Rank.R2>([8, 11], 5);
    const own = tf.tensor1d(Float32Array.from(matrix.csr.values));
    expectNear(sparseMatMul(matrix, own, dense), matrix.matMul(dense).dataSync());
    matrix.dispose();
  });

  it('takes no rows, no entries, no columns', () => {
    const none = new Int32Array(0);
    for (const [rows, columns, width] of [
      [0, 3, 2],
      [3, 0, 2],
      [2, 3, 0],
      [1, 1, 1],
    ] as const) {
      const matrix = SparseMatrix.fromCoordinates([rows, columns], none, none);
      const dense = tf.ones<tf.Rank.R2>([columns, width]);
      const gradient = tf.grad((x) =>
        matrix
          .matMul(x as tf.Tensor2D)
          .sum()
          .add(x.sum()),
      );
      expect(matrix.matMul(dense).shape).toEqual([rows, width]);
      expect([...gradient(dense).dataSync()]).toEqual(new Array(columns * width).fill(1));
      const values = tf.zeros<tf.Rank.R1>([0]);
      expect(sparseMatMul(matrix, values, dense).shape).toEqual([rows, width]);
      matrix.dispose();
    }
  });

  it('frees the memory of the kernels', () => {
    const dense = normal<tf.Rank.R2>([20, 6], 1);
    tf.tidy(() => dense.add(dense).dataSync());
    const [used, tensors] = [engineStatus()!.usedBytes, tf.memory().numTensors];
    const matrix = randomMatrix(30, 20, 100);
    tf.tidy(() =>
      tf
        .grad((x) => matrix.matMul(x as tf.Tensor2D).square())(dense)
        .dataSync(),
    );
    matrix.dispose();
    matrix.dispose();
    expect(tf.memory().numTensors).toBe(tensors);
    expect(engineStatus()!.usedBytes).toBe(used);
  });

  it('refuses what does not fit, and products after dispose', () => {
    const matrix = small();
    expectInvalid(() => matrix.matMul(tf.zeros([3, 2])), 'dense', '[3, 2]', '[4, any]');
    expectInvalid(() => matrix.matMul(tf.zeros([4, 2], 'int32')), 'dense', 'int32');
    const wrong = (): unknown => sparseMatMul(matrix, tf.zeros([4]), tf.zeros([4, 2]));
    expectInvalid(wrong, 'values', '[4]', '[5]');
    matrix.dispose();
    expectInvalid(() => matrix.matMul(tf.zeros([4, 2])), 'disposed of');
  });
});

describeOnDevices('gathered products', (device) => {
  it('are those of arrays', (context) => {
    context.skip(device === 'wasm', 'wasm has no sums of segments: it multiplies arrays');
    const { csr } = randomMatrix(23, 17, 90);
    const side = new SparseSide(csr);
    const [left, right] = [normal<tf.Rank.R2>([23, 5], 1), normal<tf.Rank.R2>([17, 5], 2)];
    const matrix = new SparseMatrix(csr);
    const values = normal<tf.Rank.R1>([90], 3);
    expectNear(multiplyGathered(side, right), matrix.matMul(right).dataSync());
    const [values1, dense1] = tf.grads((v, x) =>
      sparseMatMul(matrix, v as tf.Tensor1D, x as tf.Tensor2D),
    )([values, right], left);
    expectNear(multiplyGathered(side.transposed, left, values), dense1!.dataSync());
    expectNear(multiplyGatheredEntries(side, left, right), values1!.dataSync());
    expectNear(
      multiplyGathered(side, right, values),
      sparseMatMul(matrix, values, right).dataSync(),
    );
    matrix.dispose();
  });
});

describe('SparseMatrix without a device', () => {
  it('transposes', () => {
    expect(toDense(small().transpose())).toEqual([
      [0, 0, -1],
      [2, 0, 0],
      [0, 0, 5.5],
      [3, 0, 0],
    ]);
  });

  it('makes the adjacency of two kinds of nodes', () => {
    const { csr } = SparseMatrix.fromCoordinates(
      [2, 3],
      Int32Array.of(0, 1, 1),
      Int32Array.of(2, 0, 2),
      Float32Array.of(4, 5, 6),
    );
    expect(toDense(SparseMatrix.bipartite(csr))).toEqual([
      [0, 0, 0, 0, 4],
      [0, 0, 5, 0, 6],
      [0, 5, 0, 0, 0],
      [0, 0, 0, 0, 0],
      [4, 6, 0, 0, 0],
    ]);
  });

  it('divides by degrees, and gives 0 for a degree of 0', () => {
    // A path of three nodes and a node alone: degrees 1, 2, 1, 0.
    const path = SparseMatrix.fromCoordinates(
      [4, 4],
      Int32Array.of(0, 1, 1, 2),
      Int32Array.of(1, 0, 2, 1),
    );
    const root = Math.fround(Math.SQRT1_2);
    expect(toDense(path.normalize('symmetric'))).toEqual([
      [0, root, 0, 0],
      [root, 0, root, 0],
      [0, root, 0, 0],
      [0, 0, 0, 0],
    ]);
    expect(toDense(path.normalize('left'))).toEqual([
      [0, 1, 0, 0],
      [0.5, 0, 0.5, 0],
      [0, 1, 0, 0],
      [0, 0, 0, 0],
    ]);
    // With self loops the degrees are 2, 3, 2, 1.
    const mixed = Math.fround(1 / Math.sqrt(6));
    const third = Math.fround(1 / 3);
    toDense(path.normalize('symmetric', { selfLoops: true })).forEach((row, i) => {
      const expected = [
        [0.5, mixed, 0, 0],
        [mixed, third, mixed, 0],
        [0, mixed, 0.5, 0],
        [0, 0, 0, 1],
      ][i]!;
      row.forEach((value, j) => {
        expect(value).toBeCloseTo(expected[j]!, 6);
      });
    });
    expect(toDense(path.normalize('left', { selfLoops: true }))[1]).toEqual([
      third,
      third,
      third,
      0,
    ]);
  });

  it('refuses self loops of what is not square, and roots of negative degrees', () => {
    expectInvalid(() => small().normalize('left', { selfLoops: true }), '3 × 4');
    const negative = SparseMatrix.fromCoordinates(
      [1, 1],
      Int32Array.of(0),
      Int32Array.of(0),
      Float32Array.of(-2),
    );
    expect(() => negative.normalize('symmetric')).toThrow(/row 0 is -2/);
    expect(toDense(negative.normalize('left'))).toEqual([[1]]);
  });

  it('drops a part of the entries and keeps the expected matrix', () => {
    const matrix = randomMatrix(100, 100, 20_000);
    const dropped = matrix.dropout(0.25, new Random(1));
    const kept = dropped.csr.indices.length / 20_000;
    // Six standard deviations of a share of 20,000 draws.
    expect(Math.abs(kept - 0.75)).toBeLessThan(6 * Math.sqrt((0.75 * 0.25) / 20_000));
    const original = new Set(Array.from(matrix.csr.values, (value) => Math.fround(value / 0.75)));
    for (const value of dropped.csr.values) expect(original.has(value)).toBe(true);
    expect(matrix.dropout(0.25, new Random(1)).csr).toEqual(dropped.csr);
    expect(matrix.dropout(0, new Random(1)).csr).toEqual(matrix.csr);
    for (const rate of [1, -0.1, NaN]) {
      expectInvalid(() => matrix.dropout(rate, new Random(1)), 'rate', String(rate));
    }
  });

  it('refuses what are no compressed sparse rows', () => {
    const { csr } = small();
    const refused = (change: Partial<Csr>, ...pieces: string[]): void => {
      const changed = { ...csr, ...change };
      expectInvalid(() => new SparseMatrix(changed), ...pieces);
      expectInvalid(() => SparseMatrix.bipartite(changed), ...pieces);
    };
    refused({ rows: 4 }, '5 offsets');
    refused({ values: new Float32Array(4) }, '4 values');
    refused({ offsets: Int32Array.of(1, 2, 2, 5) }, 'offsets[0] is 1');
    refused({ offsets: Int32Array.of(0, 3, 2, 5) }, 'offsets[2] is 2');
    refused({ offsets: Int32Array.of(0, 2, 2, 6) }, 'offsets[3] is 6');
    refused({ offsets: Int32Array.of(0, 2, 2, 4) }, 'last offset');
    refused({ indices: Int32Array.of(0, 1, 4, 0, 1) }, 'indices[2] is 4');
    refused({ indices: Int32Array.of(0, 1, -1, 0, 1) }, 'indices[2] is -1');
  });
});
