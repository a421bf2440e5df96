import type { Engine } from './engine/engine.js';
import { Resident } from './engine/resident.js';
import type { Scope } from './engine/scope.js';
import { requireArgument, TensorecError } from './errors.js';
import { pow } from './math.js';
import {
  placeBatch,
  requireItems,
  requireSequences,
  type PlacedBatch,
  type SasRecBatch,
  type SasRecSequences,
} from './sasrec-batch.js';
import {
  lossWeights,
  requirePositive,
  resolveOptions,
  type ResolvedOptions,
  type SasRecOptions,
} from './sasrec-options.js';
import { countUses, GROUP_ITEMS, noPacked, packItems } from './sasrec-items.js';
import { ParameterLayout, type SasRecParameters } from './sasrec-parameters.js';
import { partOf, type Steps } from './steps.js';

/** A loss and its gradient by each parameter. */
export interface SasRecGradients {
  readonly loss: number;
  readonly gradients: SasRecParameters;
}

/** All that training goes on from: the same bits follow from the same state. */
export interface SasRecState {
  /** Steps that were taken. */
  readonly step: number;
  readonly parameters: SasRecParameters;
  /** Adam's means of gradients. */
  readonly firstMoments: SasRecParameters;
  /** Adam's means of squared gradients. */
  readonly secondMoments: SasRecParameters;
}

/** How long a slice of a step takes, in milliseconds, before it yields. */
const SLICE = 24;
/** Rows of a chunk: as in assembly/sasrec-entries.ts. */
const CHUNK_ROWS = 16;

/** Where the gradients of a batch stand once it went backward. */
interface Backward {
  readonly loss: number;
  readonly tables: readonly number[];
  readonly uses: readonly number[];
}

/**
 * SASRec (Kang & McAuley, "Self-attentive sequential recommendation", ICDM 2018) and its training by Adam, kept in the
 * engine's memory. The input of a position is √d · its item + its position, counted from the end: the last item of a
 * sequence has the last of the `maxLength` positions, as with padding on the left. Each block, as in the authors' code,
 * normalises its input for the queries, from which the residual starts; keys and values are the input itself; a causal
 * softmax of q·k / √(d / heads) weighs the values; the sum is normalised and passes a feed-forward network of two layers
 * with max(x, 0) between and a residual of its own. Norms add 1e-8 to variances. The hidden state h is the normalised
 * result of the last block, and an item's score is its product with the item's factors.
 *
 * Items and positions start from normal numbers with a standard deviation of 0.02, matrices from Xavier's uniform ones
 * (Glorot & Bengio 2010), biases from 0 and gains from 1.
 *
 * A sequence goes forward, through the loss and backward on one thread while its numbers are in the cache; gradients of
 * up to 16 parts of the batch are added in the order of the parts, those of items in the order of their uses. Adam moves
 * all parameters, also items that the batch has not. The same bits for any number of threads. One step after the other:
 * one that is given up while it updates leaves parameters that are of no use.
 *
 * A sequence of n positions takes n · blocks · (18 · d² + 3.5 · n · d) multiply-adds and 3 · d for each score; memory is
 * four numbers for each of 3 · (items + 6 · blocks · d) rows of d, 8 bytes for each use of an item, and with `softmax` a table of
 * gradients of the items for each part, within 256 MB.
 */
export class SasRecTraining extends Resident {
  readonly #options: ResolvedOptions;
  readonly #layout: ParameterLayout;
  readonly #parameters: number;
  readonly #firstMoments: number;
  readonly #secondMoments: number;
  #step = 0;

  /**
   * @throws TensorecError `invalid-argument` for options out of range, such as factors that the heads do not share
   * evenly; `not-ready`, `memory`.
   */
  constructor(options: SasRecOptions) {
    super();
    this.#options = resolveOptions(options);
    const { memory } = this;
    const rowBytes = memory.engine.value('sasRecRowBytes', this.#options.factors);
    this.#layout = new ParameterLayout(this.#options, rowBytes);
    const { bytes } = this.#layout;
    this.#parameters = memory.allocateZeros(bytes);
    this.#firstMoments = memory.allocateZeros(bytes);
    this.#secondMoments = memory.allocateZeros(bytes);
    this.#layout.initialize(memory, this.#parameters, this.#options.seed);
  }

  /** Steps that were taken. */
  get stepCount(): number {
    return this.#step;
  }

  /**
   * Learns from a batch: forward, loss, backward, and a step of Adam.
   *
   * @param learningRate - default that of the options
   * @returns the mean loss of the positions that have a target, as it was before the step, with dropout
   * @throws TensorecError `invalid-argument` for a batch without sequences or targets, lengths that do not fit, items out
   * of range, a sequence longer than `maxLength`, or a learning rate that is not above 0; `numerical` when the loss is
   * not finite, and then nothing has changed.
   */
  step(batch: SasRecBatch, learningRate?: number): Steps<number> {
    return this.whileUsable(this.#learn(batch, learningRate ?? this.#options.learningRate));
  }

  *#learn(batch: SasRecBatch, learningRate: number): Steps<number> {
    requirePositive(learningRate, 'learningRate');
    const memory = this.memory.engine.open();
    try {
      const backward = yield* partOf(this.#backward(memory, batch), 0, 0.95);
      if (!Number.isFinite(backward.loss)) {
        throw new TensorecError(
          'numerical',
          `The loss of step ${this.#step + 1} is ${backward.loss}; use a lower learning rate.`,
        );
      }
      const { beta1, beta2, epsilon } = this.#options;
      const step = ++this.#step;
      yield* partOf(
        this.#finishGradients(memory, backward, 0, [
          learningRate / (1 - pow(beta1, step)),
          beta1,
          beta2,
          epsilon,
          1 / Math.sqrt(1 - pow(beta2, step)),
        ]),
        0.95,
        1,
      );
      return backward.loss;
    } finally {
      memory.close();
    }
  }

