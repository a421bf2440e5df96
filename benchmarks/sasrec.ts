// Rows S14 to S16: the seconds of a training step of SASRec (forward, loss, backward, Adam) on 128 sequences of 200 random
// items each, 3,416 items, 2 blocks, 1 head, dropout 0.2; and of the hidden state of one sequence.
import { finish, Random, SasRecTraining, type SasRecLoss } from '@tensorec/kernels';
import { report, startBenchmark, time } from './harness/measure.js';

const sequences = 128;
const length = 200;
const items = 3416;
const blocks = 2;

/** What is trained for, with how many negatives, and how many factors. */
interface Work {
  readonly loss: SasRecLoss;
  readonly negatives: number;
  readonly factors: readonly number[];
}

const works: Readonly<Record<string, Work>> = {
  bce: { loss: { kind: 'bce' }, negatives: 1, factors: [50, 128] },
  gbce: { loss: { kind: 'gbce', t: 0.75 }, negatives: 256, factors: [50] },
  softmax: { loss: { kind: 'softmax' }, negatives: 0, factors: [50, 128] },
};

const options = await startBenchmark([...Object.keys(works), 'encode']);
const offsets = Int32Array.from({ length: sequences + 1 }, (_, i) => i * length);
const [inputs, targets] = [1, 2].map((seed) => {
  const random = new Random(seed);
  return Int32Array.from({ length: sequences * length }, () => random.integer(items));
}) as [Int32Array<ArrayBuffer>, Int32Array<ArrayBuffer>];

for (const set of options.sets) {
  const work = works[set];
  if (work === undefined) await measureEncoding();
  else for (const factors of work.factors) await measureStep(set, work, factors);
}

async function measureStep(set: string, { loss, negatives }: Work, factors: number): Promise<void> {
  const model = new SasRecTraining({ items, maxLength: length, factors, blocks, loss });
  const drawn = negatives === 0 ? {} : { negatives: { uniform: negatives } };
  const losses: number[] = [];
  // Steps are short beside the noise of a shared machine.
  const timing = await time(3 * options.repeats, () => {
    losses.push(finish(model.step({ offsets, inputs, targets, ...drawn })));
  });
  model.dispose();
  const candidates = negatives === 0 ? items : negatives + 1;
  // Three products for each matrix and each score, six for attention.
  const eachPosition =
    blocks * (36 * factors ** 2 + 6 * length * factors) + 6 * candidates * factors;
  report(`sasrec ${set} d=${factors}`, options, timing, {
    // The peer adds what gBCE takes the mean of.
    quality: { loss: losses[0]! * (set === 'gbce' ? negatives + 1 : 1) },
    detail: { 'GFLOP/s': (sequences * length * eachPosition) / timing.min / 1e9 },
  });
}

/** The hidden state of one sequence, 64 factors. */
async function measureEncoding(): Promise<void> {
  const model = new SasRecTraining({ items, maxLength: length, factors: 64, blocks });
  const sequence = { offsets: Int32Array.of(0, length), inputs: inputs.subarray(0, length) };
  const timing = await time(100 * options.repeats, () => finish(model.encode(sequence)));
  model.dispose();
  report('sasrec encode d=64', options, timing);
}
