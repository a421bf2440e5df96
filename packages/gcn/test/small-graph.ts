import { buildCsr, Random } from '@tensorec/kernels';
import type { PropagationOptions } from '../src/normalized-propagation.js';

/** Users 0 to 2, items 3 to 6; item 6 has nobody. */
export const edges = [
  [0, 3],
  [0, 4],
  [1, 4],
  [2, 3],
  [2, 4],
  [2, 5],
] as const;
export const history = buildCsr(
  3,
  4,
  Int32Array.from(edges, ([user]) => user),
  Int32Array.from(edges, ([, item]) => item - 3),
);
const nodes = 7;

/** z by the equations, in double precision, and the shortest vector that a length was taken of. */
export function embeddingsOf(
  start: readonly number[],
  options: PropagationOptions,
): { readonly z: readonly number[]; readonly shortest: number } {
  const { factors, layers, alpha, beta, gamma } = options;
  const neighbours = Array.from({ length: nodes }, (_, node) =>
    edges.flatMap(([user, item]) => (user === node ? [item] : item === node ? [user] : [])),
  );
  let layer = [...start];
  let shortest = Infinity;
  const sum = start.map((x) => gamma * x);
  for (let l = 0; l < layers; l++) {
    const before = layer;
    layer = start.map((_, at) => {
      const node = Math.floor(at / factors);
      const own = neighbours[node]!;
      const passed = own.map((other) => {
        const vector = before.slice(other * factors, (other + 1) * factors);
        const length = Math.hypot(...vector);
        shortest = Math.min(shortest, length);
        return vector[at % factors]! / length / neighbours[other]!.length ** beta;
      });
      return own.length === 0 ? 0 : passed.reduce((a, b) => a + b, 0) / own.length ** alpha;
    });
    layer.forEach((x, at) => (sum[at]! += ((1 - gamma) / layers) * x));
  }
  return { z: sum, shortest };
}

/** A number for each place of a table of the graph, normally distributed. */
export function startOf(factors: number, seed: number): Float32Array {
  const start = new Float32Array(nodes * factors);
  new Random(seed).fillNormal(start, 0, 1);
  return start;
}

/** The product of two vectors. */
export function dotOf(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((sum, x, i) => sum + x * b[i]!, 0);
}
