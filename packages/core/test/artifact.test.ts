import { describe, expect, it } from 'vitest';
import {
  decodeArtifact,
  encodeArtifact,
  encodeSafetensors,
  formatVersion,
  hasCapability,
  Interactions,
  modelFileName,
  TensorecError,
  type EncodedArtifact,
  type Id,
  type Model,
  type ModelState,
} from '../src/index.js';
import { Cooccurrence, cooccurrence } from './cooccurrence.js';
import { errorOf } from './error-of.js';

const data = Interactions.fromColumns<Id, Id>({
  users: ['ann', 7, 'ann', '7', 'Zoë'],
  items: ['tea', 'tea', 12, '', 12],
});
const fitted = await new Cooccurrence().fit(
  data.part(Int32Array.of(0, 1, 2, 3, 4), 'train', 'cut'),
  {
    seed: 11,
  },
);
const models = [cooccurrence];

type Files = Record<string, Uint8Array<ArrayBuffer>>;

function filesOf({ tensors, model }: EncodedArtifact): Files {
  return { [tensors.name]: tensors.bytes, [model.name]: model.bytes };
}

function decode(files: Files, given = models): Promise<Model> {
  return decodeArtifact((name) => Promise.resolve(files[name]!), { models: given });
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return Buffer.from(await crypto.subtle.digest('SHA-256', bytes)).toString('hex');
}

/** An artifact that somebody wrote on purpose: checksums fit whatever it says. */
async function forged(
  change: (file: Record<string, unknown>) => void,
  state?: ModelState,
): Promise<Files> {
  const { tensors, model } = await encodeArtifact(fitted);
  const { checksum, ...file } = JSON.parse(new TextDecoder().decode(model.bytes)) as Record<
    string,
    unknown
  >;
  expect(checksum).toMatch(/^[0-9a-f]{64}$/);
  const bytes = state ? encodeSafetensors(state) : tensors.bytes;
  const name = `tensors-${await sha256(bytes)}.safetensors`;
  file['tensors'] = { file: name, bytes: bytes.length };
  change(file);
  const own = await sha256(new TextEncoder().encode(JSON.stringify(file)));
  const text = JSON.stringify({ ...file, checksum: own });
  return { [name]: bytes, [modelFileName]: new TextEncoder().encode(text) };
}

const encoded = await encodeArtifact(fitted);
const whole = filesOf(encoded);

async function rank(model: Model): Promise<unknown[]> {
  if (!hasCapability(model, 'folds-in')) throw new Error('The model lost what it can do.');
  return [...(await model.recommend({ histories: [['tea'], [12, '']] }))];
}

