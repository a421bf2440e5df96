import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FinishedRun } from '../src/finished-run.js';
import { decodeRun, encodeRun } from '../src/stored-run.js';
import { finished } from './support.js';

const run: FinishedRun = {
  ...finished({
    metrics: { 'recall@2': 1 / 3, r2: -Infinity, other: NaN },
    perUser: {
      userRows: Int32Array.of(0, 7),
      values: { 'recall@2': Float64Array.of(1 / 3, 5e-324), 'gini "x"': Float64Array.of(1, 2) },
    },
    perItem: {
      cut: 2,
      recommended: Int32Array.of(1),
      relevant: Int32Array.of(2),
      hits: Int32Array.of(0),
    },
    ratingSums: {
      userRows: Int32Array.of(3),
      rows: Float64Array.of(1),
      squaredError: Float64Array.of(0.1),
      absoluteError: Float64Array.of(0.2),
      actual: Float64Array.of(0.3),
      actualSquared: Float64Array.of(0.4),
    },
  }),
  first: {
    artifact: 'models/one',
    lists: [['a', 7], []],
    training: [{ epoch: 1, values: { loss: 0.1 } }],
  },
};

describe('a stored run', () => {
  it('is the run, to the bit', () => {
    expect(decodeRun('key', encodeRun('key', run))).toEqual(run);
    const small = finished({ metrics: { rmse: 1 } });
    expect(decodeRun('key', encodeRun('key', small))).toEqual({ ...small, first: undefined });
  });

  it('keeps every number of users', () => {
    fc.assert(
      fc.property(fc.float64Array(), (values) => {
        const userRows = Int32Array.from(values, (_, n) => n);
        const one = finished({ perUser: { userRows, values: { metric: values } } });
        const read = decodeRun('', encodeRun('', one)).evaluation.perUser.values['metric'];
        expect(read).toEqual(values);
      }),
    );
  });

  it('is not taken for the run of another key', () => {
    expect(() => decodeRun('other', encodeRun('key', run))).toThrow('of another key');
  });

  it('is refused with a typed error wherever it is cut off or overwritten', () => {
    const bytes = encodeRun('key', run);
    for (let length = 0; length < bytes.length; length += 7) {
      expect(() => decodeRun('key', bytes.subarray(0, length))).toThrow(
        expect.objectContaining({ code: 'artifact' }),
      );
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (other) => {
        expect(() => decodeRun('key', other)).toThrow(
          expect.objectContaining({ code: 'artifact' }),
        );
      }),
    );
  });
});
