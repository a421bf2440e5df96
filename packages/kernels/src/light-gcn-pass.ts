import type { Scope } from './engine/scope.js';
import type { Parameters } from './engine/engine.js';
import { propagateAt, type GraphAt } from './graph.js';
import type { ArrangedBatch } from './light-gcn-batch.js';
import { partOf, type Steps } from './steps.js';

/** Nodes and pairs of a batch that a chunk takes. */
const CHUNK = 32;

/** What a pass over the layers reads: all of it in the engine's memory. */
export interface LightGcnAt {
  readonly graph: GraphAt;
  /** 1 / d of each node of d neighbours, 0 for none. */
  readonly inverses: number;
  /** √d, 1 for none. */
  readonly roots: number;
  /** 1 / √d, 1 for none. */
  readonly inverseRoots: number;
  /** Numbers of a row of a table, a multiple of 8. */
  readonly width: number;
  /** One a layer. */
  readonly layerWeights: readonly number[];
  /** The embeddings of layer 0. */
  readonly parameters: number;
  /** The same, each row times 1 / √d. */
  readonly scaled: number;
}

/** Where the gradients by the embeddings of a batch lie. */
export interface BatchGradientsAt {
  /** Place of each node of the graph in the batch, or −1. */
  readonly places: number;
  /** Gradients of the loss by the embeddings, each row times 1 / √d. */
  readonly rows: number;
  /** What regularization multiplies the parameters of each node of the batch by. */
  readonly decays: number;
}

/** What the last hop of the backward pass does with the gradients by the parameters. */
export interface LastHop {
  readonly task: 'storeGradients' | 'updateNodes';
  /** The table that it writes, and what else it reads. */
  readonly parameters: Parameters;
}

/** One or two tables for the layers between the first and the last, which are used in turn. */
export function placeTables(memory: Scope, model: LightGcnAt): readonly number[] {
  const length = Math.min(2, Math.max(0, model.layerWeights.length - 2));
  const bytes = 4 * model.graph.nodes * model.width;
  return Array.from({ length }, () => memory.allocate(bytes));
}

/** Runs computations one after the other as one. */
function* inTurn(parts: readonly Steps[]): Steps {
  for (const [i, part] of parts.entries()) {
    yield* partOf(part, i / parts.length, (i + 1) / parts.length);
  }
}

/**
 * Embeddings of listed nodes, the weighted sums of their layers. The last layer is computed for them alone.
 *
 * @param nodes - how many and where their numbers are
 * @param tables - of {@link placeTables}
 * @param sums - out: a row a listed node
 */
export function embedAt(
  memory: Scope,
  model: LightGcnAt,
  nodes: { readonly count: number; readonly at: number },
  tables: readonly number[],
  sums: number,
): Steps {
  const { engine } = memory;
  const { graph, inverses, roots, width, layerWeights, parameters, scaled } = model;
  const list = [nodes.at, nodes.count, CHUNK];
  const chunks = Math.ceil(nodes.count / CHUNK);
  const add = (table: number, layer: number): Steps => {
    const first = layer === 0 ? 1 : 0;
    const weight = layerWeights[layer]!;
    return engine.run('addLayer', chunks, [...list, table, 4 * width, weight, sums, first]);
  };
  const last = layerWeights.length - 1;
  if (last === 0) return add(parameters, 0);
  const parts = [add(scaled, 0)];
  let source = scaled;
  for (let layer = 1; layer < last; layer++) {
    const target = tables[layer % 2 === 1 ? 0 : 1]!;
    parts.push(propagateAt(memory, graph, inverses, width, source, target), add(target, layer));
    source = target;
  }
  const room = memory.allocate(engine.threads * 4 * width);
  const { offsets, neighbors } = graph;
  const lastWeight = layerWeights[last]!;
  parts.push(
    engine.run('addLastLayer', chunks, [
      ...[...list, source, 4 * width, lastWeight, sums],
      ...[offsets, neighbors, inverses, roots, room],
    ]),
  );
  return inTurn(parts);
}

