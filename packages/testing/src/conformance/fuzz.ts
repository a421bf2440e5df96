import {
  decodeArtifact,
  decodeSafetensors,
  encodeArtifact,
  encodeSafetensors,
  isTensorecError,
  modelFileName,
  type EncodedArtifact,
  type Model,
  type StoredTensor,
} from '@tensorec/core';
import * as fc from 'fast-check';
import { check, describe, failure } from '../assert.js';
import { checkerboard } from '../known-data/index.js';
import { requests } from './calls.js';
import { artifactFiles, readFrom } from './files.js';
import { sealed, withTensors } from './forgery.js';
import { rulesOf, withModel, type Rule, type Subject } from './rule.js';

type Bytes = Uint8Array<ArrayBuffer>;
type Files = Readonly<Record<string, Bytes>>;

/** Promises of loading what a generator makes of an artifact; fast-check's global settings say how often. */
export const fuzzRules: readonly Rule[] = rulesOf('every model', [
  {
    name: 'any change of the bytes is refused',
    async check(subject) {
      await withArtifact(subject, async (artifact) => {
        const files = artifactFiles(artifact);
        await fc.assert(
          fc.asyncProperty(fc.constantFrom(...files.keys()), changes, async (name, change) => {
            const changed = change(files.get(name)!);
            if (sameMeaning(name, changed, files.get(name)!)) return;
            const error = await loadingError(subject, artifact, { [name]: changed });
            check(error !== undefined, `${name} is loaded, though it was changed`);
          }),
          settings,
        );
      });
    },
  },
  {
    name: 'any model.json with a checksum that fits is refused, or gives a model that answers',
    async check(subject) {
      await withArtifact(subject, async (artifact) => {
        const text = new TextDecoder().decode(artifact.model.bytes);
        const places = valuesIn(JSON.parse(text));
        // Parameters are what each model reads for itself.
        const own = places.filter(([first]) => first === 'parameters');
        const place = fc.oneof(fc.constantFrom(...places), fc.constantFrom(...own));
        await fc.assert(
          fc.asyncProperty(place, jsonTexts, async (path, value) => {
            const forged = await sealed(replaced(JSON.parse(text), path, value));
            await loadsOrRefuses(subject, artifact, { [modelFileName]: forged });
          }),
          settings,
        );
      });
    },
  },
  {
    name: 'any tensors with a checksum that fits are refused, or give a model that answers',
    async check(subject) {
      await withArtifact(subject, async (artifact) => {
        const tensors = decodeSafetensors(artifact.tensors.bytes);
        const names = fc.constantFrom(...tensors.keys());
        const other = fc.record({ from: names, to: names, position: fc.nat(), number: numbers });
        await fc.assert(
          fc.asyncProperty(other, fc.boolean(), async ({ from, to, position, number }, swaps) => {
            const [a, b] = [tensors.get(from)!, tensors.get(to)!];
            const forged = swaps
              ? { [from]: b, [to]: a }
              : { [from]: changedTensor(a, position, number) };
            const file = encodeSafetensors({ ...Object.fromEntries(tensors), ...forged });
            await loadsOrRefuses(subject, artifact, await withTensors(artifact, file));
          }),
          settings,
        );
      });
    },
  },
]);

/** The same inputs in each run, so that a case fails always or never. */
const settings = { seed: 0 } as const;

/** Numbers that mean something else somewhere. */
const numbers = fc.oneof(
  fc.constantFrom(0, -1, 1, 2, 0.5, 2 ** 31 - 1, -(2 ** 31), 255, 3.4e38, -3.4e38, 1e-45, NaN),
  fc.integer({ min: -50, max: 50 }),
);

/** JSON for the place of another value. */
const jsonTexts = fc.oneof(
  fc.json({ maxDepth: 3 }),
  fc
    .oneof(fc.nat(20), fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }))
    .map(String),
  fc.constantFrom('-1', '0', '1e999', '9007199254740993', '""', 'null', '{"__proto__":{"x":1}}'),
);

