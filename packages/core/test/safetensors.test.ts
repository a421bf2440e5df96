import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeSafetensors,
  encodeSafetensors,
  isTensorecError,
  type StoredTensor,
} from '../src/index.js';
import { errorOf } from './error-of.js';

/**
 * Written by the Python package safetensors 0.8.0:
 * `save({ "10": float32 [1.5, -2.25, 3e38], "2": int32 [[1, 2, 3], [-4, 5, 2147483647]], "dou·ble": float64 [1e300, -0.1],
 * "bytes": uint8 [0, 127, 255], "empty": float32 (0, 4) }, metadata={"made by": "python"})`.
 */
const fromPython = Uint8Array.from(
  atob(
    'UAEAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJtYWRlIGJ5IjoicHl0aG9uIn0sImRvdcK3YmxlIjp7ImR0eXBlIjoiRjY0Iiwic2hhcGUiOlsyXSwiZGF0YV9vZmZzZXRzIjpbMCwxNl19LCIxMCI6eyJkdHlwZSI6IkYzMiIsInNoYXBlIjpbM10sImRhdGFfb2Zmc2V0cyI6WzE2LDI4XX0sImVtcHR5Ijp7ImR0eXBlIjoiRjMyIiwic2hhcGUiOlswLDRdLCJkYXRhX29mZnNldHMiOlsyOCwyOF19LCIyIjp7ImR0eXBlIjoiSTMyIiwic2hhcGUiOlsyLDNdLCJkYXRhX29mZnNldHMiOlsyOCw1Ml19LCJieXRlcyI6eyJkdHlwZSI6IlU4Iiwic2hhcGUiOlszXSwiZGF0YV9vZmZzZXRzIjpbNTIsNTVdfX0gICAgICCcdQCIPOQ3fpqZmZmZmbm/AADAPwAAEMDmsWF/AQAAAAIAAAADAAAA/P///wUAAAD///9/AH//',
  ),
  (character) => character.charCodeAt(0),
);

const tensorsOfPython: Readonly<Record<string, StoredTensor>> = {
  'dou·ble': { shape: [2], data: Float64Array.of(1e300, -0.1) },
  '10': { shape: [3], data: Float32Array.of(1.5, -2.25, 3e38) },
  empty: { shape: [0, 4], data: new Float32Array(0) },
  '2': { shape: [2, 3], data: Int32Array.of(1, 2, 3, -4, 5, 2147483647) },
  bytes: { shape: [3], data: Uint8Array.of(0, 127, 255) },
};

/** A tensor file of any header text and any data. */
function fileOf(
  header: string | Uint8Array,
  data = new Uint8Array(0),
  headerLength?: bigint,
): Uint8Array {
  const text = typeof header === 'string' ? new TextEncoder().encode(header) : header;
  const file = new Uint8Array(8 + text.length + data.length);
  new DataView(file.buffer).setBigUint64(0, headerLength ?? BigInt(text.length), true);
  file.set(text, 8);
  file.set(data, 8 + text.length);
  return file;
}

const tensor = fc.oneof(
  fc.float32Array().map((data) => ({ shape: [data.length], data })),
  fc.float64Array().map((data) => ({ shape: [1, data.length, 1], data })),
  fc.int32Array().map((data) => ({ shape: [data.length, 1], data })),
  fc.uint8Array().map((data) => ({ shape: [data.length], data })),
  fc.uint8Array({ minLength: 1, maxLength: 1 }).map((data) => ({ shape: [], data })),
);