  /**
   * The loss of a batch and its gradients, without a step; with the dropout of the step that would come next.
   *
   * @throws TensorecError as {@link SasRecTraining.step}, but for a loss that is not finite.
   */
  gradients(batch: SasRecBatch): Steps<SasRecGradients> {
    return this.whileUsable(this.#gradients(batch));
  }

  *#gradients(batch: SasRecBatch): Steps<SasRecGradients> {
    const memory = this.memory.engine.open();
    try {
      const backward = yield* partOf(this.#backward(memory, batch), 0, 0.9);
      const out = memory.allocateZeros(this.#layout.bytes);
      yield* partOf(this.#finishGradients(memory, backward, out, [0, 0, 0, 0, 0]), 0.9, 1);
      return { loss: backward.loss, gradients: this.#layout.read(memory, out) };
    } finally {
      memory.close();
    }
  }

  /**
   * The hidden state after the last position of each sequence, without dropout: sequences × d, row-major. Of a sequence
   * longer than `maxLength` the last `maxLength` positions count. A sequence's hidden state depends on itself alone, to
   * the bit. Of the last block only what the last position needs is computed.
   *
   * @throws TensorecError `invalid-argument` for sequences without positions or items out of range.
   */
  encode(sequences: SasRecSequences): Steps<Float32Array<ArrayBuffer>> {
    return this.whileUsable(this.#encode(sequences));
  }

  *#encode(sequences: SasRecSequences): Steps<Float32Array<ArrayBuffer>> {
    const { factors, heads, items, maxLength } = this.#options;
    const longest = Math.min(maxLength, requireSequences(sequences));
    requireItems(sequences.inputs, items, 'inputs');
    const { offsets, inputs } = sequences;
    const count = offsets.length - 1;
    const lengths = Int32Array.from({ length: count }, (_, i) =>
      Math.min(maxLength, offsets[i + 1]! - offsets[i]!),
    );
    const { engine } = this.memory;
    const memory = engine.open();
    try {
      const bytes = engine.value('sasRecSpace', factors, heads, 2, Math.ceil(longest / 8), 0, 0);
      const out = memory.allocate(4 * count * factors);
      yield* engine.run('sasRecEncode', count, [
        ...this.#shape(),
        memory.place(inputs),
        memory.place(lengths.map((length, i) => offsets[i + 1]! - length)),
        memory.place(lengths),
        out,
        memory.allocate(engine.threads * bytes),
        bytes,
      ]);
      return memory.copyOut(Float32Array, out, count * factors);
    } finally {
      memory.close();
    }
  }

  /** Copies of all parameters. */
  parameters(): SasRecParameters {
    return this.#layout.read(this.memory, this.#parameters);
  }

  /**
   * Replaces all parameters; moments and steps stay.
   *
   * @throws TensorecError `invalid-argument` for names, lengths or numbers that do not fit; nothing has changed then.
   */
  setParameters(parameters: SasRecParameters): void {
    this.#layout.check(parameters, 'parameters');
    this.#layout.write(this.memory, this.#parameters, parameters);
  }

  /** Copies of all that training goes on from. */
  state(): SasRecState {
    const { memory } = this;
    return {
      step: this.#step,
      parameters: this.#layout.read(memory, this.#parameters),
      firstMoments: this.#layout.read(memory, this.#firstMoments),
      secondMoments: this.#layout.read(memory, this.#secondMoments),
    };
  }

  /**
   * Goes on from a state of a model with the same options.
   *
   * @throws TensorecError `invalid-argument` for a state that does not fit; nothing has changed then.
   */
  restore({ step, parameters, firstMoments, secondMoments }: SasRecState): void {
    requireArgument(
      Number.isSafeInteger(step) && step >= 0,
      () => `step is ${step}; give an integer of 0 or more.`,
    );
    this.#layout.check(parameters, 'parameters');
    this.#layout.check(firstMoments, 'firstMoments');
    this.#layout.check(secondMoments, 'secondMoments');
    const { memory } = this;
    this.#layout.write(memory, this.#parameters, parameters);
    this.#layout.write(memory, this.#firstMoments, firstMoments);
    this.#layout.write(memory, this.#secondMoments, secondMoments);
    this.#step = step;
  }

  /** The first parameters of all tasks. */
  #shape(): number[] {
    const { factors, heads, blocks, maxLength, items } = this.#options;
    return [factors, heads, blocks, maxLength, items, this.#parameters, 0, 0];
  }

  /** Takes a batch forward and backward; its gradients are left in parts. */
  *#backward(memory: Scope, batch: SasRecBatch): Steps<Backward> {
    const { engine } = memory;
    const options = this.#options;
    const { stride, denseRows } = this.#layout;
    const full = options.loss.kind === 'softmax';
    // The kernel writes gradients of items in groups of 5.
    const tableBytes = 4 * stride * (denseRows + (full ? options.items + 4 : 0));
    const placed = placeBatch(memory, batch, options, tableBytes, this.#step + 1);
    const { positions, parts } = placed;
    const uses = yield* partOf(countUses(memory, this.#shape(), batch, placed, options), 0, 0.02);
    const transposed = memory.allocate(4 * stride * 6 * options.blocks * options.factors);
    engine.runChunks('sasRecTranspose', 0, 6 * options.blocks, [...this.#shape(), transposed]);
    const { packed, norm } = full ? packItems(memory, this.#shape(), options) : noPacked;
    const rows = memory.allocate(4 * stride * (full ? 1 : 2) * positions);
    const tables = memory.allocate(parts * tableBytes);
    const losses = memory.allocate(8 * parts);
    const spaceBytes = spaceOf(engine, options, placed);
    const space = memory.allocate(engine.threads * spaceBytes);
    const weights = lossWeights(
      options.loss,
      options.items,
      placed.negativeCount,
      placed.targetCount,
    );
    const parameters = (first: number, count: number): number[] => [
      ...this.#shape(),
      ...[placed.offsets, placed.inputs, placed.targets, placed.negatives, placed.negativeCount],
      ...[placed.corrections, placed.bounds, uses.places, uses.entries, rows],
      ...[tables, tableBytes, losses, transposed, packed, space, spaceBytes, first, count],
      ...[weights.kind, weights.positive, weights.negative, Math.round(65536 * options.dropout)],
      ...[options.seed, this.#step + 1, full ? 0 : positions, norm],
    ];
    yield* partOf(runParts(engine, placed, parameters), 0.02, 1);
    const loss = memory.view(Float64Array, losses, parts).reduce((sum, part) => sum + part, 0);
    return {
      loss,
      tables: [tables, tableBytes, parts],
      uses: [full ? 1 : 0, uses.starts, uses.entries, rows],
    };
  }

  /** Adds the gradients up; writes them to `out`, or moves the parameters if that is 0. */
  *#finishGradients(
    memory: Scope,
    { tables, uses }: Backward,
    out: number,
    adam: readonly number[],
  ): Steps {
    const { engine } = memory;
    const { stride, denseRows } = this.#layout;
    const common = [
      ...this.#shape(),
      ...tables,
      out,
      this.#firstMoments,
      this.#secondMoments,
      ...adam,
    ];
    const chunks = Math.ceil(denseRows / CHUNK_ROWS);
    yield* partOf(engine.run('sasRecUpdateDense', chunks, common), 0, 0.3);
    const space = memory.allocate(engine.threads * 4 * stride * GROUP_ITEMS);
    const itemChunks = Math.ceil(this.#options.items / GROUP_ITEMS);
    yield* partOf(engine.run('sasRecUpdateItems', itemChunks, [...common, ...uses, space]), 0.3, 1);
  }
}

/** Bytes of work space of a thread. */
function spaceOf(engine: Engine, options: ResolvedOptions, placed: PlacedBatch): number {
  return engine.value(
    'sasRecSpace',
    options.factors,
    options.heads,
    options.blocks,
    Math.ceil(placed.longest / 8),
    placed.negativeCount,
    options.loss.kind === 'softmax' ? options.items : 0,
  );
}

/** Takes the sequences of all parts forward and backward, in each part one after the other, with a yield now and then. */
function* runParts(
  engine: Engine,
  { parts, mostInPart }: PlacedBatch,
  parameters: (first: number, count: number) => readonly number[],
): Steps {
  let count = 1;
  for (let first = 0; first < mostInPart;) {
    const started = performance.now();
    engine.runChunks('sasRecTrain', 0, parts, parameters(first, count));
    const elapsed = Math.max(0.01, performance.now() - started);
    first += count;
    count = Math.max(1, Math.min(4 * count, Math.floor((count * SLICE) / elapsed)));
    if (first < mostInPart) yield first / mostInPart;
  }
}
