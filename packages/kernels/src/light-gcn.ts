import type { ReadonlyFloat32Array } from './arrays.js';
import type { Csr } from './csr.js';
import type { Scope } from './engine/scope.js';
import { Resident } from './engine/resident.js';
import { TensorecError } from './errors.js';
import { placeBipartite } from './graph.js';
import { copyOutPadded, paddedWidth, placePadded } from './gram.js';
import { arrangeBatch, type PairBatch } from './light-gcn-batch.js';
import {
  requireInteger,
  requireRange,
  requireTable,
  resolveOptions,
  type LightGcnOptions,
  type LightGcnState,
  type NodeTables,
  type ResolvedOptions,
} from './light-gcn-options.js';
import {
  backwardAt,
  embedAt,
  lossAt,
  placeTables,
  type LastHop,
  type LightGcnAt,
} from './light-gcn-pass.js';
import { pow } from './math.js';
import { Random } from './random.js';
import { finish, partOf, type Steps } from './steps.js';

/** Standard deviation of the parameters at the start, as in the paper's code. */
const START_DEVIATION = 0.1;
/** Nodes of a chunk of work on tables. */
const CHUNK_NODES = 256;

/** The loss of a batch and its gradients by the parameters. */
export interface LightGcnGradients {
  readonly loss: number;
  readonly gradients: NodeTables;
}

/**
 * Training of LightGCN (He, Deng, Wang, Li, Zhang & Wang, "LightGCN: simplifying and powering graph convolution network
 * for recommendation", SIGIR 2020) on a bipartite graph: rows and columns of a matrix are nodes, entries are edges. The
 * parameters x⁰ are an embedding of each node; a layer is
 *
 * xᵏ⁺¹ of a node = Σ over its neighbours v of xᵏ_v / √(d · d_v),
 *
 * d the number of edges (equation 3), and the embeddings are z = Σ αₖ · xᵏ (equation 4). An entry that is there twice
 * is two edges; values are not read. A node without entries has xᵏ = 0 for k > 0. A step lowers, by Adam over all nodes
 * (Kingma & Ba 2015), the loss of a batch (equation 15 on a batch, as the paper's code has it):
 *
 * mean of softplus(z_row · z_negative − z_row · z_positive) + λ / 2 · Σ ‖x⁰‖² / pairs,
 *
 * where the sum is over the row, the positive and each negative of every pair. The last layer is computed for the
 * nodes of the batch alone and the first hop back starts from them alone; both leave out zeros only.
 *
 * A step takes some 2 · layers · 2 · entries · factors additions. In single precision, each sum in an order that does not
 * depend on the threads: the same bits for any number of them.
 *
 * One step after the other: one that is given up while it moves parameters leaves some moved and some not.
 */
export class LightGcnTraining extends Resident {
  readonly #rows: number;
  readonly #columns: number;
  readonly #options: ResolvedOptions;
  readonly #model: LightGcnAt;
  readonly #firstMoments: number;
  readonly #secondMoments: number;
  #steps = 0;

