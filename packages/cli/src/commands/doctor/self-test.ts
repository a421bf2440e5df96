import { runSteps } from '@tensorec/core';
import { matrixProduct, Random } from '@tensorec/kernels';

/** The first block of Philox4x32-10 for a counter and a key of zeros: the known answer that comes with Random123. */
const PUBLISHED = [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8];
/** Rows and columns of the matrices; their products of small integers are exact in single precision. */
const SIZE = 512;
/** Milliseconds that products are timed for. */
const TIMED = 700;

/** What the engine computes, held against what it should. */
export interface SelfTest {
  /** What is wrong, a sentence each; empty when all is right. */
  readonly problems: readonly string[];
  /** Billions of multiplications and additions a second, each counted, of a product of 512 × 512 matrices. */
  readonly gigaflops: number;
}

/** Computes for about a second: random numbers with a published answer, and matrix products with an exact one. */
export async function selfTest(signal: AbortSignal): Promise<SelfTest> {
  const problems: string[] = [];
  const published = new Random(0);
  if (PUBLISHED.some((word) => published.uint32() !== word)) {
    problems.push('the random stream of seed 0 is not the published one');
  }
  const filled = new Float64Array(4096);
  new Random(7).fillUniform(filled);
  const oneByOne = new Random(7);
  if (filled.some((number) => number !== oneByOne.uniform())) {
    problems.push('random numbers of the engine differ from those made one by one');
  }
  const left = Float32Array.from({ length: SIZE * SIZE }, (_, n) => (n % 7) - 3);
  const right = Float32Array.from({ length: SIZE * SIZE }, (_, n) => (n % 11) - 5);
  const shape = { rows: SIZE, depth: SIZE, columns: SIZE };
  const product = (): Promise<Float32Array> =>
    runSteps(matrixProduct(left, right, shape), { stage: 'self-test', signal });
  if (!isProduct(await product(), left, right)) problems.push('a matrix product is wrong');
  const start = performance.now();
  let products = 0;
  while (performance.now() - start < TIMED) {
    await product();
    products++;
  }
  const seconds = (performance.now() - start) / 1000;
  return { problems, gigaflops: (2 * SIZE ** 3 * products) / seconds / 1e9 };
}

/** Whether every 37th number of a product is the exact one. */
function isProduct(product: Float32Array, left: Float32Array, right: Float32Array): boolean {
  for (let place = 0; place < product.length; place += 37) {
    const [row, column] = [Math.floor(place / SIZE), place % SIZE];
    let sum = 0;
    for (let k = 0; k < SIZE; k++) sum += left[row * SIZE + k]! * right[k * SIZE + column]!;
    if (product[place] !== sum) return false;
  }
  return true;
}