/**
 * The loss of a batch, Σ softplus(row · negative − row · positive) / terms + λ / 2 · Σ ‖parameters‖² / pairs, and its
 * gradients by the embeddings.
 *
 * @param nodesAt - where the numbers of the nodes of the batch are
 * @param embeddings - of those nodes
 */
export function* lossAt(
  memory: Scope,
  model: LightGcnAt,
  batch: ArrangedBatch,
  nodesAt: number,
  embeddings: number,
  regularization: number,
): Steps<{ readonly loss: number; readonly gradients: BatchGradientsAt }> {
  const { engine } = memory;
  const { width, inverseRoots, parameters } = model;
  const { pairs, negativesPerPair, counts } = batch;
  const terms = pairs * negativesPerPair;
  const nodes = counts.length;
  const [losses, derivatives] = [memory.allocate(4 * terms), memory.allocate(4 * terms)];
  const compare = engine.run('comparePairs', Math.ceil(pairs / CHUNK), [
    ...[embeddings, 4 * width],
    ...[batch.rows, batch.positives, batch.negatives].map((list) => memory.place(list)),
    ...[pairs, negativesPerPair, CHUNK, 1 / terms, losses, derivatives],
  ]);
  yield* partOf(compare, 0, 0.5);
  const rows = memory.allocate(4 * nodes * width);
  const squares = memory.allocate(8 * nodes);
  const { offsets, others, terms: termOf } = batch.gradients;
  const gather = engine.run('gatherGradients', Math.ceil(nodes / CHUNK), [
    ...[embeddings, 4 * width],
    ...[offsets, others, termOf].map((list) => memory.place(list)),
    ...[derivatives, nodesAt, nodes, CHUNK, inverseRoots, parameters, rows, squares],
  ]);
  yield* partOf(gather, 0.5, 1);
  const gradients = {
    places: memory.place(batch.places),
    rows,
    decays: memory.place(Float32Array.from(counts, (count) => (regularization * count) / pairs)),
  };
  const mean = sum(memory.view(Float32Array, losses, terms)) / terms;
  const norms = memory.view(Float64Array, squares, nodes).map((norm, n) => norm * counts[n]!);
  return { loss: mean + ((regularization / 2) * sum(norms)) / pairs, gradients };
}

function sum(numbers: Float32Array | Float64Array): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}

/**
 * Takes gradients back through all layers; the first hop starts from the nodes of the batch alone.
 *
 * @param tables - of {@link placeTables}
 */
export function backwardAt(
  memory: Scope,
  model: LightGcnAt,
  { places, rows, decays }: BatchGradientsAt,
  tables: readonly number[],
  { task, parameters }: LastHop,
): Steps {
  const { engine } = memory;
  const { graph, inverses, roots, width, layerWeights } = model;
  const placesBytes = 4 * graph.mostNeighbors;
  const room = memory.allocate(engine.threads * (4 * width + placesBytes));
  const hop = (source: number, table: number, factor: number, layer: number): number[] => [
    ...[graph.offsets, graph.neighbors, graph.bounds, inverses, 4 * width, room],
    ...[places, rows, layerWeights[layer]!, source, table, factor],
    ...[roots, decays, model.parameters, placesBytes],
  ];
  const lastLayer = layerWeights.length - 1;
  const parts: Steps[] = [];
  let [source, table, factor] = [lastLayer === 0 ? 0 : 1, rows, layerWeights[lastLayer]!];
  for (let layer = lastLayer - 1; layer > 0; layer--) {
    const target = tables[layer % 2 === 1 ? 0 : 1]!;
    const values = [...hop(source, table, factor, layer), target];
    parts.push(engine.run('propagateBack', graph.chunks, values));
    [source, table, factor] = [2, target, 1];
  }
  const values = [...hop(source, table, factor, 0), ...parameters];
  parts.push(engine.run(task, graph.chunks, values));
  return inTurn(parts);
}
