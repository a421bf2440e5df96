import { TensorecError } from '@tensorec/core';
import { describe, expect, it } from 'vitest';
import { check, failure, refused, sameNumbers, samePlain } from '../src/assert.js';

it('check throws its message', () => {
  expect(() => {
    check(false, 'wrong');
  }).toThrow('wrong');
  expect(() => {
    check(false, () => 'wrong too');
  }).toThrow('wrong too');
  check(true, 'right');
});

it('sameNumbers compares bits and names the position', () => {
  sameNumbers(Float64Array.of(NaN, 0), Float64Array.of(NaN, 0), 'x');
  expect(() => {
    sameNumbers(Float64Array.of(1, 0), Float64Array.of(1, -0), 'x');
  }).toThrow('x: 0 at position 1');
  expect(() => {
    sameNumbers(Float64Array.of(1), Float64Array.of(1, 2), 'x');
  }).toThrow('x: 1 numbers, expected 2');
});

it('samePlain does not mind the order of keys', () => {
  samePlain({ a: 1, b: { c: [1, 2], d: 2 } }, { b: { d: 2, c: [1, 2] }, a: 1 }, 'x');
  expect(() => {
    samePlain({ a: [1, 2] }, { a: [2, 1] }, 'x');
  }).toThrow('x: {"a":[1,2]}, expected {"a":[2,1]}');
  expect(() => {
    samePlain(undefined, 1, 'x');
  }).toThrow('x: undefined, expected 1');
});

describe('refused', () => {
  const fail = (error: unknown) => (): never => {
    throw error;
  };

  it('wants a typed error of the code that mentions what it should', async () => {
    const error = new TensorecError('role', 'no test data');
    await refused(fail(error), 'role', 'x', ['test']);
    await refused(() => Promise.reject(error), 'role', 'x');
    await expect(refused(fail(error), 'artifact', 'x')).rejects.toThrow(
      'expected a TensorecError "artifact"',
    );
    await expect(refused(fail(error), 'role', 'x', ['mars'])).rejects.toThrow(
      'does not mention mars',
    );
    await expect(refused(fail(new Error('plain')), 'role', 'x')).rejects.toThrow(
      'got Error: plain',
    );
    await expect(refused(fail(undefined), 'role', 'x')).rejects.toThrow('got undefined');
    await expect(refused(() => 1, 'role', 'x')).rejects.toThrow('x: accepted');
  });

  it('failure tells success from a thrown undefined', async () => {
    expect(await failure(() => 1)).toBeUndefined();
    expect(await failure(fail(undefined))).toEqual({ thrown: undefined });
  });
});
