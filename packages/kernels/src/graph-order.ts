/** The lists of neighbours of the nodes of a graph, in which every edge stands twice. */
export interface NeighborLists {
  /** Where each node's list begins, and the end. */
  readonly offsets: Int32Array;
  readonly neighbors: Int32Array;
}

/**
 * The nodes in breadth-first order from a node of the lowest degree, neighbours by ascending degree (Cuthill & McKee,
 * "Reducing the bandwidth of sparse symmetric matrices", 1969): nodes that share neighbours come to lie close together,
 * and so do the rows of a table that a hop reads one after the other. Linear time.
 */
export function breadthFirstOrder(graph: NeighborLists): Int32Array {
  const byDegree = nodesByDegree(graph);
  const { offsets, neighbors } = listsByDegree(graph, byDegree);
  const order = new Int32Array(byDegree.length);
  const found = new Uint8Array(byDegree.length);
  let end = 0;
  const append = (node: number): void => {
    if (found[node] === 1) return;
    found[node] = 1;
    order[end++] = node;
  };
  let next = 0;
  for (const start of byDegree) {
    append(start);
    for (; next < end; next++) {
      const node = order[next]!;
      for (let i = offsets[node]!; i < offsets[node + 1]!; i++) append(neighbors[i]!);
    }
  }
  return order;
}

/** Nodes by ascending degree, ties by number. */
function nodesByDegree({ offsets }: NeighborLists): Int32Array {
  const nodes = offsets.length - 1;
  const degree = (node: number): number => offsets[node + 1]! - offsets[node]!;
  let most = 0;
  for (let node = 0; node < nodes; node++) most = Math.max(most, degree(node));
  const next = new Int32Array(most + 2);
  for (let node = 0; node < nodes; node++) next[degree(node) + 1]!++;
  for (let d = 0; d <= most; d++) next[d + 1]! += next[d]!;
  const sorted = new Int32Array(nodes);
  for (let node = 0; node < nodes; node++) sorted[next[degree(node)]!++] = node;
  return sorted;
}

/** The same lists, each in the order of the given nodes. */
function listsByDegree({ offsets, neighbors }: NeighborLists, nodes: Int32Array): NeighborLists {
  const next = offsets.slice();
  const sorted = new Int32Array(neighbors.length);
  for (const node of nodes) {
    for (let i = offsets[node]!; i < offsets[node + 1]!; i++) sorted[next[neighbors[i]!]!++] = node;
  }
  return { offsets, neighbors: sorted };
}

/** The same graph with its nodes renumbered: node `order[n]` becomes n. The order within lists stays. */
export function reorder({ offsets, neighbors }: NeighborLists, order: Int32Array): NeighborLists {
  const numbers = inverse(order);
  const newOffsets = new Int32Array(offsets.length);
  const newNeighbors = new Int32Array(neighbors.length);
  let entry = 0;
  order.forEach((node, n) => {
    for (let i = offsets[node]!; i < offsets[node + 1]!; i++) {
      newNeighbors[entry++] = numbers[neighbors[i]!]!;
    }
    newOffsets[n + 1] = entry;
  });
  return { offsets: newOffsets, neighbors: newNeighbors };
}

/** The permutation that takes another one back. */
export function inverse(order: Int32Array): Int32Array {
  const places = new Int32Array(order.length);
  order.forEach((node, n) => (places[node] = n));
  return places;
}
