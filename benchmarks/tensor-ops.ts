// Operations of @tensorec/tensor on the backend simd: by kernels of their own beside the same composed of operations of tfjs.
// Prints the table of the README of packages/tensor: the fastest and the median call, in milliseconds; a call of "both" is one
// forward and one backward direction. Words after the name keep the workloads whose names hold one of them.
import { buildCsr, Random } from '@tensorec/kernels';
import * as tf from '@tensorflow/tfjs';
import {
  gelu,
  layerNorm,
  ready,
  scaledDotProductAttention,
  SparseMatrix,
  topK,
} from '@tensorec/tensor';
import { describeMachine } from '../scripts/sources.js';

/** What is measured: `prepare` makes the tensors and returns the calls. */
interface Workload {
  readonly name: string;
  readonly calls: number;
  readonly prepare: () => Readonly<Record<'fused' | 'composed', (() => unknown) | undefined>>;
}

type Operation = (...inputs: tf.Tensor[]) => tf.Tensor;

/** Forward alone, and forward and backward, of an operation by kernels and composed. */
function directions(
  name: string,
  prepare: () => {
    readonly inputs: tf.Tensor[];
    readonly fused: Operation;
    readonly composed?: Operation;
  },
): readonly Workload[] {
  return ['forward', 'both'].map((direction) => ({
    name: `${name}, ${direction}`,
    calls: 12,
    prepare: () => {
      const { inputs, fused, composed } = prepare();
      const callOf = (operation: Operation | undefined): (() => unknown) | undefined => {
        if (operation === undefined) return undefined;
        if (direction === 'forward') return () => operation(...inputs);
        const gradient = tf.tidy(() => tf.randomNormal(operation(...inputs).shape));
        const gradients = tf.grads(operation);
        return () => gradients(inputs, gradient);
      };
      return { fused: callOf(fused), composed: callOf(composed) };
    },
  }));
}

/** Causal attention without a kernel of its own. */
function composedAttention(query: tf.Tensor, key: tf.Tensor, value: tf.Tensor): tf.Tensor {
  const [queries, depth] = [query.shape.at(-2)!, query.shape.at(-1)!];
  const places = tf.range(0, queries, 1, 'int32');
  const visible = places.reshape([1, queries]).lessEqual(places.reshape([queries, 1]));
  const scores = tf.matMul(query, key, false, true).mul(1 / Math.sqrt(depth));
  const hidden = visible.toFloat().sub(1).mul(1e30);
  return tf.matMul(tf.softmax(scores.add(hidden)), value);
}

function composedLayerNorm(x: tf.Tensor, gain: tf.Tensor, bias: tf.Tensor): tf.Tensor {
  const distance = x.sub(x.mean(-1, true));
  const variance = distance.square().mean(-1, true);
  return distance.mul(variance.add(1e-5).rsqrt()).mul(gain).add(bias);
}

/** As many nodes and edges as the graph of Gowalla, a few nodes with most of the edges. */
function gowallaSized(): SparseMatrix {
  const [users, items, interactions] = [29_858, 40_981, 810_128];
  const random = new Random(1);
  const few = (size: number): number => Math.floor(size * random.uniform() ** 2);
  const draw = (size: number): Int32Array =>
    Int32Array.from({ length: interactions }, () => few(size));
  const graph = SparseMatrix.bipartite(buildCsr(users, items, draw(users), draw(items)));
  return graph.normalize('symmetric');
}

/** Sparse times dense by gathering a row for each entry and adding up by segment. */
function composedProduct({ csr }: SparseMatrix): Operation {
  const rowOf = new Int32Array(csr.indices.length);
  for (let row = 0; row < csr.rows; row++) rowOf.fill(row, csr.offsets[row], csr.offsets[row + 1]);
  const [rows, columns] = [tf.tensor1d(rowOf), tf.tensor1d(Int32Array.from(csr.indices))];
  const values = tf.tensor2d(Float32Array.from(csr.values), [rowOf.length, 1]);
  return (dense) => tf.unsortedSegmentSum(tf.gather(dense, columns).mul(values), rows, csr.rows);
}

const workloads: readonly Workload[] = [
  ...[
    [1, 50],
    [1, 64],
    [2, 32],
    [4, 16],
  ].flatMap(([heads, depth]) =>
    directions(`causal attention 128 × ${heads!} × 200 × ${depth!}`, () => ({
      inputs: [0, 1, 2].map(() => tf.randomNormal([128, heads!, 200, depth!])),
      fused: (query, key, value) =>
        scaledDotProductAttention(query as tf.Tensor4D, key as tf.Tensor4D, value as tf.Tensor4D, {
          causal: true,
        }),
      composed: (query, key, value) => composedAttention(query, key, value),
    })),
  ),
  ...directions('layerNorm 25,600 × 64', () => ({
    inputs: [tf.randomNormal([25_600, 64]), tf.randomNormal([64]), tf.randomNormal([64])],
    fused: (x, gain, bias) => layerNorm(x, gain as tf.Tensor1D, bias as tf.Tensor1D),
    composed: (x, gain, bias) => composedLayerNorm(x, gain, bias),
  })),
  ...directions('gelu 25,600 × 64', () => ({
    inputs: [tf.randomNormal([25_600, 64])],
    fused: (x) => gelu(x),
    composed: (x) => x.mul(x.mul(Math.SQRT1_2).erf().add(1).mul(0.5)),
  })),
  ...directions('sparse 70,839², 1,620,256 entries · dense 64', () => {
    const graph = gowallaSized();
    return {
      inputs: [tf.randomNormal([graph.shape[1], 64])],
      fused: (dense) => graph.matMul(dense as tf.Tensor2D),
      composed: composedProduct(graph),
    };
  }),
  {
    name: 'topK 256 × 40,981, k = 20',
    calls: 12,
    prepare: () => {
      const scores = tf.randomNormal<tf.Rank.R2>([256, 40_981]);
      return { fused: () => topK(scores, 20), composed: () => tf.topk(scores, 20) };
    },
  },
];

/** Milliseconds of a call, fastest and median. */
function measure(call: (() => unknown) | undefined, calls: number, limit: number): string {
  if (call === undefined) return '';
  const times: number[] = [];
  const begun = performance.now();
  while (times.length < calls && (times.length < 2 || performance.now() - begun < limit)) {
    const start = performance.now();
    tf.tidy(() => {
      call();
    });
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  const digits = (value: number): string => String(Number(value.toPrecision(3)));
  return `${digits(times[0]!)} / ${digits(times[times.length >> 1]!)}`;
}

tf.env().set('IS_TEST', true);
await ready();
await tf.setBackend('simd');
const wanted = process.argv.slice(2);
console.log(`${describeMachine()}; milliseconds, fastest / median`);
console.log(['', 'own kernels', 'composed'].join(' | '));
for (const { name, calls, prepare } of workloads) {
  if (wanted.length > 0 && !wanted.some((word) => name.includes(word))) continue;
  const cells = tf.tidy(() => {
    const { fused, composed } = prepare();
    return [measure(fused, calls, 20_000), measure(composed, calls, 20_000)];
  });
  console.log([name, ...cells].join(' | '));
}
process.exit(0);
