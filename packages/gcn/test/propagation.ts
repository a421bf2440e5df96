import type { Csr } from '@tensorec/core';

/** The tables of LightGCN by its equations 3 and 4, in double precision, dense and without a thought for time. */
export interface Propagated {
  /** z of users and of items, a row a node. */
  readonly users: readonly number[][];
  readonly items: readonly number[][];
  /** Layers x⁰ … x^L of the items. */
  readonly itemLayers: readonly (readonly number[][])[];
}

/** @param start - x⁰ of users, then of items */
export function propagate(history: Csr, start: readonly number[][], layers: number): Propagated {
  const { rows, offsets, indices } = history;
  const edges = start.map((): number[] => []);
  for (let user = 0; user < rows; user++) {
    for (let entry = offsets[user]!; entry < offsets[user + 1]!; entry++) {
      edges[user]!.push(rows + indices[entry]!);
      edges[rows + indices[entry]!]!.push(user);
    }
  }
  const all = [start];
  for (let layer = 0; layer < layers; layer++) {
    const before = all[layer]!;
    all.push(
      edges.map((neighbours) =>
        sumOf(
          neighbours.map((other) =>
            before[other]!.map((x) => x / Math.sqrt(neighbours.length * edges[other]!.length)),
          ),
          start[0]!.length,
        ),
      ),
    );
  }
  const mean = start.map((own, node) =>
    sumOf(
      all.map((layer) => layer[node]!),
      own.length,
    ).map((x) => x / (layers + 1)),
  );
  return {
    users: mean.slice(0, rows),
    items: mean.slice(rows),
    itemLayers: all.map((layer) => layer.slice(rows)),
  };
}

/** The sum of vectors of a length. */
export function sumOf(vectors: readonly (readonly number[])[], length: number): number[] {
  return Array.from({ length }, (_, i) => vectors.reduce((sum, vector) => sum + vector[i]!, 0));
}
