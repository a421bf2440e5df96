import { describe, expect, test } from 'vitest';
import { finish, SasRecTraining, type SasRecParameters } from '../src/index.js';
import { lastStates } from './reference/sasrec.js';
import { batchOf, losses, useKernels, withModel } from './sasrec-support.js';
import {
  expectSameForAnyThreads,
  finishInTurn,
  normal,
  relativeDistance,
  usedBytes,
} from './support.js';

useKernels();

describe('a step', () => {
  for (const loss of losses) {
    for (const heads of [1, 2]) {
      test(`gives the same bits on any number of threads, ${loss.kind}, ${heads} heads`, async () => {
        const options = { items: 60, maxLength: 200, factors: 12, heads, loss };
        const lengths = [1, 2, 7, 200, 33, 8, 9, 64, 120, 16, 5, 4, 3, 2, 1, 90, 17, 31, 6, 11];
        const batch = batchOf(lengths, options);
        await expectSameForAnyThreads(() =>
          withModel(options, (model) => {
            const taken = Array.from({ length: 3 }, () => finish(model.step(batch)));
            return { taken, state: model.state() };
          }),
        );
      });
    }

    test(`learns a batch by heart, ${loss.kind}`, () => {
      const options = {
        items: 20,
        maxLength: 10,
        factors: 16,
        dropout: 0,
        learningRate: 0.01,
        loss,
      };
      const { negatives, ...rest } = batchOf([10, 3, 7], options);
      // What comes next is determined by the item, and a negative is never right.
      const next = rest.inputs.map((item) => (item + 1) % 20);
      const others = negatives?.map((_, i) => (next[i >> 1]! + 5 + (i & 1)) % 20);
      const batch = { ...rest, targets: next, ...(others && { negatives: others }) };
      withModel(options, (model) => {
        const first = finish(model.step(batch));
        for (let i = 0; i < 150; i++) finish(model.step(batch));
        expect(finish(model.step(batch))).toBeLessThan(0.2 * first);
      });
    });
  }

  test('moves parameters as Adam does by the gradients it had', () => {
    const options = { items: 9, maxLength: 6, factors: 6, learningRate: 0.05, epsilon: 1e-3 };
    const batch = batchOf([6, 4, 1], options);
    withModel(options, (model) => {
      const start = model.parameters();
      const m: Record<string, number[]> = {};
      const v: Record<string, number[]> = {};
      let expected: Record<string, number[]> = Object.fromEntries(
        Object.entries(start).map(([name, numbers]) => [name, [...numbers]]),
      );
      for (let step = 1; step <= 3; step++) {
        const { gradients } = finish(model.gradients(batch));
        finish(model.step(batch, 0.05 / step));
        expected = Object.fromEntries(
          Object.entries(gradients).map(([name, gradient]) => {
            m[name] = [...gradient].map((g, i) => 0.9 * (m[name]?.[i] ?? 0) + 0.1 * g);
            v[name] = [...gradient].map((g, i) => 0.98 * (v[name]?.[i] ?? 0) + 0.02 * g * g);
            return [
              name,
              expected[name]!.map((value, i) => {
                const mean = m[name]![i]! / (1 - 0.9 ** step);
                const root = Math.sqrt(v[name]![i]! / (1 - 0.98 ** step));
                return value - ((0.05 / step) * mean) / (root + 1e-3);
              }),
            ];
          }),
        );
      }
      const found = model.parameters();
      for (const [name, numbers] of Object.entries(expected)) {
        numbers.forEach((value, i) => {
          expect(Math.abs(found[name]![i]! - value), `${name}[${i}]`).toBeLessThan(1e-5);
        });
      }
      expect(model.stepCount).toBe(3);
    });
  });

  test('goes on with the same bits from a state', () => {
    const options = { items: 30, maxLength: 20, factors: 10, seed: 7 };
    const batch = batchOf([20, 5, 9], options);
    const [state, expected] = withModel(options, (model) => {
      for (let i = 0; i < 3; i++) finish(model.step(batch));
      const reached = model.state();
      finish(model.step(batch));
      return [reached, model.state()];
    });
    expect(state.step).toBe(3);
    withModel(options, (model) => {
      model.restore(state);
      expect(model.state()).toEqual(state);
      finish(model.step(batch));
      expect(model.state()).toEqual(expected);
    });
  });

  test('does not depend on other steps beside it', () => {
    const options = { items: 30, maxLength: 40, factors: 8 };
    const batches = [1, 2].map((seed) => batchOf([40, 40, 13], options, 3, seed));
    const alone = batches.map((batch) => withModel(options, (model) => finish(model.step(batch))));
    const models = batches.map(() => new SasRecTraining(options));
    const together = finishInTurn(models.map((model, i) => model.step(batches[i]!)));
    for (const model of models) model.dispose();
    expect(together).toEqual(alone);
  });
});

