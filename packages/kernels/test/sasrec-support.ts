import { afterEach, beforeAll, beforeEach, expect } from 'vitest';
import {
  Random,
  ready,
  SasRecTraining,
  type SasRecBatch,
  type SasRecLoss,
  type SasRecOptions,
} from '../src/index.js';
import { usedBytes } from './support.js';

/** One of each kind. */
export const losses: readonly SasRecLoss[] = [
  { kind: 'bce' },
  { kind: 'gbce', t: 0.5 },
  { kind: 'sampled-softmax' },
  { kind: 'softmax' },
];

/** A batch that a test may change. */
export interface DrawnBatch extends SasRecBatch {
  readonly inputs: Int32Array<ArrayBuffer>;
  readonly targets: Int32Array<ArrayBuffer>;
  readonly negatives?: Int32Array<ArrayBuffer>;
}

/** Sequences of given lengths with random items. */
export function batchOf(
  lengths: readonly number[],
  { items, loss }: SasRecOptions,
  negatives = 2,
  seed = 1,
): DrawnBatch {
  const random = new Random(seed);
  const offsets = Int32Array.from([0, ...lengths]);
  for (let i = 1; i < offsets.length; i++) offsets[i]! += offsets[i - 1]!;
  const positions = offsets.at(-1)!;
  const draw = (length: number): Int32Array<ArrayBuffer> =>
    Int32Array.from({ length }, () => random.integer(items));
  return {
    offsets,
    inputs: draw(positions),
    targets: draw(positions),
    ...(loss?.kind === 'softmax' ? {} : { negatives: draw(positions * negatives) }),
  };
}

/** Starts the kernels, and expects each test to leave their memory as it was. */
export function useKernels(): void {
  beforeAll(() => ready({ threads: 2 }));
  let before = 0;
  beforeEach(() => {
    before = usedBytes();
  });
  afterEach(() => {
    expect(usedBytes()).toBe(before);
  });
}

/** Does something with a model and disposes of it. */
export function withModel<Result>(
  options: SasRecOptions,
  use: (model: SasRecTraining) => Result,
): Result {
  const model = new SasRecTraining(options);
  try {
    return use(model);
  } finally {
    model.dispose();
  }
}
