import { requireArgument, type ReadonlyFloat32Array } from '@tensorec/kernels';
import * as tf from '@tensorflow/tfjs';

/** What an optimizer needs to go on, as plain numbers. */
export interface OptimizerState {
  /** Steps taken. */
  readonly steps: number;
  /** What is remembered for each variable, by the variable's name, a slash and the paper's name for it: `items/m`. */
  readonly arrays: Readonly<Record<string, ReadonlyFloat32Array>>;
}

const nameOf = (variable: tf.Variable, remembered: string): string =>
  `${variable.name}/${remembered}`;

/** Copies of what is remembered, by name. */
export async function slotsToArrays(
  slots: ReadonlyMap<tf.Variable, readonly tf.Variable[]>,
  names: readonly string[],
): Promise<OptimizerState['arrays']> {
  const entries = [...slots].flatMap(([variable, remembered]) =>
    remembered.map(async (slot, n): Promise<[string, Float32Array]> => {
      // `data` may hand out the numbers themselves, which the next step changes.
      const numbers = await slot.data<'float32'>();
      return [nameOf(variable, names[n]!), numbers.slice()];
    }),
  );
  return Object.fromEntries(await Promise.all(entries));
}

/** Variables of an optimizer made of a state. */
export function restoredSlots(
  { steps, arrays }: OptimizerState,
  variables: readonly tf.Variable[],
  names: readonly string[],
): ReadonlyMap<tf.Variable, readonly tf.Variable[]> {
  requireArgument(
    Number.isSafeInteger(steps) && steps >= 0,
    () => `steps of the state is ${steps}; it has to be an integer of 0 or more.`,
  );
  const known = new Set(
    variables.flatMap((variable) => names.map((name) => nameOf(variable, name))),
  );
  const extra = Object.keys(arrays).find((name) => !known.has(name));
  requireArgument(
    extra === undefined,
    () =>
      `The state has '${extra}'; of the given variables this optimizer remembers ${[...known].join(', ') || 'nothing'}. Give the variables, and take the optimizer, that the state is of.`,
  );
  const used = variables.filter((variable) =>
    names.some((name) => Object.hasOwn(arrays, nameOf(variable, name))),
  );
  for (const variable of used) {
    for (const name of names) requireNumbers(arrays, variable, nameOf(variable, name));
  }
  return new Map(
    used.map((variable) => [
      variable,
      names.map((name) => slotOf(variable, arrays[nameOf(variable, name)]!)),
    ]),
  );
}

function requireNumbers(
  arrays: OptimizerState['arrays'],
  variable: tf.Variable,
  name: string,
): void {
  const length = Object.hasOwn(arrays, name) ? arrays[name]!.length : undefined;
  requireArgument(
    length === variable.size,
    () =>
      `The state has ${length ?? 'no'} numbers '${name}'; a variable of the shape [${variable.shape.join(', ')}] needs ${variable.size}.`,
  );
}

function slotOf(variable: tf.Variable, numbers: ReadonlyFloat32Array): tf.Variable {
  return tf.tidy(() => tf.variable(tf.tensor(numbers.slice(), variable.shape), false));
}
