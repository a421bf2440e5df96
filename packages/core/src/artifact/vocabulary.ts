import { TensorecError } from '@tensorec/kernels';
import { show } from '../nearest.js';
import { VocabularyBuilder, type Vocabulary } from '../vocabulary.js';
import type { ModelState, TensorReader } from './state.js';

const halfSurrogate = /\p{Surrogate}/u;

/** A vocabulary as tensors: the ids as UTF-8 text one after another, where each starts, and which are numbers. */
export function vocabularyTensors(name: string, vocabulary: Vocabulary): ModelState {
  const encoder = new TextEncoder();
  const offsets = new Int32Array(vocabulary.size + 1);
  const numeric = new Uint8Array(vocabulary.size);
  const texts: Uint8Array[] = [];
  let row = 0;
  let length = 0;
  for (const id of vocabulary) {
    if (typeof id === 'string' && halfSurrogate.test(id)) {
      throw new TensorecError(
        'invalid-argument',
        `The id ${show(id)} holds half a surrogate pair and cannot be saved as UTF-8; clean the ids first.`,
      );
    }
    const text = encoder.encode(String(id));
    texts.push(text);
    length += text.length;
    numeric[row] = typeof id === 'number' ? 1 : 0;
    offsets[++row] = length;
  }
  const bytes = new Uint8Array(length);
  texts.forEach((text, position) => {
    bytes.set(text, offsets[position]);
  });
  return {
    [`${name}.bytes`]: { shape: [length], data: bytes },
    [`${name}.offsets`]: { shape: [offsets.length], data: offsets },
    [`${name}.numeric`]: { shape: [numeric.length], data: numeric },
  };
}

/**
 * The vocabulary that {@link vocabularyTensors} stored.
 *
 * @throws TensorecError `artifact` when the tensors do not describe one.
 */
export function readVocabulary(name: string, tensors: TensorReader): Vocabulary {
  const bytes = tensors.bytes(`${name}.bytes`);
  const offsets = tensors.int32(`${name}.offsets`, [-1], [0, bytes.length]);
  const numeric = tensors.bytes(`${name}.numeric`);
  const fail = (problem: string): never => {
    throw new TensorecError('artifact', `The ids of the ${name} are damaged: ${problem}.`);
  };
  if (offsets.length !== numeric.length + 1) {
    fail(`${offsets.length} offsets for ${numeric.length} ids`);
  }
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const builder = new VocabularyBuilder();
  for (let row = 0; row < numeric.length; row++) {
    const [start, end] = [offsets[row]!, offsets[row + 1]!];
    if (end < start) fail(`the offsets of row ${row} descend`);
    let text = '';
    try {
      text = decoder.decode(bytes.subarray(start, end));
    } catch {
      fail(`row ${row} is not UTF-8`);
    }
    const id = numeric[row] === 0 ? text : Number(text);
    if (typeof id === 'number' && (text === '' || !Number.isFinite(id))) {
      fail(`row ${row} is ${show(text)}, expected a number`);
    }
    if (builder.add(id) !== row) fail(`${show(id)} occurs twice`);
  }
  return builder.build();
}
