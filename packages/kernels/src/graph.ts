import { transpose, type Csr } from './csr.js';
import type { Scope } from './engine/scope.js';
import { breadthFirstOrder, inverse, reorder, type NeighborLists } from './graph-order.js';
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

/** A graph with what is known of its nodes. */
export interface PlacedGraph {
  readonly graph: GraphAt;
  /** How many neighbours each node of the graph has. */
  readonly degrees: Int32Array;
  /** The node of each row of the matrix, and then of each column. */
  readonly nodeOf: Int32Array;
}

/**
 * The bipartite graph of a matrix: rows and columns are its nodes, and each entry is an edge, whatever its value. Nodes
 * are numbered so that hops read memory in order ({@link breadthFirstOrder}); lists are in the order of the matrix, so
 * that sums do not depend on the numbers.
 */
export function placeBipartite(memory: Scope, matrix: Csr): PlacedGraph {
  const lists = bipartiteLists(matrix);
  const order = breadthFirstOrder(lists);
  const { offsets, neighbors } = reorder(lists, order);
  const nodes = order.length;
  const degrees = new Int32Array(nodes);
  for (let node = 0; node < nodes; node++) degrees[node] = offsets[node + 1]! - offsets[node]!;
  const bounds = chunkBounds(offsets, nodes);
  const graph = {
    nodes,
    offsets: memory.place(offsets),
    neighbors: memory.place(neighbors),
    bounds: memory.place(bounds),
    chunks: bounds.length - 1,
    mostNeighbors: degrees.reduce((most, degree) => Math.max(most, degree), 0),
  };
  return { graph, degrees, nodeOf: inverse(order) };
}

/** Rows first, then columns. */
function bipartiteLists(matrix: Csr): NeighborLists {
  const { rows, columns, indices } = matrix;
  const turned = transpose(matrix);
  const entries = indices.length;
  const offsets = new Int32Array(rows + columns + 1);
  offsets.set(matrix.offsets);
  for (let column = 0; column <= columns; column++) {
    offsets[rows + column] = entries + turned.offsets[column]!;
  }
  const neighbors = new Int32Array(2 * entries);
  for (let entry = 0; entry < entries; entry++) neighbors[entry] = rows + indices[entry]!;
  neighbors.set(turned.indices, entries);
  return { offsets, neighbors };
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