/** What can happen to bytes on their way: some are others, the end is missing, something is too much. */
const changes: fc.Arbitrary<(bytes: Bytes) => Bytes> = fc.oneof(
  fc
    .array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 4 })
    .map((flips) => (bytes: Bytes) => {
      const changed = bytes.slice();
      for (const [position, bits] of flips) changed[position % bytes.length]! ^= bits;
      return changed;
    }),
  fc.nat().map((length) => (bytes: Bytes) => bytes.slice(0, length % bytes.length)),
  fc
    .tuple(fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 9 }))
    .map(([position, more]) => (bytes: Bytes) => {
      const at = position % (bytes.length + 1);
      return Uint8Array.of(...bytes.slice(0, at), ...more, ...bytes.slice(at));
    }),
);

/** White space is free in model.json, and so is a flip that is undone. */
function sameMeaning(name: string, changed: Bytes, original: Bytes): boolean {
  const text = (bytes: Bytes): string => {
    if (name !== modelFileName) return bytes.join();
    try {
      return JSON.stringify(JSON.parse(new TextDecoder().decode(bytes)));
    } catch {
      return '';
    }
  };
  return text(changed) === text(original);
}

/** The paths of all values within a value. */
function valuesIn(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [
    path,
    ...Object.entries(value).flatMap(([key, part]) => valuesIn(part, [...path, key])),
  ].filter(([first]) => first !== undefined && first !== 'checksum');
}

/** The JSON of a value with one within replaced, given as JSON too. */
function replaced(value: unknown, [key, ...rest]: readonly string[], json: string): string {
  if (key === undefined) return json;
  const parts = Object.entries(value as object).map(
    ([name, part]) =>
      `${JSON.stringify(name)}: ${name === key ? replaced(part, rest, json) : JSON.stringify(part)}`,
  );
  return `{${parts.join(', ')}}`;
}

function changedTensor(
  { shape, data }: StoredTensor,
  position: number,
  value: number,
): StoredTensor {
  if (data.length === 0) return { shape: [...shape, 1], data };
  const changed = data.slice();
  changed[position % data.length] = value;
  return { shape, data: changed };
}

async function withArtifact(
  subject: Subject,
  use: (artifact: EncodedArtifact) => Promise<void>,
): Promise<void> {
  const { train } = checkerboard({ users: 12, items: 8 });
  await withModel(subject, train, async (model) => use(await encodeArtifact(model)));
}

function load(subject: Subject, artifact: EncodedArtifact, forged: Files): Promise<Model> {
  const files = new Map([...artifactFiles(artifact), ...Object.entries(forged)]);
  return decodeArtifact(readFrom(files), { models: [subject.descriptor] });
}

/** The error that loading ends with, which must be one of artifacts; nothing where it loads. */
async function loadingError(
  subject: Subject,
  artifact: EncodedArtifact,
  forged: Files,
): Promise<unknown> {
  const failed = await failure(async () => {
    (await load(subject, artifact, forged)).dispose();
  });
  if (failed === undefined) return undefined;
  const isClear =
    isTensorecError(failed.thrown, 'artifact') || isTensorecError(failed.thrown, 'file');
  check(isClear, () => `loading fails with ${describe(failed.thrown)}`);
  return failed.thrown;
}

/** Loads a forged artifact; whatever loads must answer, or say with a typed error why not. */
async function loadsOrRefuses(
  subject: Subject,
  artifact: EncodedArtifact,
  forged: Files,
): Promise<void> {
  if ((await loadingError(subject, artifact, forged)) !== undefined) return;
  const model = await load(subject, artifact, forged);
  try {
    for (const [what, call] of requests(model as Model<string, string>)) {
      const failed = await failure(() => call({}));
      const isTyped = failed === undefined || isTensorecError(failed.thrown);
      check(isTyped, () => `${what} of a forged artifact fails with ${describe(failed?.thrown)}`);
    }
  } finally {
    model.dispose();
  }
}
