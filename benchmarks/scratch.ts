// Row S18: the seconds of a training step of NeuMF on MovieLens 1M, batches of 4,096 pairs of which a fifth were seen, composed
// of tfjs operations with the row-sparse Adam of `tensor`. On the devices named by `--sets`; drawing pairs is not timed on
// either side.
import { Random } from '@tensorec/kernels';
import { Adam } from '@tensorec/tensor';

import { ComposedNeuMF, type LabelledPairs } from './composed/neumf.js';
import { movieLens } from './harness/data.js';
import { useDevice } from './harness/device.js';
import { report, startBenchmark, time } from './harness/measure.js';

const pairs = 4096;
const stepsTimed = 200;

const options = await startBenchmark(['simd', 'wasm', 'node']);
const { train } = await movieLens();
const batches = Array.from({ length: 20 }, (_, n) => draw(new Random(1, n)));
for (const device of options.sets) {
  if (!(await useDevice(device))) continue;
  for (const factors of [8]) await measure(device, factors);
}

async function measure(device: string, factors: number): Promise<void> {
  const model = new ComposedNeuMF(train.users.size, train.items.size, factors);
  const optimizer = new Adam();
  const losses: number[] = [];
  const timing = await time(options.repeats, () => {
    for (let n = 0; n < stepsTimed; n++) {
      const batch = batches[n % batches.length]!;
      const loss = optimizer.minimize((rows) => model.loss(rows, batch), {
        tables: model.uses(batch),
        variables: model.variables,
      });
      losses.push(loss.dataSync()[0]!);
      loss.dispose();
    }
  });
  const [first, min, median] = [timing.first, timing.min, timing.median].map(
    (seconds) => seconds / stepsTimed,
  ) as [number, number, number];
  const name = `neumf ml-1m b=${pairs} f=${factors}${device === 'simd' ? '' : `, ${device}`}`;
  report(name, options, { ...timing, first, min, median }, { quality: { loss: losses.at(-1)! } });
  optimizer.dispose();
  model.dispose();
}

/** Four pairs of drawn items for each one that was seen. */
function draw(random: Random): LabelledPairs {
  const { userRows, itemRows, items } = train;
  const event = Int32Array.from({ length: pairs }, () => random.integer(userRows.length));
  return {
    users: event.map((row) => userRows[row]!),
    items: event.map((row, n) => (n % 5 === 0 ? itemRows[row]! : random.integer(items.size))),
    labels: Float32Array.from(event, (_, n) => (n % 5 === 0 ? 1 : 0)),
  };
}
