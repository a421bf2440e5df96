import {
  decodeArtifact,
  encodeArtifact,
  formatVersion,
  isTensorecError,
  modelFileName,
  TensorReader,
  withoutUsers,
  type EncodedArtifact,
  type Model,
  type ModelState,
  type StoredTensor,
  type TrainingRecord,
} from '@tensorec/core';
import { check, describe, failure, refused } from '../assert.js';
import { checkerboard } from '../known-data/index.js';
import { artifactFiles, readFrom, type ArtifactFiles } from './files.js';
import { sealed, withHeader, withTensors } from './forgery.js';
import { rulesOf, withModel, type Rule, type Subject } from './rule.js';

/** Deeper than programs that call themselves can follow. */
const nested = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;

/** Promises of loading what is damaged, tampered with or hostile. */
export const damageRules: readonly Rule[] = rulesOf('every model', [
  {
    name: 'a truncated artifact is refused',
    async check(subject) {
      await withArtifact(subject, async (artifact, refuse) => {
        const { name, bytes } = artifact.tensors;
        const header = 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true));
        const middle = Math.floor((header + bytes.length) / 2);
        for (const end of [0, 4, 8, header >> 1, header, middle, bytes.length - 1]) {
          await refuse(
            { [name]: bytes.slice(0, end) },
            `${name} cut at ${end} of ${bytes.length} bytes`,
          );
        }
        const description = artifact.model.bytes;
        for (const end of [0, 1, description.length >> 1, description.length - 2]) {
          await refuse(
            { [modelFileName]: description.slice(0, end) },
            `${modelFileName} cut at ${end} bytes`,
          );
        }
      });
    },
  },
  {
    name: 'changed bytes are refused',
    async check(subject) {
      await withArtifact(subject, async (artifact, refuse) => {
        const { name, bytes } = artifact.tensors;
        for (const position of [0, 9, bytes.length >> 1, bytes.length - 1]) {
          const changed = bytes.slice();
          changed[position] = changed[position]! ^ 1;
          await refuse({ [name]: changed }, `${name} with byte ${position} changed`);
        }
        const longer = new Uint8Array(bytes.length + 1);
        longer.set(bytes);
        await refuse({ [name]: longer }, `${name} with a byte more`);
      });
    },
  },
  {
    name: 'missing, misshapen and damaged tensors are refused',
    async check(subject) {
      await withModel(subject, checkerboard().train, async (model) => {
        for (const users of [true, false]) {
          const training = users ? model.training : withoutUsers(model.training);
          const state = model.state({ users });
          const refuse = (damaged: ModelState, what: string): Promise<void> =>
            refusesState(subject, training, model.parameters, damaged, what);
          for (const [name, tensor] of Object.entries(state)) {
            const without = Object.fromEntries(
              Object.entries(state).filter(([other]) => other !== name),
            );
            await refuse(without, `without the tensor "${name}"`);
            for (const [what, damaged] of damagedTensors(tensor)) {
              await refuse({ ...state, [name]: damaged }, `"${name}" ${what}`);
            }
          }
        }
      });
    },
  },
  {
    name: 'a tensor file with a hostile header is refused, though its checksum fits',
    async check(subject) {
      await withArtifact(subject, async (artifact, refuse) => {
        const { bytes } = artifact.tensors;
        const tensor = (shape: string, end: number): string =>
          `{"model.x": {"dtype": "F32", "shape": ${shape}, "data_offsets": [0, ${end}]}}`;
        for (const header of [
          tensor('[9007199254740991, 9007199254740991]', bytes.length),
          tensor('[-1]', 4),
          tensor('[1e999]', 4),
          tensor('[0.5]', 2),
          tensor('"all"', 4),
          tensor('[1]', 2 ** 40),
          tensor('[1, 1, 1, 1, 1, 1, 1, 1, 1]', 4),
          tensor('[9007199254740993]', 4),
          tensor('[NaN]', 4),
          tensor('[1]', -4),
          `{"model.x": {"dtype": "F32", "shape": [1], "data_offsets": [4, 8]}}`,
          `{"model.x": {"dtype": "F99", "shape": [1], "data_offsets": [0, 4]}}`,
          '{"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}, "b": {"dtype": "F32", "shape": [2], "data_offsets": [4, 12]}}',
          '{"a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}, "a": {"dtype": "F32", "shape": [1], "data_offsets": [4, 8]}}',
          '{"__proto__": {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]}}',
          nested,
          `{"a": ${nested}}`,
          '[]',
          '{',
          '',
        ]) {
          await refuse(
            await withTensors(artifact, withHeader(bytes, header)),
            `the header ${header.slice(0, 200)}`,
          );
        }
        const endless = bytes.slice();
        endless.fill(0xff, 0, 8);
        await refuse(await withTensors(artifact, endless), 'a header of 2⁶⁴ − 1 bytes');
      });
    },
  },
  {
    name: 'a hostile or newer model.json is refused',
    async check(subject) {
      await withArtifact(subject, async (artifact, refuse) => {
        const text = new TextDecoder().decode(artifact.model.bytes);
        const newer = formatVersion + 1;
        const version = `"formatVersion": ${formatVersion}`;
        const { name } = artifact.tensors;
        const changes: readonly (readonly [
          what: string,
          from: string,
          to: string,
          mention?: string,
        ])[] = [
          ['a newer format', version, `"formatVersion": ${newer}`, String(newer)],
          ['format 0', version, '"formatVersion": 0', String(formatVersion)],
          ['a format that is text', version, '"formatVersion": "1"', String(formatVersion)],
          ['no format', `${version},`, '', String(formatVersion)],
          [
            'another model',
            `"model": "${subject.descriptor.name}"`,
            '"model": "no-such-model"',
            'no-such-model',
          ],
          ['a model that is a list', `"model": "${subject.descriptor.name}"`, '"model": []'],
          ['an unknown key', version, `${version}, "extra": 1`, 'extra'],
          [
            'an unknown parameter',
            '"parameters": {',
            '"parameters": { "noSuchParameter": 1,',
            'noSuchParameter',
          ],
          ['parameters that are a list', '"parameters": {', '"parameters": [], "ignored": {'],
          ['a path out of the folder', name, `../../${name}`],
          ['an absolute path', name, `/${name}`],
          ['a path out of the folder for Windows', name, `..\\\\${name}`],
          ['a path with a null', name, `${name}\\u0000`],
          ['another file', name, modelFileName],
          ['no tensor file', `"file": "${name}"`, '"file": null'],
          ['a length below zero', /"bytes": \d+/.exec(text)?.[0] ?? '', '"bytes": -1'],
          ['a length that is infinite', /"bytes": \d+/.exec(text)?.[0] ?? '', '"bytes": 1e999'],
          ['a seed below zero', /"seed": \d+/.exec(text)?.[0] ?? '', '"seed": -1'],
          [
            'a length that is huge',
            /"bytes": \d+/.exec(text)?.[0] ?? '',
            '"bytes": 9007199254740991',
          ],
        ];
        for (const [what, from, to, mention] of changes) {
          check(text.includes(from), `${modelFileName} does not hold ${from}`);
          const changed = await sealed(text.replace(from, to));
          await refuse({ [modelFileName]: changed }, what, mention === undefined ? [] : [mention]);
        }
        const unsealed = text.replace(/"seed": \d+/, '"seed": 12345');
        await refuse({ [modelFileName]: new TextEncoder().encode(unsealed) }, 'a changed seed');
        for (const content of [
          nested,
          text.replace('"parameters": {', `"parameters": { "deep": ${nested},`),
          text.replace(version, `"formatVersion": NaN`),
          `${text}${' '.repeat(2 ** 21)}`,
          'null',
          '[]',
          '1',
          '""',
          '{}',
          '\u0000',
          '{"__proto__": {"formatVersion": 1}}',
        ]) {
          await refuse(
            { [modelFileName]: new TextEncoder().encode(content) },
            `${modelFileName}: ${content.slice(0, 200)}`,
          );
        }
      });
    },
  },
  {
    name: 'keys called __proto__ in model.json change nothing',
    async check(subject) {
      await withModel(subject, checkerboard().train, async (model) => {
        const artifact = await encodeArtifact(model);
        const text = new TextDecoder().decode(artifact.model.bytes);
        const poison =
          '"__proto__": { "polluted": true }, "constructor": { "prototype": { "polluted": true } }';
        for (const from of ['{', '"parameters": {', '"training": {', '"versions": {']) {
          const files = new Map(artifactFiles(artifact));
          files.set(modelFileName, await sealed(text.replace(from, `${from} ${poison},`)));
          const failed = await failure(async () => {
            const loaded = await decodeArtifact(readFrom(files), { models: [subject.descriptor] });
            loaded.dispose();
            check(
              !('polluted' in loaded.parameters),
              `the parameters inherit from ${modelFileName}`,
            );
          });
          check(!('polluted' in {}), `loading changed Object.prototype`);
          if (failed !== undefined && !isTensorecError(failed.thrown, 'artifact')) {
            throw new Error(`__proto__ after ${from}: ${describe(failed.thrown)}`);
          }
        }
      });
    },
  },
]);