test('negatives are drawn alike from all items, others at each step, for any number of threads', async () => {
  // The bias of the last norm alone makes the hidden states, all ones, and scores are 0: the gradient of an item is half of
  // how often it was drawn, over the 100 targets.
  const options = { items: 50, maxLength: 100, factors: 4, dropout: 0, blocks: 1 };
  const batch = {
    ...{ offsets: Int32Array.of(0, 100), inputs: new Int32Array(100) },
    ...{ targets: new Int32Array(100), negatives: { uniform: 1001 } },
  };
  const draws = await expectSameForAnyThreads(() =>
    withModel(options, (model) =>
      [0, 1].map((step) => {
        const parameters = model.parameters();
        model.restore({ ...model.state(), step });
        model.setParameters({
          ...parameters,
          items: new Float32Array(200),
          'norm.gain': new Float32Array(4),
          'norm.bias': new Float32Array(4).fill(1),
        });
        const { items } = finish(model.gradients(batch)).gradients;
        return Array.from({ length: 50 }, (_, item) => Math.round(200 * items![4 * item]!));
      }),
    ),
  );
  for (const counts of draws) {
    // Item 0 is the target of all 100 positions, with ½ less each.
    const drawn = counts.map((count, item) => count + (item === 0 ? 100 : 0));
    expect(drawn.reduce((sum, count) => sum + count, 0)).toBe(100_100);
    const mean = 100_100 / 50;
    const chiSquare = drawn.reduce((sum, count) => sum + (count - mean) ** 2 / mean, 0);
    // 49 degrees of freedom: mean 49, standard deviation 9.9.
    expect(chiSquare).toBeGreaterThan(15);
    expect(chiSquare).toBeLessThan(100);
  }
  expect(draws[0]).not.toEqual(draws[1]);
});

