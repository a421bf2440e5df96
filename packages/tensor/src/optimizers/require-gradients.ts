import { requireArgument } from '@tensorec/kernels';
import type { DenseGradient, RowGradient } from '../gradients.js';

/** @throws TensorecError `invalid-argument` for gradients that do not go with their variables. */
export function requireGradients(gradients: readonly (DenseGradient | RowGradient)[]): void {
  const seen = new Set<unknown>();
  for (const gradient of gradients) {
    const { variable } = gradient;
    requireArgument(
      !seen.has(variable),
      () => `There are two gradients of the variable '${variable.name}'; add them up first.`,
    );
    seen.add(variable);
    requireFloats(gradient);
    if ('rows' in gradient) requireRowNumbers(gradient);
    requireShape(gradient);
  }
}

function requireFloats({ variable, gradient }: DenseGradient): void {
  requireArgument(
    variable.dtype === 'float32' && gradient.dtype === 'float32',
    () =>
      `The variable '${variable.name}' has the type ${variable.dtype}, its gradient ${gradient.dtype}; both have to be float32.`,
  );
}

function requireShape({ variable, gradient, ...sparse }: DenseGradient | RowGradient): void {
  const expected =
    'rows' in sparse ? [sparse.rows.length, ...variable.shape.slice(1)] : variable.shape;
  requireArgument(
    gradient.shape.join() === expected.join(),
    () =>
      `The gradient of the variable '${variable.name}' of the shape [${variable.shape.join(', ')}] has the shape [${gradient.shape.join(', ')}]; it has to be [${expected.join(', ')}].`,
  );
}

function requireRowNumbers({ variable, rows }: RowGradient): void {
  const count = variable.rank === 0 ? 0 : variable.shape[0];
  let n = 0;
  while (n < rows.length && rows[n]! > (rows[n - 1] ?? -1) && rows[n]! < count) n++;
  requireArgument(
    n === rows.length,
    () =>
      `rows of the gradient of '${variable.name}' has ${rows[n]!} at place ${n}; row numbers have to ascend from 0 to ${count - 1}, each once.`,
  );
}
