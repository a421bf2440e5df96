import { requireLength, runAll } from './array-functions.js';
import { requireArgument } from './errors.js';
import type { ResidentArray } from './resident-array.js';

/** Numbers that a chunk changes. */
const CHUNK = 16_384;

/** In the order of the kernel's numbers. */
const methods = ['descent', 'momentum', 'adagrad', 'adam'] as const;

/** What one step of an optimizer changes, and by what. */
export interface OptimizerStep {
  /** The parameters θ, changed in place. */
  readonly parameters: ResidentArray;
  /** The gradient g: a number for each parameter, or `columns` numbers for each of `rows`. */
  readonly gradient: ResidentArray;
  /** The rows that the gradient is of; default all. The other rows, and what is remembered of them, keep their bits. */
  readonly rows?: StepRows | undefined;
}

/** Rows of parameters that are seen as a matrix. */
export interface StepRows {
  /** Row numbers, all different, integers from 0 to the last row: whoever calls has looked at them. */
  readonly numbers: ResidentArray;
  /** How many numbers a row has. */
  readonly columns: number;
}

/**
 * θ ← θ − rate · g. At once, like all steps; time in the order of the length of the gradient.
 *
 * @throws TensorecError `invalid-argument` unless lengths agree.
 */
export function descentStep(step: OptimizerStep, rate: number): void {
  runStep('descent', step, [], [rate]);
}

/** Numbers of {@link momentumStep}. */
export interface MomentumSettings {
  readonly rate: number;
  readonly momentum: number;
  /** Whether the step is taken from where momentum alone would lead. */
  readonly nesterov: boolean;
}

/**
 * b ← momentum · b + g; θ ← θ − rate · b, with Nesterov's rule θ ← θ − rate · (momentum · b + g).
 *
 * @param velocity - b, a number for each parameter, changed in place
 * @throws TensorecError `invalid-argument` unless lengths agree.
 */
export function momentumStep(
  step: OptimizerStep,
  velocity: ResidentArray,
  { rate, momentum, nesterov }: MomentumSettings,
): void {
  const direction = nesterov ? [momentum, 1] : [1, 0];
  runStep('momentum', step, [velocity], [rate, momentum, ...direction]);
}

/**
 * s ← s + g²; θ ← θ − rate · g / (√s + epsilon).
 *
 * @param sum - s, a number for each parameter, changed in place
 * @throws TensorecError `invalid-argument` unless lengths agree.
 */
export function adagradStep(
  step: OptimizerStep,
  sum: ResidentArray,
  { rate, epsilon }: { readonly rate: number; readonly epsilon: number },
): void {
  runStep('adagrad', step, [sum], [rate, epsilon]);
}

/** Numbers of {@link adamStep}. */
export interface AdamSettings {
  /** The step size, with the correction of the first moment in it. */
  readonly rate: number;
  readonly beta1: number;
  readonly beta2: number;
  /** What √v is multiplied by: the correction of the second moment. */
  readonly scale: number;
  readonly epsilon: number;
  /** What θ is multiplied by before the step; 1 is no decay. */
  readonly decay: number;
}

/**
 * m ← β₁ m + (1 − β₁) g; v ← β₂ v + (1 − β₂) g²; θ ← decay · θ − rate · m / (√v · scale + epsilon).
 *
 * @param first - m, a number for each parameter, changed in place
 * @param second - v, likewise
 * @throws TensorecError `invalid-argument` unless lengths agree.
 */
export function adamStep(
  step: OptimizerStep,
  first: ResidentArray,
  second: ResidentArray,
  { rate, beta1, beta2, scale, epsilon, decay }: AdamSettings,
): void {
  const settings = [rate, beta1, 1 - beta1, beta2, 1 - beta2, scale, epsilon, decay];
  runStep('adam', step, [first, second], settings);
}

function runStep(
  method: (typeof methods)[number],
  { parameters, gradient, rows }: OptimizerStep,
  remembered: readonly ResidentArray[],
  settings: readonly number[],
): void {
  for (const array of remembered) requireLength(array, parameters.length, 'What is remembered');
  if (rows === undefined) requireLength(gradient, parameters.length, 'gradient');
  else requireRows(parameters, gradient, rows);
  if (gradient.length === 0) return;
  // Without row numbers, a row is a chunk, and the last one may be shorter.
  const columns = rows?.columns ?? CHUNK;
  const count = Math.ceil(gradient.length / columns);
  const part = Math.max(1, Math.floor(CHUNK / columns));
  runAll('stepParameters', Math.ceil(count / part), [
    ...[methods.indexOf(method), parameters.address, gradient.address],
    ...[remembered[0]?.address ?? 0, remembered[1]?.address ?? 0],
    ...[rows?.numbers.address ?? 0, count, columns],
    ...[...settings, ...new Array<number>(8 - settings.length).fill(0)],
    ...[gradient.length - (count - 1) * columns, part],
  ]);
}

function requireRows(
  parameters: ResidentArray,
  gradient: ResidentArray,
  { numbers, columns }: StepRows,
): void {
  requireLength(gradient, numbers.length * columns, 'gradient');
  requireArgument(
    columns === 0 || Number.isInteger(parameters.length / columns),
    () => `There are ${parameters.length} parameters; give a multiple of the ${columns} columns.`,
  );
}
