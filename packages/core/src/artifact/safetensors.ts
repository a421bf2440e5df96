import { TensorecError } from '@tensorec/kernels';
import * as z from 'zod/mini';
import { show } from '../nearest.js';
import { parseWith } from '../schema.js';
import type { ModelState, StoredTensor } from './state.js';

/** Longest header accepted, in bytes. */
const longestHeader = 1 << 20;

const kinds = {
  F32: { bytes: 4, view: (buffer: ArrayBuffer) => new Float32Array(buffer) },
  F64: { bytes: 8, view: (buffer: ArrayBuffer) => new Float64Array(buffer) },
  I32: { bytes: 4, view: (buffer: ArrayBuffer) => new Int32Array(buffer) },
  U8: { bytes: 1, view: (buffer: ArrayBuffer) => new Uint8Array(buffer) },
} as const;

const kindOf = {
  Float32Array: 'F32',
  Float64Array: 'F64',
  Int32Array: 'I32',
  Uint8Array: 'U8',
} as const;

const extent = z.int().check(z.nonnegative());
const entrySchema = z.strictObject({
  dtype: z.enum(['F32', 'F64', 'I32', 'U8']),
  shape: z.array(extent).check(z.maxLength(8)),
  data_offsets: z.tuple([extent, extent]),
});

/** The header's one key that is no tensor: free text about the file. */
const metadataKey = '__metadata__';

/**
 * Tensors in the safetensors format (huggingface/safetensors): 8 bytes of header length, a JSON header padded to 8
 * bytes, then the data without gaps, wider numbers first, so that each tensor lies at a multiple of its number's size.
 *
 * @throws TensorecError `invalid-argument` when a shape does not fit its data, or for a tensor named `__metadata__`,
 * which the format keeps for other uses.
 */
export function encodeSafetensors(tensors: ModelState): Uint8Array<ArrayBuffer> {
  const header: [string, object][] = [];
  let end = 0;
  const entries = Object.entries(tensors).sort(
    ([, a], [, b]) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT,
  );
  for (const [name, { shape, data }] of entries) {
    if (name === metadataKey) {
      throw new TensorecError(
        'invalid-argument',
        `A tensor cannot be named "${metadataKey}"; the safetensors format keeps that name for text.`,
      );
    }
    const size = shape.reduce((product, length) => product * length, 1);
    if (size !== data.length) {
      throw new TensorecError(
        'invalid-argument',
        `The tensor "${name}" has ${data.length} entries, but its shape is [${shape.join(', ')}].`,
      );
    }
    const dtype = kindOf[data[Symbol.toStringTag]];
    header.push([name, { dtype, shape, data_offsets: [end, end + data.byteLength] }]);
    end += data.byteLength;
  }
  const json = JSON.stringify(Object.fromEntries(header));
  const text = new TextEncoder().encode(json);
  const headerLength = Math.ceil(text.length / 8) * 8;
  const file = new Uint8Array(8 + headerLength + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerLength), true);
  file.fill(0x20, 8, 8 + headerLength);
  file.set(text, 8);
  let offset = 8 + headerLength;
  for (const [, { data }] of entries) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  return file;
}

/**
 * The tensors of a safetensors file of 32- and 64-bit floats, 32-bit integers and bytes, in the order of their data;
 * its free text (`__metadata__`) is not read.
 *
 * @throws TensorecError `artifact` for anything but a whole, well-formed file.
 */
export function decodeSafetensors(file: Uint8Array): ReadonlyMap<string, StoredTensor> {
  const fail = (problem: string): never => {
    throw new TensorecError('artifact', `The tensor file is damaged: ${problem}.`);
  };
  if (file.length < 8) fail(`it has ${file.length} bytes`);
  const headerLength = Number(
    new DataView(file.buffer, file.byteOffset, file.byteLength).getBigUint64(0, true),
  );
  if (headerLength > longestHeader || headerLength > file.length - 8) {
    fail(`its header would be ${headerLength} bytes long`);
  }
  const start = 8 + headerLength;
  const header = parseHeader(file.subarray(8, start), fail);
  const tensors = new Map<string, StoredTensor>();
  let expected = 0;
  for (const [name, { dtype, shape, data_offsets }] of header) {
    const [from, to] = data_offsets;
    const kind = kinds[dtype];
    const bytes = shape.reduce((product, length) => product * length, kind.bytes);
    if (from !== expected || to - from !== bytes || to > file.length - start) {
      fail(`the tensor ${show(name)} lies at ${from} to ${to} and should take ${bytes} bytes`);
    }
    expected = to;
    const copy = new Uint8Array(file.subarray(start + from, start + to));
    tensors.set(name, { shape, data: kind.view(copy.buffer) });
  }
  if (start + expected !== file.length) {
    fail(`it has ${file.length - start} bytes of data, its header describes ${expected}`);
  }
  return tensors;
}

/** The header's tensors, in the order of their data. */
function parseHeader(
  bytes: Uint8Array,
  fail: (problem: string) => never,
): [name: string, entry: z.infer<typeof entrySchema>][] {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    fail('its header is not JSON');
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header)) {
    return fail('its header is not a JSON object');
  }
  return Object.entries(header)
    .filter(([name]) => name !== metadataKey)
    .map(([name, entry]): [string, z.infer<typeof entrySchema>] => [
      name,
      parseWith(entrySchema, entry, `tensor ${show(name)}`, 'artifact'),
    ])
    .sort(([, { data_offsets: a }], [, { data_offsets: b }]) => a[0] - b[0] || a[1] - b[1]);
}
