import { transpose, type Csr } from './csr.js';
import type { Scope } from './engine/scope.js';
import { chunkBounds } from './sparse-operator.js';
import type { Steps } from './steps.js';

/**
 * A graph in the engine's memory: for each node the list of its neighbours, which an edge that is there twice names twice.
 */
export interface GraphAt {
  readonly nodes: number;
  /** Where each node's list begins, and the end. */
  readonly offsets: number;
  readonly neighbors: number;
  /** First node of each chunk, and the end. */
  readonly bounds: number;
  readonly chunks: number;
  /** Most neighbours of a node. */
  readonly mostNeighbors: number;
}

/** A graph beside the numbers of neighbours of its nodes. */
export interface PlacedGraph {
  readonly graph: GraphAt;
  readonly degrees: Int32Array;
}

/**
 * The bipartite graph of a matrix: the rows are its first nodes, the columns those after them, and each entry is an edge,
 * whatever its value.
 */
export function placeBipartite(memory: Scope, matrix: Csr): PlacedGraph {
  const { rows } = matrix;
  const turned = transpose(matrix);
  const entries = matrix.indices.length;
  const nodes = rows + turned.rows;
  const offsets = new Int32Array(nodes + 1);
  offsets.set(matrix.offsets);
  for (let column = 0; column <= turned.rows; column++) {
    offsets[rows + column] = entries + turned.offsets[column]!;
  }
  const neighbors = new Int32Array(2 * entries);
  for (let entry = 0; entry < entries; entry++) neighbors[entry] = rows + matrix.indices[entry]!;
  neighbors.set(turned.indices, entries);
  const degrees = Int32Array.from(
    { length: nodes },
    (_, node) => offsets[node + 1]! - offsets[node]!,
  );
  const bounds = chunkBounds(offsets, nodes);
  const graph = {
    nodes,
    offsets: memory.place(offsets),
    neighbors: memory.place(neighbors),
    bounds: memory.place(bounds),
    chunks: bounds.length - 1,
    mostNeighbors: degrees.reduce((most, degree) => Math.max(most, degree), 0),
  };
  return { graph, degrees };
}

/**
 * One hop over all nodes: each row of the result is the sum of the neighbours' rows times the node's scale, in the order
 * of the list. A row of the result depends on those rows alone.
 *
 * @param scale - a single for each node
 * @param width - numbers of a row, a multiple of 8
 * @param table - nodes × width
 * @param result - another table
 */
export function propagateAt(
  memory: Scope,
  graph: GraphAt,
  scale: number,
  width: number,
  table: number,
  result: number,
): Steps {
  const { offsets, neighbors, bounds, chunks } = graph;
  return memory.engine.run('propagate', chunks, [
    offsets,
    neighbors,
    bounds,
    scale,
    4 * width,
    table,
    result,
  ]);
}
