import { describe, expect, test } from 'vitest';
import {
  finish,
  SasRecTraining,
  type SasRecBatch,
  type SasRecLoss,
  type SasRecOptions,
  type SasRecParameters,
} from '../src/index.js';
import { batchOf, useKernels, withModel } from './sasrec-support.js';
import { expectError } from './support.js';

useKernels();

describe('what cannot be', () => {
  const options: SasRecOptions = { items: 10, maxLength: 8, factors: 4 };
  const good = batchOf([3, 2], options);

  test.each<[Partial<SasRecOptions>, string]>([
    [{ items: 0 }, 'items'],
    [{ maxLength: 1.5 }, 'maxLength'],
    [{ factors: 3 }, 'even'],
    [{ factors: 6, heads: 2 }, 'multiple of 4'],
    [{ heads: 0 }, 'heads'],
    [{ blocks: NaN }, 'blocks'],
    [{ dropout: 1 }, 'dropout'],
    [{ dropout: 0.999999 }, 'dropout'],
    [{ learningRate: NaN }, 'learningRate'],
    [{ beta1: 1 }, 'beta1'],
    [{ beta2: -0.1 }, 'beta2'],
    [{ epsilon: 0 }, 'epsilon'],
    [{ seed: -1 }, 'seed'],
    [{ loss: { kind: 'gbce', t: 2 } }, 'loss.t'],
    [{ loss: { kind: 'hinge' } as unknown as SasRecLoss }, 'hinge'],
  ])('options %o', (change, piece) => {
    expectError(() => withModel({ ...options, ...change }, () => 0), 'invalid-argument', piece);
  });

  test.each<[string, Partial<SasRecBatch>, string]>([
    ['no sequence', { offsets: Int32Array.of(0) }, 'offsets'],
    ['a start elsewhere', { offsets: Int32Array.of(1, 3, 5) }, 'offsets[0]'],
    ['an empty sequence', { offsets: Int32Array.of(0, 0, 5) }, 'Sequence 0'],
    ['falling offsets', { offsets: Int32Array.of(0, 7, 5) }, 'Sequence 1'],
    ['an end elsewhere', { offsets: Int32Array.of(0, 3, 4) }, 'inputs has 5'],
    ['an input out of range', { inputs: Int32Array.of(1, 2, 10, 0, 0) }, 'inputs[2] is 10'],
    ['a negative input', { inputs: Int32Array.of(1, 2, -1, 0, 0) }, 'inputs[2] is -1'],
    ['a target out of range', { targets: Int32Array.of(1, 2, 3, 10, 0) }, 'targets[3] is 10'],
    ['a target below -1', { targets: Int32Array.of(1, 2, 3, -2, 0) }, 'targets[3] is -2'],
    ['too few targets', { targets: Int32Array.of(1) }, 'targets has 1'],
    ['no target', { targets: new Int32Array(5).fill(-1) }, 'No position'],
    ['too few negatives', { negatives: new Int32Array(9) }, 'negatives has 9'],
    ['no negatives', { negatives: new Int32Array(0) }, 'negatives has 0'],
    [
      'a negative out of range',
      { negatives: new Int32Array(10).fill(11, 4) },
      'negatives[4] is 11',
    ],
    ['no number of negatives', { negatives: { uniform: 0 } }, 'uniform is 0'],
    ['too many negatives', { negatives: { uniform: 1e9 } }, 'uniform is 1000000000'],
    ['corrections of another loss', { corrections: new Float32Array(10) }, 'corrections'],
  ])('batches with %s', (_, change, piece) => {
    withModel(options, (model) => {
      const start = model.state();
      const batch = { ...good, ...change };
      expectError(() => finish(model.step(batch)), 'invalid-argument', piece);
      expectError(() => finish(model.gradients(batch)), 'invalid-argument', piece);
      expect(model.state()).toEqual(start);
    });
  });

  test('too long a sequence, a rate that is none, corrections that are none', () => {
    withModel(options, (model) => {
      const long = batchOf([9], options);
      expectError(() => finish(model.step(long)), 'invalid-argument', 'maxLength');
      expectError(() => finish(model.step(good, NaN)), 'invalid-argument', 'learningRate is NaN');
      expectError(() => finish(model.step(good, -1)), 'invalid-argument', 'learningRate is -1');
    });
    withModel({ ...options, loss: { kind: 'sampled-softmax' } }, (model) => {
      const corrections = new Float32Array(10).fill(NaN, 3);
      expectError(() => finish(model.step({ ...good, corrections })), 'invalid-argument', '[3]');
    });
    withModel({ ...options, loss: { kind: 'softmax' } }, (model) => {
      expectError(() => finish(model.step(good)), 'invalid-argument', 'leave negatives out');
    });
  });

  test('sequences to encode', () => {
    withModel(options, (model) => {
      const inputs = Int32Array.of(1, 10);
      const offsets = Int32Array.of(0, 2);
      expectError(() => finish(model.encode({ offsets, inputs })), 'invalid-argument', 'inputs[1]');
      const empty = { offsets: Int32Array.of(0, 0), inputs: new Int32Array(0) };
      expectError(() => finish(model.encode(empty)), 'invalid-argument', 'Sequence 0');
    });
  });

  test('parameters and states', () => {
    withModel(options, (model) => {
      const state = model.state();
      const { items, ...rest } = state.parameters;
      const wrong: readonly [SasRecParameters, string][] = [
        [rest, 'items of parameters has no'],
        [{ ...rest, items: new Float32Array(3) }, 'has 3 numbers; give 40'],
        [{ ...rest, items: items!.slice().fill(NaN, 7, 8) }, 'items[7]'],
        [{ ...state.parameters, other: new Float32Array(1) }, 'other'],
      ];
      for (const [parameters, piece] of wrong) {
        expectError(() => { model.setParameters(parameters); }, 'invalid-argument', piece); // prettier-ignore
        expectError(() => { model.restore({ ...state, firstMoments: parameters }); }, 'invalid-argument'); // prettier-ignore
      }
      expectError(() => { model.restore({ ...state, step: -1 }); }, 'invalid-argument', 'step'); // prettier-ignore
      expect(model.state()).toEqual(state);
    });
  });

  test('a loss that is not finite leaves everything as it was', () => {
    withModel(options, (model) => {
      const parameters = { ...model.parameters() };
      parameters['items'] = parameters['items']!.map(() => 3e38);
      model.setParameters(parameters);
      const start = model.state();
      expectError(() => finish(model.step(good)), 'numerical', 'step 1');
      expect(model.state()).toEqual(start);
    });
  });

  test('use after disposal', () => {
    const model = new SasRecTraining(options);
    const steps = model.step(good);
    model.dispose();
    expectError(() => finish(steps), 'invalid-argument', 'disposed');
    expectError(() => model.parameters(), 'invalid-argument', 'disposed');
  });
});