describe('artifacts', () => {
  it('give the model again', async () => {
    const model = await decode(whole);
    expect(model.name).toBe('cooccurrence');
    expect(model.parameters).toEqual({ minimumUsers: 1 });
    expect([...model.users]).toEqual(['ann', 7, '7', 'Zoë']);
    expect([...model.items]).toEqual(['tea', 12, '']);
    expect(model.training).toEqual(fitted.training);
    expect(model.training).toMatchObject({
      splitId: 'cut',
      seed: 11,
      fingerprint: data.fingerprint,
    });
    const users = ['ann', 7, '7'];
    expect([...(await model.recommend({ users }))]).toEqual([
      ...(await fitted.recommend({ users })),
    ]);
    expect(await rank(model)).toEqual(await rank(fitted));
  });

  it('are the same bytes for the same model', async () => {
    expect(filesOf(await encodeArtifact(fitted))).toEqual(whole);
    expect(filesOf(await encodeArtifact(await decode(whole)))).toEqual(whole);
    const [name] = Object.keys(whole);
    expect(name).toBe(`tensors-${await sha256(encoded.tensors.bytes)}.safetensors`);
  });

  it('leave users out when asked, and still fold in', async () => {
    const small = await encodeArtifact(fitted, { users: false });
    expect(small.tensors.bytes.length).toBeLessThan(encoded.tensors.bytes.length);
    expect(new TextDecoder('latin1').decode(small.tensors.bytes)).not.toContain('ann');
    const model = await decode(filesOf(small));
    expect(model.users.size).toBe(0);
    expect(model.training.history.rows).toBe(0);
    expect(await rank(model)).toEqual(await rank(fitted));
    const error = await errorOf(() => model.recommend({ users: ['ann'] }));
    expect(error.code).toBe('unknown-id');
    expect(error.message).toContain('saved without users, so ask by histories');
    const popular = await model.recommend({ users: ['ann'], unknown: 'popular', k: 1 });
    expect(popular.list(0)).toEqual([{ user: 'ann', item: 'tea', score: 2, rank: 1 }]);
  });

  it('load models that were given, no others', async () => {
    const none = await errorOf(() => decode(whole, []));
    expect(none.code).toBe('artifact');
    expect(none.message).toBe(
      'The artifact holds a model "cooccurrence", whose descriptor was not given; given: none.',
    );
    const other = await errorOf(() => decode(whole, [{ ...cooccurrence, name: 'als' }]));
    expect(other.message).toContain('given: als.');
  });

  it('name a newer format', async () => {
    const newer = await forged((file) => {
      file['formatVersion'] = formatVersion + 1;
      file['novelty'] = true;
    });
    const error = await errorOf(() => decode(newer));
    expect(error.code).toBe('artifact');
    expect(error.message).toContain('has format version 2; this library');
    expect(error.message).toContain('Update @tensorec/core.');
  });

  it('refuse every flipped bit and every truncation of both files', async () => {
    for (const [name, bytes] of Object.entries(whole)) {
      for (let position = 0; position < bytes.length; position++) {
        // Every bit of the description, one bit of each byte of the tensors.
        const bits = name === modelFileName ? [0, 1, 2, 3, 4, 5, 6, 7] : [position % 8];
        for (const bit of bits) {
          const damaged = bytes.slice();
          damaged[position]! ^= 1 << bit;
          const error = await errorOf(() => decode({ ...whole, [name]: damaged }));
          expect(error.code).toBe('artifact');
        }
        const shorter = bytes.slice(0, position);
        // Without its last line break the description says the same.
        if (name === modelFileName && position === bytes.length - 1) continue;
        expect((await errorOf(() => decode({ ...whole, [name]: shorter }))).code).toBe('artifact');
      }
      const longer = Uint8Array.of(...bytes, 0);
      expect((await errorOf(() => decode({ ...whole, [name]: longer }))).code).toBe('artifact');
    }
  });

  it('refuse numbers that a model cannot compute with', async () => {
    const files = filesOf(await encodeArtifact(fitted));
    const restore = (): never => {
      throw new TensorecError('numerical', 'The factors of item 0 are not finite.');
    };
    const error = await errorOf(() => decode(files, [{ ...cooccurrence, restore }]));
    expect(error).toMatchObject({ code: 'artifact' });
    expect(error.message).toContain('The factors of item 0 are not finite.');
  });

  it('refuse a description that is nested too deeply or too long', async () => {
    const { [modelFileName]: bytes } = whole;
    const text = new TextDecoder().decode(bytes);
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    for (const [changed, message] of [
      [text.replace('"parameters": {', `"parameters": { "deep": ${deep},`), 'nested too deeply'],
      [text + ' '.repeat(1 << 20), 'more than any artifact'],
    ] as const) {
      const damaged = new TextEncoder().encode(changed);
      const error = await errorOf(() => decode({ ...whole, [modelFileName]: damaged }));
      expect([error.code, error.message]).toEqual(['artifact', expect.stringContaining(message)]);
    }
  });

  it.each<[string, (file: Record<string, unknown>) => void, string]>([
    ['an unknown key', (file) => (file['extra'] = 1), 'model.json: unknown key "extra"'],
    ['no model', (file) => delete file['model'], 'model.json, model: '],
    [
      'a path',
      (file) => (file['tensors'] = { file: '../../etc/passwd', bytes: 1 }),
      'tensors.file',
    ],
    [
      'a negative length',
      (file) => (file['tensors'] = { ...(file['tensors'] as object), bytes: -1 }),
      'tensors.bytes',
    ],
    [
      'another length',
      (file) => (file['tensors'] = { ...(file['tensors'] as object), bytes: 8 }),
      'expected 8',
    ],
    ['format 0', (file) => (file['formatVersion'] = 0), 'has format version 0; this library'],
    ['a fraction of a format', (file) => (file['formatVersion'] = 1.5), 'format version 1.5;'],
    ['a format that is text', (file) => (file['formatVersion'] = '1'), 'format version "1";'],
    ['no format', (file) => delete file['formatVersion'], 'has no format version; this library'],
    [
      'a parameter out of range',
      (file) => (file['parameters'] = { minimumUsers: 0 }),
      'parameters of "cooccurrence", minimumUsers',
    ],
    [
      'an unknown parameter',
      (file) => (file['parameters'] = { minimumUser: 1 }),
      'did you mean "minimumUsers"?',
    ],
    [
      'a model that objects inherit',
      (file) => (file['model'] = 'constructor'),
      'holds a model "constructor"',
    ],
  ])('refuse a forged description with %s', async (_, change, message) => {
    const files = await forged(change);
    const error = await errorOf(() => decode(files));
    expect(error.code).toBe('artifact');
    expect(error.message).toContain(message);
  });

  const ids = (name: string, texts: string): ModelState => ({
    [`${name}.bytes`]: { shape: [texts.length], data: new TextEncoder().encode(texts) },
    [`${name}.offsets`]: {
      shape: [texts.length + 1],
      data: Int32Array.from({ length: texts.length + 1 }, (_, n) => n),
    },
    [`${name}.numeric`]: { shape: [texts.length], data: new Uint8Array(texts.length) },
  });
  const ints = (...values: number[]): ModelState[string] => ({
    shape: [values.length],
    data: Int32Array.from(values),
  });
  const good: ModelState = {
    ...ids('users', 'uv'),
    ...ids('items', 'xyz'),
    'history.offsets': ints(0, 1, 3),
    'history.items': ints(0, 1, 2),
    'history.values': { shape: [3], data: Float32Array.of(1, 1, 1) },
    itemCounts: ints(1, 1, 1),
    'model.counts': { shape: [3, 3], data: new Float32Array(9) },
  };

  it('may be written by others', async () => {
    const files = await forged(() => undefined, good);
    expect((await decode(files)).training.history.indices).toEqual(Int32Array.of(0, 1, 2));
  });

  it.each<[string, ModelState, string]>([
    ['an item out of range', { 'history.items': ints(0, 1, 3) }, 'holds 3 at 2, expected 0 to 2'],
    ['a negative item', { 'history.items': ints(0, -1, 2) }, 'holds -1 at 1'],
    ['repeated items', { 'history.items': ints(0, 1, 1) }, 'Row 1 of the history is damaged.'],
    ['descending items', { 'history.items': ints(0, 2, 1) }, 'Row 1 of the history is damaged.'],
    [
      'descending offsets',
      { 'history.offsets': ints(0, 5, 3) },
      'Row 0 of the history is damaged.',
    ],
    [
      'offsets that begin late',
      { 'history.offsets': ints(1, 1, 3) },
      'The history starts at 1, expected 0.',
    ],
    ['too few offsets', { 'history.offsets': ints(0, 3) }, 'expected a Int32Array of [3]'],
    ['too many entries', { 'history.offsets': ints(0, 1, 2) }, 'The tensor "history.items" is'],
    [
      'an infinite value',
      { 'history.values': { shape: [3], data: Float32Array.of(1, Infinity, 1) } },
      'holds Infinity at 1',
    ],
    ['negative counts', { itemCounts: ints(1, -1, 1) }, 'holds -1 at 1'],
    ['an id twice', ids('items', 'xyx'), 'The ids of the items are damaged: "x" occurs twice.'],
    [
      'a tensor of another type',
      { 'model.counts': { shape: [3, 3], data: new Int32Array(9) } },
      'The tensor "counts" is a Int32Array',
    ],
    [
      'a tensor of another shape',
      { 'model.counts': { shape: [9], data: new Float32Array(9) } },
      'The tensor "counts" is a Float32Array of [9]',
    ],
    [
      'history without users',
      { ...ids('users', ''), 'history.offsets': ints(3) },
      'The history starts at 3',
    ],
  ])('refuse forged tensors with %s', async (_, change, message) => {
    const files = await forged(() => undefined, { ...good, ...change });
    const error = await errorOf(() => decode(files));
    expect(error.code).toBe('artifact');
    expect(error.message).toContain(message);
  });
});
