import type { ReadonlyFloat32Array, ReadonlyNumbers } from './arrays.js';
import { requireArgument } from './errors.js';

/** Greatest rate, regularization and layer weight: far beyond use, and far from what single precision cannot hold. */
const GREATEST = 1e6;

/** Most layers: embeddings of nodes that are connected are long alike by then. */
const MOST_LAYERS = 100;

/** What `LightGcnTraining` trains. */
export interface LightGcnOptions {
  /** Numbers of an embedding, 1 or more. */
  readonly factors: number;
  /** Hops over the graph, from 0 to 100; without any it is factorization by BPR. */
  readonly layers: number;
  /** The weight of each layer in the embeddings, `layers` + 1 numbers; default 1 / (`layers` + 1) each. */
  readonly layerWeights?: ReadonlyNumbers | readonly number[] | undefined;
  /** λ: the weight of squared norms of parameters in the loss, 0 or more. */
  readonly regularization: number;
  /** Adam's learning rate where a step is given none, 0 or more; default .001. */
  readonly learningRate?: number | undefined;
  /** Adam's β₁, how much of the mean of gradients is kept in a step, 0 or more and below 1; default .9. */
  readonly beta1?: number | undefined;
  /** Adam's β₂, the same for the mean of their squares; default .999. */
  readonly beta2?: number | undefined;
  /** Adam's ε, which is added to the root of that mean, above 0; default 1e-8. */
  readonly epsilon?: number | undefined;
  /** Seed of the parameters at the start, an integer from 0 to 2^53 − 1. */
  readonly seed: number;
}

/** A table for the rows and one for the columns of the matrix, row-major with `factors` numbers a row. */
export interface NodeTables<Table extends ReadonlyFloat32Array = Float32Array<ArrayBuffer>> {
  readonly rows: Table;
  readonly columns: Table;
}

/** All that changes in training: a training that takes it over goes on to the same bits. */
export interface LightGcnState<Table extends ReadonlyFloat32Array = Float32Array<ArrayBuffer>> {
  /** The embeddings of layer 0, which are what is trained. */
  readonly parameters: NodeTables<Table>;
  /** Adam's means of gradients. */
  readonly firstMoments: NodeTables<Table>;
  /** Adam's means of squared gradients, 0 or more. */
  readonly secondMoments: NodeTables<Table>;
  /** Steps that were taken. */
  readonly steps: number;
}

/** Options with their defaults, in doubles. */
export interface ResolvedOptions {
  readonly factors: number;
  /** One a layer, layer 0 first. */
  readonly layerWeights: readonly number[];
  readonly regularization: number;
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/** @throws TensorecError `invalid-argument` naming the first option that is out of range. */
export function resolveOptions(options: LightGcnOptions): ResolvedOptions {
  const { factors, layers, regularization, learningRate = 0.001 } = options;
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  requireInteger(factors, 1, 'factors');
  requireArgument(
    Number.isInteger(layers) && layers >= 0 && layers <= MOST_LAYERS,
    () => `layers is ${layers}; give an integer from 0 to ${MOST_LAYERS}.`,
  );
  requireRange(regularization, 'regularization');
  requireRange(learningRate, 'learningRate');
  requireArgument(
    // In single precision too: a root of 0 is divided by it alone.
    Math.fround(epsilon) > 0 && epsilon <= GREATEST,
    () => `epsilon is ${epsilon}; give a number above 1e-45 and at most ${GREATEST}.`,
  );
  for (const [name, beta] of Object.entries({ beta1, beta2 })) {
    requireArgument(beta >= 0 && beta < 1, () => `${name} is ${beta}; give a number in [0, 1).`);
  }
  const layerWeights = weightsOf(options);
  return { factors, layerWeights, regularization, learningRate, beta1, beta2, epsilon };
}

function weightsOf({ layers, layerWeights }: LightGcnOptions): readonly number[] {
  if (layerWeights === undefined) return new Array<number>(layers + 1).fill(1 / (layers + 1));
  requireArgument(
    layerWeights.length === layers + 1,
    () => `layerWeights has ${layerWeights.length} numbers; give layers + 1, ${layers + 1}.`,
  );
  const weights = Array.from(layerWeights);
  weights.forEach((weight, layer) => {
    requireArgument(
      Math.abs(weight) <= GREATEST,
      () => `layerWeights[${layer}] is ${weight}; give a number from ${-GREATEST} to ${GREATEST}.`,
    );
  });
  return weights;
}

/** @throws TensorecError `invalid-argument` unless it is a number from 0 to what single precision has room for. */
export function requireRange(value: number, name: string): void {
  requireArgument(
    value >= 0 && value <= GREATEST,
    () => `${name} is ${value}; give a number from 0 to ${GREATEST}.`,
  );
}

/** @throws TensorecError `invalid-argument` unless it is an integer of `least` or more. */
export function requireInteger(value: number, least: number, name: string): void {
  requireArgument(
    Number.isSafeInteger(value) && value >= least,
    () => `${name} is ${value}; give an integer of ${least} or more.`,
  );
}

/** @throws TensorecError `invalid-argument` for a length that does not fit, and for a number that is not finite or too small. */
export function requireTable(
  table: ReadonlyFloat32Array,
  length: number,
  least: number,
  name: string,
): void {
  requireArgument(
    table.length === length,
    () => `${name} has ${table.length} numbers; give ${length}.`,
  );
  for (let i = 0; i < length; i++) {
    const value = table[i]!;
    requireArgument(
      Number.isFinite(value) && value >= least,
      () => `${name}[${i}] is ${value}; give finite numbers${least === 0 ? ' of 0 or more' : ''}.`,
    );
  }
}
