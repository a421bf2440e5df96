import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { finish, ready, SasRecTraining, type SasRecLoss } from '../src/index.js';
import { relativeDistance } from './support.js';

// golden/sasrec.py says in its first lines how the file is made again.
interface Golden {
  readonly factors: number;
  readonly blocks: number;
  readonly items: number;
  readonly maxLength: number;
  readonly sequences: readonly (readonly number[])[];
  readonly targets: readonly (readonly number[])[];
  readonly negatives: number;
  readonly runs: readonly {
    readonly kind: SasRecLoss['kind'];
    readonly heads: number;
    readonly loss: number;
    readonly gradients: Readonly<Record<string, readonly number[]>>;
  }[];
}

const golden = JSON.parse(
  readFileSync(new URL('golden/sasrec.json', import.meta.url), 'utf8'),
) as Golden;

beforeAll(() => ready({ threads: 2 }));

describe('SASRec against torch in double precision', () => {
  const { factors, blocks, items, maxLength, negatives: each } = golden;
  const inputs = Int32Array.from(golden.sequences.flat());
  const offsets = new Int32Array(golden.sequences.length + 1);
  golden.sequences.forEach((sequence, i) => (offsets[i + 1] = offsets[i]! + sequence.length));
  const targets = Int32Array.from(golden.targets.flat());
  const perNegative = (of: (position: number, j: number) => number): number[] =>
    Array.from({ length: each * inputs.length }, (_, i) => of(Math.floor(i / each), i % each));
  const negatives = Int32Array.from(perNegative((position, j) => (7 * position + 3 * j) % items));
  const corrections = Float32Array.from(
    perNegative((position, j) => 0.25 * ((position + j) % 5) - 0.5),
  );

  for (const { kind, heads, loss, gradients } of golden.runs) {
    test(`${kind}, ${heads} heads`, () => {
      const model = new SasRecTraining({
        ...{ items, maxLength, factors, heads, blocks, dropout: 0 },
        loss: kind === 'gbce' ? { kind, t: 0.75 } : { kind },
      });
      const parameters = Object.entries(gradients).map(([name, { length }], k) => {
        const shift = name.endsWith('gain') ? 1 : 0;
        const numbers = Float32Array.from(
          { length },
          (_, i) => 0.4 * Math.sin(1 + k + 0.37 * i) + shift,
        );
        return [name, numbers] as const;
      });
      model.setParameters(Object.fromEntries(parameters));
      const found = finish(
        model.gradients({
          ...{ offsets, inputs, targets },
          ...(kind === 'softmax' ? {} : { negatives }),
          ...(kind === 'sampled-softmax' ? { corrections } : {}),
        }),
      );
      model.dispose();
      expect(found.loss).toBeCloseTo(loss, 5);
      expect(Object.keys(found.gradients).sort()).toEqual(Object.keys(gradients).sort());
      for (const [name, expected] of Object.entries(gradients)) {
        // The gradient of a bias that all keys share is 0, but for rounding.
        if (name.endsWith('key.bias')) {
          for (const value of found.gradients[name]!) expect(Math.abs(value)).toBeLessThan(1e-6);
        } else {
          expect(relativeDistance(found.gradients[name]!, expected), name).toBeLessThan(2e-5);
        }
      }
    });
  }
});
