import { beforeAll, describe, expect, it } from 'vitest';
import { gaussianUnits, gaussianUnitsBackward, ready, ResidentArray } from '../src/index.js';
import { expectError, expectSameForAnyThreads, normal } from './support.js';

beforeAll(async () => {
  await ready();
});

function run(
  length: number,
  inputs: readonly Float32Array<ArrayBuffer>[],
  write: (...arrays: ResidentArray[]) => void,
): Float32Array {
  const arrays = inputs.map((numbers) => ResidentArray.from(numbers));
  const result = new ResidentArray(length);
  try {
    write(...arrays, result);
    return result.toFloat32Array();
  } finally {
    for (const array of [...arrays, result]) array.dispose();
  }
}

// By mpmath: [(x, x * ncdf(x), ncdf(x) + x * npdf(x)) for x in map(mpf, (-12, -9.5, …))], mp.dps = 30.
const exact: readonly (readonly [x: number, unit: number, slope: number])[] = [
  [-12.0, -2.1317785344932e-32, -2.5578956616749e-31],
  [-9.5, -9.9697893215945e-21, -9.4690934738314e-20],
  [-6.0, -5.9195258702262e-9, -3.5468709453902e-8],
  [-4.25, -4.5426234543471e-5, -0.00019211567952519],
  [-3.0, -0.0040496940948903, -0.011945647204184],
  [-2.5, -0.01552416331444, -0.037611085908145],
  [-2.0, -0.045500263896358, -0.085231801078197],
  [-1.4375, -0.10822648046786, -0.12879345044507],
  [-1.375, -0.11627786823309, -0.12857614265382],
  [-1.0, -0.15865525393146, -0.083315470587686],
  [-0.75, -0.16997051428265, 0.0007742782607649],
  [-0.5, -0.15426876936299, 0.13250487534384],
  [-0.125, -0.056282721896236, 0.40078206430179],
  [-0.0009765625, -0.00048790078905393, 0.49922081610629],
  [0.0, 0.0, 0.5],
  [0.0009765625, 0.00048866171094607, 0.50077918389371],
  [0.25, 0.14967658142073, 0.69537335488364],
  [0.5, 0.34573123063701, 0.86749512465616],
  [1.0, 0.84134474606854, 1.0833154705877],
  [1.375, 1.2587221317669, 1.1285761426538],
  [1.4375, 1.3292735195321, 1.1287934504451],
  [2.0, 1.9544997361036, 1.0852318010782],
  [2.875, 2.8691921047164, 1.0163744584034],
  [4.0, 3.9998733150327, 1.0005036496612],
  [7.0, 6.999999999991, 1.0000000000627],
  [30.0, 30.0, 1.0],
];
const numbers = Float32Array.from(exact, ([x]) => x);

describe('gaussianUnits', () => {
  it('is x times the normal distribution function', () => {
    const units = run(numbers.length, [numbers], gaussianUnits);
    exact.forEach(([x, unit], i) => {
      const error = Math.abs(units[i]! - unit);
      expect(error, `at ${x}: ${units[i]!}`).toBeLessThanOrEqual(
        Math.min(2e-5 * Math.abs(unit) + 1e-37, 2e-7 * Math.abs(x)),
      );
    });
    const special = run(3, [Float32Array.of(NaN, Infinity, -Infinity)], gaussianUnits);
    expect([...special]).toEqual([NaN, Infinity, -0]);
  });

  it('has the slope Φ(x) + x · φ(x)', () => {
    const gradient = numbers.map(() => 2);
    const slopes = run(numbers.length, [numbers, gradient], gaussianUnitsBackward);
    exact.forEach(([x, , slope], i) => {
      expect(Math.abs(slopes[i]! / 2 - slope), `at ${x}`).toBeLessThanOrEqual(2e-7);
    });
    const ends = Float32Array.of(NaN, Infinity, -Infinity);
    expect([...run(3, [ends, ends.map(() => 1)], gaussianUnitsBackward)]).toEqual([NaN, 1, 0]);
  });

  it('gives the same for any threads, over several chunks', async () => {
    const long = normal(70_001, 1, 2);
    const units = await expectSameForAnyThreads(() => run(70_001, [long], gaussianUnits));
    expect(units.subarray(40_000, 40_009)).toEqual(
      run(9, [long.slice(40_000, 40_009)], gaussianUnits),
    );
  });

  it('refuses lengths that do not agree', () => {
    expectError(() => run(2, [normal(3, 1)], gaussianUnits), 'invalid-argument', 'result');
    const backward = (): unknown => run(3, [normal(3, 1), normal(2, 1)], gaussianUnitsBackward);
    expectError(backward, 'invalid-argument', 'gradient');
  });
});
