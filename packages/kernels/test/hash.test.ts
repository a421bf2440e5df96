import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { fingerprint, murmur3 } from '../src/index.js';

const text = new TextEncoder();
const fox = 'The quick brown fox jumps over the lazy dog';

function bytesOf(hex: string): Uint8Array {
  // Words are printed highest digit first and lie in memory lowest byte first.
  return Uint8Array.from({ length: 16 }, (_, i) => {
    const at = 8 * (i >> 2) + 2 * (3 - (i & 3));
    return Number.parseInt(hex.slice(at, at + 2), 16);
  });
}

describe('murmur3', () => {
  it.each([
    ['', 0, '00000000000000000000000000000000'],
    ['', 1, '88c4adec54d201b954d201b954d201b9'],
    ['a', 0, 'a794933c5556b01b5556b01b5556b01b'],
    ['hello', 0, '2b2444a0db91def79adb31b69adb31b6'],
    ['hello, world', 0, '8b21605cb9b98a1e93273a83eb5957c7'],
    [fox, 0, '2f1583c3ecee2c675d7bf66ce5e91d2c'],
    [fox, 0x9747b28c, '8ad4d55e4cb861718ea73a9ccdb6793e'],
  ])('hashes %j with seed %d as the mmh3 package of Python does', (input, seed, expected) => {
    expect(murmur3(text.encode(input), seed)).toBe(expected);
  });

  it('hashes all bytes and a part of a buffer as the mmh3 package of Python does', () => {
    const all = Uint8Array.from({ length: 256 }, (_, i) => i);
    expect(murmur3(all, 42)).toBe('22af5f92b96e7a3436d481edb880c7d7');
    expect(murmur3(all.subarray(0, 31), 7)).toBe('310ab350636970c232a7eb973e2a1467');
    const shifted = new Uint8Array(40);
    shifted.set(all.subarray(0, 31), 3);
    expect(murmur3(shifted.subarray(3, 34), 7)).toBe('310ab350636970c232a7eb973e2a1467');
  });

  it('passes the verification of SMHasher, whose value for x86_128 is 0xB3ECE62A', () => {
    const key = new Uint8Array(256);
    const hashes = new Uint8Array(16 * 256);
    for (let i = 0; i < 256; i++) {
      key[i] = i;
      hashes.set(bytesOf(murmur3(key.subarray(0, i), 256 - i)), 16 * i);
    }
    expect(murmur3(hashes, 0).slice(0, 8)).toBe('b3ece62a');
  });
});

describe('fingerprint', () => {
  it('is equal for equal lists, whatever buffer they lie in', () => {
    const whole = Int32Array.of(9, 1, 2, 9);
    expect(fingerprint([whole.subarray(1, 3), 'x'])).toBe(fingerprint([Int32Array.of(1, 2), 'x']));
    expect(fingerprint([])).toMatch(/^[0-9a-f]{32}$/);
  });

  it('tells apart boundaries, types, order and empty parts', () => {
    const lists = [
      [],
      [''],
      [new Int32Array(0)],
      [new Float32Array(0)],
      ['', ''],
      [Int32Array.of(1, 2), Int32Array.of(3)],
      [Int32Array.of(1), Int32Array.of(2, 3)],
      [Int32Array.of(1, 2, 3)],
      [Uint32Array.of(1, 2, 3)],
      [Float64Array.of(1, 2, 3)],
      [Float32Array.of(1, 2, 3)],
      [Float32Array.of(0)],
      [Float32Array.of(-0)],
      [Int32Array.of(0)],
      ['ab', 'c'],
      ['a', 'bc'],
      ['abc'],
      [text.encode('abc')],
      ['bc', 'a'],
      ['abç'],
    ];
    expect(new Set(lists.map(fingerprint)).size).toBe(lists.length);
  });

  it('changes with any one number', () => {
    fc.assert(
      fc.property(fc.int32Array({ minLength: 1, maxLength: 40 }), fc.nat(), (numbers, place) => {
        const changed = numbers.slice();
        const at = place % numbers.length;
        changed[at] = changed[at]! ^ 1;
        expect(fingerprint([changed])).not.toBe(fingerprint([numbers]));
      }),
    );
  });

  it('is typed', () => {
    expectTypeOf(fingerprint).returns.toEqualTypeOf<string>();
    const misuse = (): void => {
      // @ts-expect-error a plain array has no bytes
      fingerprint([[1, 2]]);
    };
    expect(misuse).toBeTypeOf('function');
  });
});