  /**
   * Parameters start normally distributed with a standard deviation of .1, rows before columns.
   *
   * @param observed - the graph; copied
   * @throws TensorecError `invalid-argument` for an option out of range; `not-ready`, `memory`.
   */
  constructor(observed: Csr, options: LightGcnOptions) {
    super();
    this.#options = resolveOptions(options);
    const { memory } = this;
    const { factors, layerWeights } = this.#options;
    const random = new Random(options.seed);
    const { graph, degrees } = placeBipartite(memory, observed);
    const perNode = (value: (degree: number) => number): number =>
      memory.place(Float32Array.from(degrees, value));
    const width = paddedWidth(factors);
    const bytes = 4 * graph.nodes * width;
    this.#firstMoments = memory.allocateZeros(bytes);
    this.#secondMoments = memory.allocateZeros(bytes);
    const scaled = memory.allocate(bytes);
    const start = new Float32Array(graph.nodes * factors);
    random.fillNormal(start, 0, START_DEVIATION);
    this.#rows = observed.rows;
    this.#columns = observed.columns;
    this.#model = {
      graph,
      inverses: perNode((degree) => (degree === 0 ? 0 : 1 / degree)),
      roots: perNode((degree) => (degree === 0 ? 1 : Math.sqrt(degree))),
      inverseRoots: perNode((degree) => (degree === 0 ? 1 : 1 / Math.sqrt(degree))),
      width,
      layerWeights,
      parameters: placePadded(memory, start, graph.nodes, factors),
      scaled,
    };
    this.#scaleParameters();
  }

  /**
   * Moves the parameters by one step of Adam.
   *
   * @param learningRate - 0 or more; default that of the options
   * @returns the loss before the step
   * @throws TensorecError `invalid-argument` for an empty batch, lengths that do not agree, numbers out of range;
   * `numerical` for a loss that is not finite, which moves nothing.
   */
  step(batch: PairBatch, learningRate: number = this.#options.learningRate): Steps<number> {
    return this.whileUsable(this.#step(batch, learningRate));
  }

  *#step(batch: PairBatch, learningRate: number): Steps<number> {
    requireRange(learningRate, 'learningRate');
    const { beta1, beta2, epsilon } = this.#options;
    const { scaled, inverseRoots } = this.#model;
    const taken = this.#steps + 1;
    const moments = [this.#firstMoments, this.#secondMoments];
    const rate = learningRate / (1 - pow(beta1, taken));
    const correction = 1 / Math.sqrt(1 - pow(beta2, taken));
    const memory = this.memory.engine.open();
    try {
      const loss = yield* this.#pass(memory, batch, {
        task: 'updateNodes',
        parameters: [
          ...[scaled, inverseRoots, ...moments],
          ...[beta1, beta2, epsilon, rate, correction],
        ],
      });
      this.#steps = taken;
      return loss;
    } finally {
      memory.close();
    }
  }

  /** The loss of a batch and its gradients by the parameters, which stay as they are; errors as of a step. */
  gradients(batch: PairBatch): Steps<LightGcnGradients> {
    return this.whileUsable(this.#gradients(batch));
  }

  *#gradients(batch: PairBatch): Steps<LightGcnGradients> {
    const { graph, width } = this.#model;
    const memory = this.memory.engine.open();
    try {
      const table = memory.allocate(4 * graph.nodes * width);
      const loss = yield* this.#pass(memory, batch, {
        task: 'storeGradients',
        parameters: [table],
      });
      return { loss, gradients: this.#copyOut(table) };
    } finally {
      memory.close();
    }
  }

  /** Forward, loss and backward. */
  *#pass(memory: Scope, batch: PairBatch, last: LastHop): Steps<number> {
    const model = this.#model;
    const arranged = arrangeBatch(batch, this.#rows, this.#columns);
    const nodes = { count: arranged.nodes.length, at: memory.place(arranged.nodes) };
    const tables = placeTables(memory, model);
    const embeddings = memory.allocate(4 * nodes.count * model.width);
    yield* partOf(embedAt(memory, model, nodes, tables, embeddings), 0, 0.4);
    const { regularization } = this.#options;
    const lossSteps = lossAt(memory, model, arranged, nodes.at, embeddings, regularization);
    const { loss, gradients } = yield* partOf(lossSteps, 0.4, 0.45);
    if (!Number.isFinite(loss)) {
      throw new TensorecError(
        'numerical',
        `The loss of the batch is ${loss}; take a lower learning rate, or a state from before it grew.`,
      );
    }
    yield* partOf(backwardAt(memory, model, gradients, tables, last), 0.45, 1);
    return loss;
  }

  /** z of all nodes: what products of rows and columns rank by. */
  embeddings(): Steps<NodeTables> {
    return this.whileUsable(this.#embeddings());
  }

  *#embeddings(): Steps<NodeTables> {
    const model = this.#model;
    const count = model.graph.nodes;
    const memory = this.memory.engine.open();
    try {
      const at = memory.place(Int32Array.from({ length: count }, (_, node) => node));
      const result = memory.allocate(4 * count * model.width);
      yield* embedAt(memory, model, { count, at }, placeTables(memory, model), result);
      return this.#copyOut(result);
    } finally {
      memory.close();
    }
  }

  /** A copy of all that training changes. */
  state(): LightGcnState {
    this.requireUsable();
    return {
      parameters: this.#copyOut(this.#model.parameters),
      firstMoments: this.#copyOut(this.#firstMoments),
      secondMoments: this.#copyOut(this.#secondMoments),
      steps: this.#steps,
    };
  }

  /**
   * Goes back to a state, of this training or another with the same graph and options.
   *
   * @throws TensorecError `invalid-argument` for lengths that do not fit and numbers that are not finite or negative where
   * they cannot be, which changes nothing.
   */
  restore(state: LightGcnState<ReadonlyFloat32Array>): void {
    this.requireUsable();
    const { parameters, firstMoments, secondMoments, steps } = state;
    this.#requireTables(parameters, -Infinity, 'parameters');
    this.#requireTables(firstMoments, -Infinity, 'firstMoments');
    this.#requireTables(secondMoments, 0, 'secondMoments');
    requireInteger(steps, 0, 'steps');
    this.#copyIn(parameters, this.#model.parameters);
    this.#copyIn(firstMoments, this.#firstMoments);
    this.#copyIn(secondMoments, this.#secondMoments);
    this.#steps = steps;
    this.#scaleParameters();
  }

  #scaleParameters(): void {
    const { graph, width, parameters, scaled, inverseRoots } = this.#model;
    const values = [parameters, scaled, inverseRoots, 4 * width, graph.nodes, CHUNK_NODES];
    finish(this.memory.engine.run('scaleNodes', Math.ceil(graph.nodes / CHUNK_NODES), values));
  }

  #requireTables({ rows, columns }: NodeTables<ReadonlyFloat32Array>, least: number, name: string) {
    const { factors } = this.#options;
    requireTable(rows, this.#rows * factors, least, `${name}.rows`);
    requireTable(columns, this.#columns * factors, least, `${name}.columns`);
  }

  #copyOut(table: number): NodeTables {
    const { factors } = this.#options;
    const columns = table + 4 * this.#rows * this.#model.width;
    return {
      rows: copyOutPadded(this.memory, table, this.#rows, factors),
      columns: copyOutPadded(this.memory, columns, this.#columns, factors),
    };
  }

  #copyIn({ rows, columns }: NodeTables<ReadonlyFloat32Array>, table: number): void {
    const { memory } = this;
    const { factors } = this.#options;
    const { width } = this.#model;
    const numbers = memory.view(Float32Array, table, this.#model.graph.nodes * width);
    for (const [first, source] of [
      [0, rows],
      [this.#rows, columns],
    ] as const) {
      for (let i = 0, node = first; i < source.length; i += factors, node++) {
        numbers.set(source.subarray(i, i + factors), node * width);
      }
    }
  }
}
