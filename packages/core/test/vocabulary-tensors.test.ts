import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readVocabulary, vocabularyTensors } from '../src/artifact/vocabulary.js';
import { TensorReader, Vocabulary, type Id, type ModelState } from '../src/index.js';
import { errorOf } from './error-of.js';

const reader = (state: ModelState): TensorReader =>
  new TensorReader(new Map(Object.entries(state)));

describe('vocabulary tensors', () => {
  it('keep ids of both types, in order', () => {
    const ids: Id[] = [
      '7',
      7,
      '',
      '😀 née',
      '\u{feff}bom',
      -1,
      0,
      1e21,
      5e-324,
      0.1,
      2 ** 53,
      'a\0b',
      '__proto__',
    ];
    const tensors = vocabularyTensors('users', Vocabulary.from(ids));
    expect(Object.keys(tensors)).toEqual(['users.bytes', 'users.offsets', 'users.numeric']);
    expect([...readVocabulary('users', reader(tensors))]).toEqual(ids);
  });

  it('are the UTF-8 text, where each id starts, and which are numbers', () => {
    const tensors = vocabularyTensors('v', Vocabulary.from<Id>(['é', 12, '', -0]));
    expect([...tensors['v.bytes']!.data]).toEqual([0xc3, 0xa9, 0x31, 0x32, 0x30]);
    expect([...tensors['v.offsets']!.data]).toEqual([0, 2, 4, 4, 5]);
    expect([...tensors['v.numeric']!.data]).toEqual([0, 1, 0, 1]);
  });

  it('read back any vocabulary', () => {
    const id = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer(),
    );
    fc.assert(
      fc.property(fc.array(id), (ids) => {
        const vocabulary = Vocabulary.from<Id>(ids);
        const read = readVocabulary('v', reader(vocabularyTensors('v', vocabulary)));
        expect([...read]).toEqual([...vocabulary]);
      }),
    );
  });

  it.each(['\ud800', 'a\udc00b', '\udc00\ud800'])('refuse half a surrogate pair', async (id) => {
    const error = await errorOf(() => vocabularyTensors('users', Vocabulary.from(['fine', id])));
    expect(error.code).toBe('invalid-argument');
    expect(error.message).toContain('half a surrogate pair');
    expect(error.message).toMatch(/\\ud[8c]00/);
  });

  const stored = (bytes: number[], offsets: number[], numeric: number[]): TensorReader =>
    reader({
      'v.bytes': { shape: [bytes.length], data: Uint8Array.from(bytes) },
      'v.offsets': { shape: [offsets.length], data: Int32Array.from(offsets) },
      'v.numeric': { shape: [numeric.length], data: Uint8Array.from(numeric) },
    });

  it.each<[string, TensorReader, string]>([
    ['no tensors', reader({}), 'The artifact has no tensor "v.bytes".'],
    ['no offsets', stored([], [], []), '0 offsets for 0 ids'],
    ['too few offsets', stored([97], [0], [0]), '1 offsets for 1 ids'],
    ['an offset beyond the end', stored([97], [0, 2], [0]), 'holds 2 at 1, expected 0 to 1'],
    ['a negative offset', stored([97], [-1, 1], [0]), 'holds -1 at 0'],
    ['descending offsets', stored([97, 98], [0, 2, 1], [0, 0]), 'the offsets of row 1 descend'],
    ['half a character', stored([0xc3], [0, 1], [0]), 'row 0 is not UTF-8'],
    ['an empty number', stored([], [0, 0], [1]), 'row 0 is "", expected a number'],
    ['a word as a number', stored([97], [0, 1], [1]), 'row 0 is "a", expected a number'],
    ['an id twice', stored([97, 97], [0, 1, 2], [0, 0]), '"a" occurs twice'],
    ['a number twice', stored([49, 43, 49], [0, 1, 3], [1, 1]), '1 occurs twice'],
  ])('refuse %s', async (_, tensors, message) => {
    const error = await errorOf(() => readVocabulary('v', tensors));
    expect(error.code).toBe('artifact');
    expect(error.message).toContain(message);
  });
});

describe('TensorReader', () => {
  const tensors = reader({
    f: { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) },
    d: { shape: [1], data: Float64Array.of(0.5) },
    n: { shape: [2], data: Int32Array.of(0, 9) },
    bad: { shape: [2], data: Float32Array.of(1, NaN) },
    far: { shape: [1], data: Float64Array.of(-Infinity) },
  });

  it('gives tensors of the type and shape expected', () => {
    expect(tensors.has('f')).toBe(true);
    expect(tensors.has('toString')).toBe(false);
    expect([...tensors.float32('f', [2, 2])]).toEqual([1, 2, 3, 4]);
    expect([...tensors.float32('f', [-1, 2])]).toEqual([1, 2, 3, 4]);
    expect([...tensors.float64('d', [1])]).toEqual([0.5]);
    expect([...tensors.int32('n', [2], [0, 9])]).toEqual([0, 9]);
  });

  it.each<[() => unknown, string]>([
    [
      () => tensors.float32('f', [4]),
      'is a Float32Array of [2, 2], expected a Float32Array of [4]',
    ],
    [() => tensors.float32('f', [2, 3]), 'expected a Float32Array of [2, 3]'],
    [() => tensors.float64('f', [2, 2]), 'expected a Float64Array of [2, 2]'],
    [() => tensors.bytes('n'), 'is a Int32Array of [2], expected a Uint8Array of [-1]'],
    [() => tensors.float32('constructor', [1]), 'has no tensor "constructor"'],
    [() => tensors.int32('n', [2], [0, 8]), 'holds 9 at 1, expected 0 to 8'],
    [() => tensors.int32('n', [2], [1, 9]), 'holds 0 at 0, expected 1 to 9'],
    [() => tensors.float32('bad', [2]), 'holds NaN at 1'],
    [() => tensors.float64('far', [1]), 'holds -Infinity at 0'],
  ])('refuses the others', async (read, message) => {
    const error = await errorOf(read);
    expect(error.code).toBe('artifact');
    expect(error.message).toContain(message);
  });
});
