import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { cos, exp, log, pow, sin } from '../src/index.js';
import { ulpsBetween } from './support.js';

const anyDouble = fc.double();
const special = [
  0,
  -0,
  1,
  -1,
  0.5,
  -0.5,
  2,
  -2,
  3,
  -3,
  2.5,
  -2.5,
  Infinity,
  -Infinity,
  NaN,
  Number.MIN_VALUE,
  -Number.MIN_VALUE,
  2.2250738585072014e-308,
  Number.MAX_VALUE,
  -Number.MAX_VALUE,
  2 ** 53,
  2 ** 53 + 2,
  -(2 ** 53 - 1),
];

function expectClose(actual: number, expected: number, ulps: number): void {
  expect({ ulps: ulpsBetween(actual, expected) <= ulps, actual, expected }).toEqual({
    ulps: true,
    actual,
    expected,
  });
}

describe('exp, log, sin, cos, pow', () => {
  it('come within 2 ulp of Math over all doubles', () => {
    fc.assert(
      fc.property(anyDouble, anyDouble, (x, y) => {
        expectClose(exp(x), Math.exp(x), 2);
        expectClose(log(x), Math.log(x), 2);
        expectClose(sin(x), Math.sin(x), 2);
        expectClose(cos(x), Math.cos(x), 2);
        expectClose(pow(x, y), Math.pow(x, y), 2);
      }),
      { numRuns: 2000 },
    );
  });

  it('come within 2 ulp of Math over ordinary ranges', () => {
    const range = (min: number, max: number) => fc.double({ min, max, noNaN: true });
    fc.assert(
      fc.property(
        range(-740, 710),
        range(1e-9, 30),
        range(-60, 60),
        range(-1e4, 1e4),
        (x, base, power, angle) => {
          expectClose(exp(x), Math.exp(x), 2);
          expectClose(exp(x / 700), Math.exp(x / 700), 2);
          expectClose(log(base), Math.log(base), 2);
          expectClose(pow(base, power), Math.pow(base, power), 2);
          expectClose(sin(angle), Math.sin(angle), 2);
          expectClose(cos(angle), Math.cos(angle), 2);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('agree with Math on special values, signs of zero included', () => {
    for (const x of special) {
      expectClose(exp(x), Math.exp(x), 2);
      expectClose(log(x), Math.log(x), 2);
      expectClose(sin(x), Math.sin(x), 2);
      expectClose(cos(x), Math.cos(x), 2);
      for (const y of special) {
        expectClose(pow(x, y), x ** y, 2);
        expect(Object.is(pow(x, y), -0)).toBe(Object.is(x ** y, -0));
      }
    }
    expect(Object.is(sin(-0), -0)).toBe(true);
  });

  it('overflow and underflow where the exact value does', () => {
    expect(exp(709.782712893384)).toBeLessThan(Infinity);
    expect(exp(709.7827128933841)).toBe(Infinity);
    expect(exp(-745.1332191019411)).toBe(Number.MIN_VALUE);
    expect(exp(-745.1332191019412)).toBe(0);
    expect(pow(2, 1023)).toBe(2 ** 1023);
    expect(pow(2, 1024)).toBe(Infinity);
    expect(pow(2, -1074)).toBe(Number.MIN_VALUE);
    expect(pow(2, -1076)).toBe(0);
    expect(pow(-2, -1077)).toBe(-0);
    expect(log(Number.MIN_VALUE)).toBe(-744.4400719213812);
  });

  it('come within 1 ulp of the values of mpmath at 300 bits and more', () => {
    expectClose(exp(1), 2.718281828459045, 1);
    expectClose(exp(0.1), 1.1051709180756477, 1);
    expectClose(log(10), 2.302585092994046, 1);
    expectClose(log(2), 0.6931471805599453, 1);
    expectClose(pow(1.0000001, 1e9), 2.6881038582144647e43, 1);
    expectClose(pow(0.3, 1.7), 0.12915348607498026, 1);
    expectClose(pow(7, -0.25), 0.6147881529512643, 1);
    expectClose(pow(1.5, 1000), 1.2338405969061735e176, 1);
    expectClose(pow(10, -320), 1e-320, 1);
    expectClose(sin(Math.PI), 1.2246467991473532e-16, 1);
    expectClose(sin(1e22), -0.8522008497671888, 1);
    expectClose(cos(1e22), 0.523214785395139, 1);
    expectClose(sin(1e300), -0.8178819121159085, 1);
    expectClose(cos(1e300), -0.5753861119575491, 1);
    expectClose(sin(Number.MAX_VALUE), 0.004961954789184062, 1);
    expectClose(cos(Number.MAX_VALUE), -0.9999876894265599, 1);
    // The double that comes nearest to an odd multiple of π/2.
    expectClose(cos(6381956970095103 * 2 ** 797), -4.687165924254628e-19, 1);
  });

  it('give exact powers of two and whole powers that a double holds', () => {
    for (let y = -1074; y <= 1023; y++) expect(pow(2, y)).toBe(2 ** y);
    for (let y = 1; y <= 22; y++) expect(pow(10, y)).toBe(Number(`1e${String(y)}`));
  });

  it('are functions of numbers', () => {
    expectTypeOf(exp).toEqualTypeOf<(x: number) => number>();
    expectTypeOf(pow).toEqualTypeOf<(x: number, y: number) => number>();
    // @ts-expect-error a string is no number
    expect(exp('no number')).toBeNaN();
  });
});
