// Losses of @tensorec/tensor with their gradients: fused on the backend simd, and composed of operations of tfjs on simd
// and wasm. Prints the table of the README of packages/tensor: the fastest and the median call, in milliseconds.
// `npm run bench tensor-losses -- simd` measures some devices alone; peers/tensor_losses.py measures the same with PyTorch.
import '@tensorflow/tfjs-backend-wasm';
import { catalogueSoftmax, infoNCE, ready, sampledBce, sampledSoftmax } from '@tensorec/tensor';
import * as tf from '@tensorflow/tfjs';
import { describeMachine } from '../scripts/sources.js';

/** What is measured: `prepare` makes the tensors and returns the loss and what its gradients are by. */
interface Workload {
  readonly name: string;
  readonly prepare: () => { readonly loss: () => tf.Scalar; readonly leaves: tf.Tensor[] };
}

const CALLS = 7;
/** After so many milliseconds no further call is begun. */
const LIMIT = 20_000;

const matrix = (rows: number, columns: number): tf.Tensor2D =>
  tf.randomNormal<tf.Rank.R2>([rows, columns], 0, 0.3, 'float32', rows + columns);
const numbers = <R extends tf.Rank>(shape: tf.ShapeMap[R], most: number): tf.Tensor<R> =>
  tf.randomUniform<R>(shape, 0, most, 'int32', most);

function catalogue(positions: number, columns: number, items: number): Workload {
  return {
    name: `catalogueSoftmax ${positions} × ${columns}, V = ${items}`,
    prepare: () => {
      const leaves = [matrix(positions, columns), matrix(items, columns)] as const;
      const targets = numbers<tf.Rank.R1>([positions], items);
      return { loss: () => catalogueSoftmax(...leaves, targets), leaves: [...leaves] };
    },
  };
}

function sampled(
  name: string,
  loss: typeof sampledBce,
  positions: number,
  columns: number,
  items: number,
  shape: [number] | [number, number],
): Workload {
  return {
    name: `${name} ${positions} × ${columns}, V = ${items}, negatives ${shape.join(' × ')}`,
    prepare: () => {
      const leaves = [matrix(positions, columns), matrix(items, columns)] as const;
      const positives = numbers<tf.Rank.R1>([positions], items);
      const negatives = numbers<tf.Rank.R1 | tf.Rank.R2>(shape, items) as tf.Tensor1D | tf.Tensor2D;
      return { loss: () => loss(...leaves, positives, negatives), leaves: [...leaves] };
    },
  };
}

const workloads: readonly Workload[] = [
  catalogue(25_600, 50, 3416),
  catalogue(2048, 64, 100_000),
  sampled('sampledBce', sampledBce, 25_600, 50, 3416, [25_600, 256]),
  sampled('sampledSoftmax', sampledSoftmax, 25_600, 50, 3416, [512]),
  {
    name: 'infoNCE 2048 × 64',
    prepare: () => {
      const leaves = [matrix(2048, 64), matrix(2048, 64)] as const;
      return { loss: () => infoNCE(...leaves, { temperature: 0.2 }), leaves: [...leaves] };
    },
  },
];

/** Milliseconds of value and gradients, fastest and median. */
function measure({ prepare }: Workload): string {
  const { loss, leaves } = prepare();
  const gradients = tf.valueAndGrads(() => loss());
  const times: number[] = [];
  const begun = performance.now();
  while (times.length < CALLS && (times.length === 0 || performance.now() - begun < LIMIT)) {
    const start = performance.now();
    const { value, grads } = gradients(leaves);
    value.dataSync();
    times.push(performance.now() - start);
    tf.dispose([value, grads]);
  }
  times.sort((a, b) => a - b);
  const digits = (value: number): string => String(Number(value.toPrecision(3)));
  return `${digits(times[0]!)} / ${digits(times[times.length >> 1]!)}`;
}

tf.env().set('IS_TEST', false);
await ready();
// The same backend under a name that the losses do not know.
tf.registerBackend('simd-composed', tf.findBackendFactory('simd'));
tf.copyRegisteredKernels('simd', 'simd-composed');
const known = ['simd', 'simd-composed', 'wasm'];
const asked = process.argv.slice(2).filter((word) => known.includes(word));
const devices = asked.length > 0 ? asked : known;
console.log(`${describeMachine()}; milliseconds, fastest / median`);
console.log(['', ...devices].join(' | '));
for (const workload of workloads) {
  const cells: string[] = [];
  for (const device of devices) {
    await tf.setBackend(device);
    tf.engine().startScope();
    cells.push(measure(workload));
    tf.engine().endScope();
  }
  console.log([workload.name, ...cells].join(' | '));
}
process.exit(0);