describe('dropout', () => {
  const options = { items: 40, maxLength: 30, factors: 16, heads: 2, dropout: 0.4 };

  test('has the gradient of its own differences', () => {
    const batch = batchOf([30, 7, 12], options);
    withModel(options, (model) => {
      const parameters: SasRecParameters = Object.fromEntries(
        Object.entries(model.parameters()).map(([name, { length }], i) => [
          name,
          normal(length, i, 0.3).map((value) => value + (name.endsWith('gain') ? 1 : 0)),
        ]),
      );
      model.setParameters(parameters);
      const { gradients } = finish(model.gradients(batch));
      Object.entries(parameters).forEach(([name, numbers]) => {
        if (name.endsWith('key.bias')) return; // 0, whatever the masks
        const gradient = gradients[name]!;
        const norm = Math.hypot(...gradient);
        const at = (by: number): number => {
          const moved = numbers.map((value, i) => value + (by * gradient[i]!) / norm);
          model.setParameters({ ...parameters, [name]: moved });
          return finish(model.gradients(batch)).loss;
        };
        expect(norm, name).toBeGreaterThan(1e-3);
        expect(Math.abs((at(2e-3) - at(-2e-3)) / 4e-3 / norm - 1), name).toBeLessThan(0.01);
      });
    });
  });

  test('differs from step to step and from sequence to sequence', () => {
    const one = batchOf([12], options);
    withModel(options, (model) => {
      const first = finish(model.gradients(one)).loss;
      expect(finish(model.gradients(one)).loss).toBe(first);
      model.restore({ ...model.state(), step: 1 });
      expect(finish(model.gradients(one)).loss).not.toBe(first);
    });
    const repeated = (numbers: Int32Array): Int32Array<ArrayBuffer> =>
      Int32Array.from([...numbers, ...numbers]);
    const two = {
      offsets: Int32Array.of(0, 12, 24),
      inputs: repeated(one.inputs),
      targets: repeated(one.targets),
      negatives: repeated(one.negatives!),
    };
    withModel(options, (model) => {
      const [single, both] = [one, two].map((batch) => finish(model.gradients(batch)).loss);
      expect(both).not.toBe(single);
    });
    withModel({ ...options, dropout: 0 }, (model) => {
      const [single, both] = [one, two].map((batch) => finish(model.gradients(batch)).loss);
      expect(Math.abs(both! - single!)).toBeLessThan(1e-6);
    });
  });

  test('keeps the share that it should', () => {
    const kept: number[] = [];
    const wide = { items: 4, maxLength: 200, factors: 64, blocks: 1, dropout: 0.25 };
    const batch = batchOf([200], wide);
    withModel(wide, (model) => {
      const zeros = Object.fromEntries(
        Object.entries(model.parameters()).map(([name, numbers]) => [name, numbers.fill(0)]),
      );
      // The input alone reaches the gradient of the positions: it is 0 where the input was dropped.
      model.setParameters({
        ...zeros,
        items: normal(4 * 64, 1),
        positions: normal(200 * 64, 2),
        'norm.gain': new Float32Array(64).fill(1),
        'blocks.0.attentionNorm.gain': new Float32Array(64).fill(1),
        'blocks.0.innerNorm.gain': new Float32Array(64).fill(1),
      });
      const { positions } = finish(model.gradients(batch)).gradients;
      kept.push(positions!.filter((value) => value !== 0).length / positions!.length);
    });
    // 12,800 places: the standard deviation of the share is .0038.
    expect(Math.abs(kept[0]! - 0.75)).toBeLessThan(0.016);
  });
});

describe('encoding', () => {
  test('gives the last hidden state of the reference, of the last positions', () => {
    for (const heads of [1, 2]) {
      for (const blocks of [1, 2, 3]) {
        const options = { items: 50, maxLength: 40, factors: 12, heads, blocks };
        const sequences = batchOf([1, 8, 9, 40, 55, 3], options);
        withModel(options, (model) => {
          const found = finish(model.encode(sequences));
          const expected = lastStates(options, model.parameters(), sequences);
          expect(relativeDistance(found, expected)).toBeLessThan(1e-5);
        });
      }
    }
  });

  test('gives each sequence the same bits alone and among others, on any number of threads', async () => {
    const options = { items: 50, maxLength: 40, factors: 10 };
    const sequences = batchOf([13, 40, 1, 55, 20], options);
    const together = await expectSameForAnyThreads(() =>
      withModel(options, (model) => finish(model.encode(sequences))),
    );
    withModel(options, (model) => {
      for (let i = 0; i < 5; i++) {
        const [from, to] = [sequences.offsets[i]!, sequences.offsets[i + 1]!];
        const inputs = sequences.inputs.subarray(from, to);
        const alone = finish(model.encode({ offsets: Int32Array.of(0, to - from), inputs }));
        expect(alone).toEqual(together.slice(10 * i, 10 * i + 10));
      }
    });
  });
});

test('a step that is given up frees what it took', () => {
  const options = { items: 50, maxLength: 200, factors: 64 };
  const batch = batchOf(new Array<number>(64).fill(200), options);
  withModel(options, (model) => {
    const used = usedBytes();
    const steps = model.step(batch);
    expect(steps.next().done).toBe(false);
    expect(usedBytes()).toBeGreaterThan(used);
    steps.return(0);
    expect(usedBytes()).toBe(used);
  });
});
