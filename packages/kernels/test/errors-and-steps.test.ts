import { describe, expect, expectTypeOf, it } from 'vitest';
import { finish, isTensorecError, partOf, requireArgument, TensorecError } from '../src/index.js';
import type { ErrorCode, Steps } from '../src/index.js';
import { expectError } from './support.js';

function* work(): Steps<string> {
  yield 0.25;
  yield 0.75;
  return 'result';
}

describe('TensorecError', () => {
  it('is an Error with a code, a message and a cause', () => {
    const cause = new Error('below');
    const error = new TensorecError('parse', 'line 3', { cause });
    expect(error).toBeInstanceOf(Error);
    expect([error.name, error.code, error.message, error.cause]).toEqual([
      'TensorecError',
      'parse',
      'line 3',
      cause,
    ]);
    expectTypeOf(error.code).toEqualTypeOf<ErrorCode>();
    // @ts-expect-error no such code
    expect(new TensorecError('oops', '').code).toBe('oops');
  });

  it('is recognised by brand and code, also of another copy of the library', () => {
    const error = new TensorecError('role', '');
    const copy = { '~tensorec': true, code: 'role' };
    for (const one of [error, copy]) {
      expect(isTensorecError(one)).toBe(true);
      expect(isTensorecError(one, 'role')).toBe(true);
      expect(isTensorecError(one, 'parse')).toBe(false);
    }
    for (const other of [new Error(), null, undefined, 'role', { code: 'role' }]) {
      expect(isTensorecError(other)).toBe(false);
    }
  });

  it('is thrown by requireArgument', () => {
    requireArgument(true, () => 'not made');
    expectError(
      () => {
        requireArgument(false, () => 'k is 0');
      },
      'invalid-argument',
      'k is 0',
    );
  });
});

describe('finish and partOf', () => {
  it('return the result', () => {
    expect(finish(work())).toBe('result');
    expect(finish(partOf(work(), 0, 1))).toBe('result');
    expectTypeOf(finish(work())).toEqualTypeOf<string>();
  });

  it('map fractions to a part of the whole', () => {
    expect([...partOf(work(), 0.5, 1)]).toEqual([0.625, 0.875]);
  });

  it('close the part when the whole is given up or fails', () => {
    const closed: string[] = [];
    function* holding(name: string, fails = false): Steps {
      try {
        yield 0.5;
        if (fails) throw new Error(name);
      } finally {
        closed.push(name);
      }
    }
    const whole = partOf(partOf(holding('given up'), 0, 0.5), 0, 0.5);
    whole.next();
    expect(closed).toEqual([]);
    whole.return();
    expect(closed).toEqual(['given up']);
    expect(() => {
      finish(partOf(holding('failed', true), 0, 1));
    }).toThrow('failed');
    finish(partOf(holding('done'), 0, 1));
    expect(closed).toEqual(['given up', 'failed', 'done']);
  });
});