describe('safetensors', () => {
  it('reads what the Python package writes', () => {
    expect(decodeSafetensors(fromPython)).toEqual(new Map(Object.entries(tensorsOfPython)));
  });

  it('writes the data as the Python package does', () => {
    const order = ['dou·ble', '10', 'empty', '2', 'bytes'];
    const list = order.map((name) => [`t${name}`, tensorsOfPython[name]!] as const);
    const own = encodeSafetensors(Object.fromEntries(list));
    expect(own.slice(-55)).toEqual(fromPython.slice(-55));
    expect(new DataView(own.buffer).getBigUint64(0, true) % 8n).toBe(0n);
  });

  it('reads what it wrote, bit for bit, under any name', () => {
    const name = fc.string({ unit: 'grapheme' }).filter((text) => text !== '__metadata__');
    fc.assert(
      fc.property(fc.array(fc.tuple(name, tensor), { maxLength: 6 }), (entries) => {
        const state = Object.fromEntries(entries);
        const read = decodeSafetensors(encodeSafetensors(state));
        expect(Object.fromEntries(read)).toEqual(state);
      }),
    );
  });

  it('keeps names that objects inherit', () => {
    const one = { shape: [1], data: Int32Array.of(7) };
    const state = Object.fromEntries([
      ['__proto__', one],
      ['constructor', one],
    ]);
    const read = decodeSafetensors(encodeSafetensors(state));
    expect([...read.keys()]).toEqual(['__proto__', 'constructor']);
    expect(read.get('__proto__')).toEqual(one);
  });

  it('reads views into larger memory and copies out of it', () => {
    const larger = new Uint8Array(fromPython.length + 3);
    larger.set(fromPython, 3);
    const tensors = decodeSafetensors(larger.subarray(3));
    larger.fill(0);
    expect(tensors.get('10')!.data).toEqual(Float32Array.of(1.5, -2.25, 3e38));
    expect(decodeSafetensors(Buffer.from(fromPython)).get('2')).toEqual(tensorsOfPython['2']);
    const part = new Float32Array([9, 1, 2, 9]).subarray(1, 3);
    const written = encodeSafetensors({ part: { shape: [2], data: part } });
    expect(decodeSafetensors(written).get('part')!.data).toEqual(Float32Array.of(1, 2));
  });

  it('refuses to write shapes that do not fit, and the reserved name', async () => {
    const data = new Float32Array(5);
    const shape = await errorOf(() => encodeSafetensors({ x: { shape: [2, 3], data } }));
    expect(shape.code).toBe('invalid-argument');
    expect(shape.message).toBe('The tensor "x" has 5 entries, but its shape is [2, 3].');
    const name = await errorOf(() => encodeSafetensors({ __metadata__: { shape: [5], data } }));
    expect(name.code).toBe('invalid-argument');
  });

  const entry = (dtype: string, shape: string, offsets: string): string =>
    `{"x":{"dtype":"${dtype}","shape":${shape},"data_offsets":${offsets}}}`;
  const four = new Uint8Array(4);

  it.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array(0)],
    ['half a length', new Uint8Array(7)],
    ['a header beyond the end', fileOf('{}', four, 7n)],
    ['a huge header', fileOf('{}', four, 2n ** 63n)],
    ['the longest length', fileOf('{}', four, 2n ** 64n - 1n)],
    ['a header over 1 MiB', fileOf(`{${' '.repeat(1 << 20)}}`)],
    ['no JSON', fileOf('{"x":')],
    ['no UTF-8', fileOf(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d))],
    ['an array', fileOf('[]')],
    ['null', fileOf('null')],
    ['a number', fileOf('4')],
    ['data without tensors', fileOf('{}', four)],
    ['an unknown type', fileOf(entry('BF16', '[2]', '[0,4]'), four)],
    ['a type that objects inherit', fileOf(entry('constructor', '[1]', '[0,4]'), four)],
    ['a tensor of another form', fileOf('{"x":[1,2]}', four)],
    ['a tensor without offsets', fileOf('{"x":{"dtype":"F32","shape":[1]}}', four)],
    ['an extra key', fileOf('{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"y":1}}', four)],
    ['a __proto__ that is no tensor', fileOf('{"__proto__":{"dtype":"F32"}}')],
    ['a negative extent', fileOf(entry('F32', '[-1,-1]', '[0,4]'), four)],
    ['a fraction of an extent', fileOf(entry('F32', '[0.5,2]', '[0,4]'), four)],
    ['a negative offset', fileOf(entry('F32', '[1]', '[-4,0]'), four)],
    ['descending offsets', fileOf(entry('F32', '[1]', '[4,0]'), four)],
    ['three offsets', fileOf(entry('F32', '[1]', '[0,4,4]'), four)],
    [
      'a shape that overflows',
      fileOf(entry('F32', '[4294967296,4294967296,4294967296]', '[0,4]'), four),
    ],
    [
      'the greatest extents',
      fileOf(
        entry(
          'U8',
          `[${Array(8)
            .fill(2 ** 53 - 1)
            .join()}]`,
          '[0,4]',
        ),
        four,
      ),
    ],
    ['an extent that is not safe', fileOf(entry('F32', '[1e300]', '[0,4]'), four)],
    ['nine axes', fileOf(entry('F32', '[1,1,1,1,1,1,1,1,1]', '[0,4]'), four)],
    ['a tensor longer than its shape', fileOf(entry('F32', '[1]', '[0,8]'), new Uint8Array(8))],
    ['a tensor beyond the end', fileOf(entry('F32', '[2]', '[0,8]'), four)],
    ['a gap before', fileOf(entry('F32', '[1]', '[4,8]'), new Uint8Array(8))],
    ['a gap behind', fileOf(entry('F32', '[1]', '[0,4]'), new Uint8Array(8))],
    [
      'tensors that overlap',
      fileOf(
        '{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"y":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}',
        new Uint8Array(12),
      ),
    ],
    [
      'the same place twice',
      fileOf(
        '{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"y":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}',
        four,
      ),
    ],
    [
      'a name twice',
      fileOf(
        '{"x":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"x":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}',
        four,
      ),
    ],
  ])('refuses a file with %s', async (_, file) => {
    const error = await errorOf(() => decodeSafetensors(file));
    expect(error.code).toBe('artifact');
  });

  it('refuses every truncation, and never fails otherwise on any bytes', async () => {
    for (let length = 0; length < fromPython.length; length++) {
      expect((await errorOf(() => decodeSafetensors(fromPython.slice(0, length)))).code).toBe(
        'artifact',
      );
    }
    const change = fc.tuple(fc.nat(fromPython.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 5 }), (changes) => {
        const file = fromPython.slice();
        for (const [position, value] of changes) file[position] = value;
        try {
          decodeSafetensors(file);
        } catch (error) {
          if (!isTensorecError(error, 'artifact')) throw error;
        }
      }),
      { numRuns: 1000 },
    );
  });
});
