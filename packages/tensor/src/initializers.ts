import { requireArgument, type Random } from '@tensorec/kernels';
import * as tf from '@tensorflow/tfjs';

/**
 * Makes a `float32` tensor of a shape, drawing from a seeded stream: the same bits on every platform and device.
 *
 * @throws TensorecError `invalid-argument` for a shape with other than integers of 0 or more.
 */
export type Initializer = <R extends tf.Rank = tf.Rank>(
  shape: tf.ShapeMap[R],
  random: Random,
) => tf.Tensor<R>;

/** Numbers 0, nothing drawn. */
export function zeros(): Initializer {
  return initializer(() => undefined);
}

/** Normally distributed numbers. @throws TensorecError `invalid-argument` for a deviation below 0 or numbers not finite. */
export function normal({ mean = 0, standardDeviation = 0.01 }: NormalOptions = {}): Initializer {
  requireDistribution(mean, standardDeviation);
  return initializer((numbers, random) => {
    random.fillNormal(numbers, mean, standardDeviation);
  });
}

/** Settings of {@link normal} and {@link truncatedNormal}. */
export interface NormalOptions {
  /** Default 0. */
  readonly mean?: number | undefined;
  /** 0 or more; default 0.01. */
  readonly standardDeviation?: number | undefined;
}

/**
 * Normally distributed numbers, of which those further than two standard deviations from the mean are drawn again. What is
 * left has a standard deviation of 0.88 times the given one.
 *
 * @throws TensorecError `invalid-argument` for a deviation below 0 or numbers that are not finite.
 */
export function truncatedNormal({
  mean = 0,
  standardDeviation = 0.01,
}: NormalOptions = {}): Initializer {
  requireDistribution(mean, standardDeviation);
  return initializer((numbers, random) => {
    random.fillNormal(numbers);
    for (let n = 0; n < numbers.length; n++) {
      let drawn = numbers[n]!;
      while (Math.abs(drawn) > 2) drawn = random.normal();
      numbers[n] = mean + standardDeviation * drawn;
    }
  });
}

/**
 * Uniformly distributed numbers from `least` (included) to `most`; default −0.05 to 0.05.
 *
 * @throws TensorecError `invalid-argument` unless both are finite and in order.
 */
export function uniform({
  least = -0.05,
  most = 0.05,
}: { readonly least?: number | undefined; readonly most?: number | undefined } = {}): Initializer {
  requireArgument(
    Number.isFinite(most - least) && least <= most,
    () => `The range is ${least} to ${most}; give finite numbers in order.`,
  );
  return initializer((numbers, random) => {
    fillUniform(numbers, random, least, most);
  });
}

/** Uniform on ±√(6 / (fan in + fan out)) (Glorot and Bengio, "Understanding the difficulty …", AISTATS 2010, eq. 16). */
export function glorotUniform(): Initializer {
  return uniformWithin(({ fanIn, fanOut }) => Math.sqrt(6 / (fanIn + fanOut)));
}

/** Normal with the variance of {@link glorotUniform}, 2 / (fan in + fan out) (the paper's eq. 12). */
export function glorotNormal(): Initializer {
  return normalWithin(({ fanIn, fanOut }) => Math.sqrt(2 / (fanIn + fanOut)));
}

/** Uniform with the variance of {@link heNormal}: on ±√(6 / fan in). */
export function heUniform(): Initializer {
  return uniformWithin(({ fanIn }) => Math.sqrt(6 / fanIn));
}

/** Normal with the variance 2 / fan in, for ReLU (He, Zhang, Ren and Sun, "Delving Deep into Rectifiers", 2015, eq. 10). */
export function heNormal(): Initializer {
  return normalWithin(({ fanIn }) => Math.sqrt(2 / fanIn));
}

/** How many numbers an output of a layer is made of, and how many outputs a number of its input reaches. */
export interface Fans {
  readonly fanIn: number;
  readonly fanOut: number;
}

/**
 * The fans of a kernel: its last axes are input and output, those before them positions, which multiply both (a dense kernel
 * is [in, out]). A vector has its length as both, a scalar 1; neither is below 1.
 */
export function fansOf(shape: readonly number[]): Fans {
  const positions = shape.slice(0, -2).reduce((product, size) => product * size, 1);
  const output = shape.at(-1) ?? 1;
  const input = shape.at(-2) ?? output;
  return { fanIn: Math.max(1, positions * input), fanOut: Math.max(1, positions * output) };
}

function uniformWithin(bound: (fans: Fans) => number): Initializer {
  return initializer((numbers, random, fans) => {
    fillUniform(numbers, random, -bound(fans), bound(fans));
  });
}

function normalWithin(deviation: (fans: Fans) => number): Initializer {
  return initializer((numbers, random, fans) => {
    random.fillNormal(numbers, 0, deviation(fans));
  });
}

function fillUniform(numbers: Float32Array, random: Random, least: number, most: number): void {
  random.fillUniform(numbers);
  for (let n = 0; n < numbers.length; n++) numbers[n] = least + (most - least) * numbers[n]!;
}

/** @param fill - writes all numbers; they are 0 before */
function initializer(
  fill: (numbers: Float32Array, random: Random, fans: Fans) => void,
): Initializer {
  return (shape, random) => {
    const sizes: readonly number[] = shape;
    requireArgument(
      sizes.every((size) => Number.isInteger(size) && size >= 0),
      () => `The shape is [${sizes.join(', ')}]; give integers of 0 or more.`,
    );
    const numbers = new Float32Array(sizes.reduce((product, size) => product * size, 1));
    fill(numbers, random, fansOf(sizes));
    return tf.tensor(numbers, shape);
  };
}

function requireDistribution(mean: number, standardDeviation: number): void {
  requireArgument(
    Number.isFinite(mean) && standardDeviation >= 0 && standardDeviation < Infinity,
    () =>
      `The mean is ${mean} and the standard deviation ${standardDeviation}; give finite numbers, the latter 0 or more.`,
  );
}