type Refuse = (
  replaced: Readonly<Record<string, Uint8Array<ArrayBuffer>>>,
  what: string,
  mentions?: readonly string[],
) => Promise<void>;

/** Saves a fitted model; `refuse` requires the artifact with some files replaced to be refused. */
async function withArtifact(
  subject: Subject,
  use: (artifact: EncodedArtifact, refuse: Refuse) => Promise<void>,
): Promise<void> {
  await withModel(subject, checkerboard().train, async (model) => {
    const artifact = await encodeArtifact(model);
    await use(artifact, async (replaced, what, mentions) => {
      const files: ArtifactFiles = new Map([
        ...artifactFiles(artifact),
        ...Object.entries(replaced),
      ]);
      const load = (): Promise<Model> =>
        decodeArtifact(readFrom(files), { models: [subject.descriptor] });
      await refused(load, 'artifact', what, mentions);
    });
  });
}

async function refusesState(
  { descriptor }: Subject,
  training: TrainingRecord,
  parameters: object,
  state: ModelState,
  what: string,
): Promise<void> {
  const reader = new TensorReader(new Map(Object.entries(state)));
  await refused(() => descriptor.restore(training, parameters, reader), 'artifact', what);
}

/** Tensors that differ from a given one in shape, type or content, as an attacker or a bug may write them. */
function damagedTensors({
  shape,
  data,
}: StoredTensor): readonly (readonly [string, StoredTensor])[] {
  const [first = 1, ...rest] = shape;
  const oneMore = rest.reduce((product, extent) => product * extent, first + 1);
  const damaged: (readonly [string, StoredTensor])[] = [
    ['of another rank', { shape: [...shape, 1], data }],
    ['of another type', { shape, data: retyped(data) }],
    ['with a row more', { shape: [first + 1, ...rest], data: resized(data, oneMore) }],
  ];
  if (data.length > 0 && (data instanceof Float32Array || data instanceof Float64Array)) {
    damaged.push(['with NaN', { shape, data: resized(data, data.length, NaN) }]);
    damaged.push(['with Infinity', { shape, data: resized(data, data.length, Infinity) }]);
  }
  if (data.length > 0 && data instanceof Int32Array) {
    damaged.push(['with −2³¹', { shape, data: resized(data, data.length, -(2 ** 31)) }]);
  }
  return damaged;
}

function retyped(data: StoredTensor['data']): StoredTensor['data'] {
  return data instanceof Float32Array ? Float64Array.from(data) : Float32Array.from(data);
}

/** A copy of the given length whose last entry is `last`, where given. */
function resized(data: StoredTensor['data'], length: number, last?: number): StoredTensor['data'] {
  const numbers = Array.from({ length }, (_, n) => data[n] ?? 0);
  if (last !== undefined) numbers[length - 1] = last;
  if (data instanceof Float32Array) return Float32Array.from(numbers);
  if (data instanceof Float64Array) return Float64Array.from(numbers);
  return data instanceof Int32Array ? Int32Array.from(numbers) : Uint8Array.from(numbers);
}
