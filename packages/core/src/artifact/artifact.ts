import { isTensorecError, ready, TensorecError, type Csr } from '@tensorec/kernels';
import * as z from 'zod/mini';
import type { ModelDescriptor } from '../descriptor.js';
import { findModel } from '../descriptor.js';
import { show } from '../nearest.js';
import type { Model } from '../recommender.js';
import { parseWith } from '../schema.js';
import { withoutUsers, type TrainingRecord } from '../training-record.js';
import { version } from '../version.js';
import { decodeSafetensors, encodeSafetensors } from './safetensors.js';
import { TensorReader, type ModelState, type StoredTensor } from './state.js';
import { readVocabulary, vocabularyTensors } from './vocabulary.js';

/** Version of the artifact format that this library writes; it reads this one and all before. */
export const formatVersion = 1;

/** Name of the file that makes an artifact: it names the tensor file. */
export const modelFileName = 'model.json';

/** Longest model.json accepted, in bytes; parameters are all in it that varies. */
const longestModelFile = 1 << 20;

const modelFileSchema = z.strictObject({
  formatVersion: z.literal(formatVersion),
  model: z.string(),
  parameters: z.record(z.string(), z.unknown()),
  users: z.boolean(),
  training: z.strictObject({
    fingerprint: z.string(),
    splitId: z.nullable(z.string()),
    seed: z.int().check(z.nonnegative()),
    repeats: z.enum(['sum', 'last', 'one']),
  }),
  tensors: z.strictObject({
    file: z.string().check(z.regex(/^tensors-[0-9a-f]{64}\.safetensors$/)),
    bytes: z.int().check(z.nonnegative()),
  }),
  versions: z.record(z.string(), z.string()),
});

/** The file as it is written: `checksum` covers everything else in it. */
const checkedFileSchema = z.looseObject({ checksum: z.string() });

type ModelFile = z.infer<typeof modelFileSchema>;

/** Options of saving. */
export interface SaveOptions {
  /** Whether users, their histories and their factors are kept; default true. Without: items and fold-in only. */
  readonly users?: boolean | undefined;
}

/** Options of loading. */
export interface LoadOptions {
  /** The models that may be loaded; nothing else is. */
  readonly models: readonly ModelDescriptor[];
}

/** The two files of an artifact. */
export interface EncodedArtifact {
  readonly tensors: { readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> };
  readonly model: { readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> };
}

/** A model as the two files of an artifact; the tensor file is named by its own SHA-256. */
export async function encodeArtifact(
  model: Model,
  options: SaveOptions = {},
): Promise<EncodedArtifact> {
  const { users = true } = options;
  const training = users ? model.training : withoutUsers(model.training);
  const own = Object.entries(model.state({ users })).map(
    ([name, tensor]) => [`model.${name}`, tensor] as const,
  );
  const bytes = encodeSafetensors({ ...trainingTensors(training), ...Object.fromEntries(own) });
  const file = `tensors-${await sha256(bytes)}.safetensors`;
  const description: ModelFile = {
    formatVersion,
    model: model.name,
    parameters: { ...model.parameters },
    users,
    training: {
      fingerprint: training.fingerprint,
      splitId: training.splitId ?? null,
      seed: training.seed,
      repeats: training.repeats,
    },
    tensors: { file, bytes: bytes.length },
    versions: { '@tensorec/core': version },
  };
  const checksum = await checksumOf(description);
  const json = `${JSON.stringify({ ...description, checksum }, null, 2)}\n`;
  return {
    tensors: { name: file, bytes },
    model: { name: modelFileName, bytes: new TextEncoder().encode(json) },
  };
}

/**
 * A model from the files of its artifact, wherever they lie.
 *
 * @param read - gives a file's bytes by name
 * @throws TensorecError `artifact` for a damaged, truncated, tampered or newer artifact, and for a model whose
 * descriptor is not among `options.models`.
 */
export async function decodeArtifact(
  read: (name: string) => Promise<Uint8Array<ArrayBuffer>>,
  options: LoadOptions,
): Promise<Model> {
  const file = await readModelFile(await read(modelFileName));
  const known = options.models.map((model) => model.name);
  if (!known.includes(file.model)) {
    throw new TensorecError(
      'artifact',
      `The artifact holds a model ${show(file.model)}, whose descriptor was not given; given: ${known.join(', ') || 'none'}.`,
    );
  }
  const descriptor = findModel(options.models, file.model);
  const tensors = await readTensors(file, read);
  const parameters = parseWith(
    descriptor.schema,
    file.parameters,
    `parameters of "${file.model}"`,
    'artifact',
  );
  const training = readTraining(file.training, new TensorReader(tensors));
  await ready();
  const own = [...tensors].flatMap(([name, tensor]) =>
    name.startsWith('model.') ? [[name.slice('model.'.length), tensor] as const] : [],
  );
  try {
    return descriptor.restore(training, Object.freeze(parameters), new TensorReader(new Map(own)));
  } catch (error) {
    if (!isTensorecError(error, 'numerical')) throw error;
    throw new TensorecError(
      'artifact',
      `The numbers of the artifact are out of range: ${error.message} Save the model again.`,
      { cause: error },
    );
  }
}

/** What an artifact says of itself. */
export type ArtifactDescription = Readonly<ModelFile>;

/** An artifact, whole or damaged. */
export interface ExaminedArtifact {
  readonly description: ArtifactDescription;
  /** The tensors by name; empty when they are damaged. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** What is wrong with the tensor file; undefined when its length and checksum are as they should be. */
  readonly damage: TensorecError | undefined;
}

/**
 * What is in an artifact, without making its model, so that the model need not be known.
 *
 * @param read - gives a file's bytes by name
 * @throws TensorecError `artifact` for a damaged or newer `model.json`; what `read` throws for that file.
 */
export async function examineArtifact(
  read: (name: string) => Promise<Uint8Array<ArrayBuffer>>,
): Promise<ExaminedArtifact> {
  const description = await readModelFile(await read(modelFileName));
  try {
    return { description, tensors: await readTensors(description, read), damage: undefined };
  } catch (error) {
    if (!isTensorecError(error, 'artifact')) throw error;
    return { description, tensors: new Map(), damage: error };
  }
}

/** The tensors that a description names, checked by length and checksum. */
async function readTensors(
  { tensors }: ModelFile,
  read: (name: string) => Promise<Uint8Array<ArrayBuffer>>,
): Promise<ReadonlyMap<string, StoredTensor>> {
  const bytes = await read(tensors.file);
  if (bytes.length !== tensors.bytes) {
    throw new TensorecError(
      'artifact',
      `${tensors.file} has ${bytes.length} bytes, expected ${tensors.bytes}; it is truncated or was changed. Save the model again.`,
    );
  }
  if (!tensors.file.includes(await sha256(bytes))) throw changed(tensors.file);
  return decodeSafetensors(bytes);
}

async function readModelFile(bytes: Uint8Array): Promise<ModelFile> {
  if (bytes.length > longestModelFile) {
    throw new TensorecError(
      'artifact',
      `${modelFileName} has ${bytes.length} bytes, more than any artifact's (${longestModelFile}).`,
    );
  }
  let content: unknown;
  try {
    content = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new TensorecError(
      'artifact',
      `${modelFileName} is not JSON, so this is not a whole artifact.`,
      { cause },
    );
  }
  requireKnownVersion(content);
  const { checksum, ...rest } = parseWith(checkedFileSchema, content, modelFileName, 'artifact');
  if (checksum !== (await checksumOf(rest))) throw changed(modelFileName);
  return parseWith(modelFileSchema, rest, modelFileName, 'artifact');
}

/** Comes before all other checks, so that whoever has a newer artifact learns that it is newer. */
function requireKnownVersion(content: unknown): void {
  const schema = z.object({ formatVersion: z.optional(z.unknown()) });
  const { formatVersion: found } = parseWith(schema, content, modelFileName, 'artifact');
  if (found === formatVersion) return;
  const isNewer = typeof found === 'number' && found > formatVersion;
  const advice = isNewer ? 'Update @tensorec/core.' : 'It was changed after saving.';
  throw new TensorecError(
    'artifact',
    `The artifact has ${found === undefined ? 'no format version' : `format version ${show(found)}`}; this library (${version}) reads up to ${formatVersion}. ${advice}`,
  );
}

/** SHA-256 of the description's JSON without white space. */
function checksumOf(description: object): Promise<string> {
  let json: string;
  try {
    json = JSON.stringify(description);
  } catch (cause) {
    throw new TensorecError('artifact', `${modelFileName} is nested too deeply.`, { cause });
  }
  return sha256(new TextEncoder().encode(json));
}

function changed(name: string): TensorecError {
  return new TensorecError(
    'artifact',
    `The content of ${name} does not match its checksum; it was changed after saving. Save the model again.`,
  );
}

function trainingTensors(training: TrainingRecord): ModelState {
  const { users, items, history } = training;
  return {
    ...vocabularyTensors('users', users),
    ...vocabularyTensors('items', items),
    'history.offsets': { shape: [users.size + 1], data: history.offsets.slice() },
    'history.items': { shape: [history.indices.length], data: history.indices.slice() },
    'history.values': { shape: [history.values.length], data: history.values.slice() },
    itemCounts: { shape: [items.size], data: training.itemCounts.slice() },
  };
}

function readTraining(stored: ModelFile['training'], tensors: TensorReader): TrainingRecord {
  const users = readVocabulary('users', tensors);
  const items = readVocabulary('items', tensors);
  return {
    users,
    items,
    history: readCsr('history', users.size, items.size, tensors),
    repeats: stored.repeats,
    itemCounts: tensors.int32('itemCounts', [items.size], [0, 2 ** 31 - 1]),
    fingerprint: stored.fingerprint,
    splitId: stored.splitId ?? undefined,
    seed: stored.seed,
  };
}

function readCsr(name: string, rows: number, columns: number, tensors: TensorReader): Csr {
  const offsets = tensors.int32(`${name}.offsets`, [rows + 1], [0, 2 ** 31 - 1]);
  const entries = offsets[rows] ?? 0;
  const indices = tensors.int32(`${name}.items`, [entries], [0, columns - 1]);
  const values = tensors.float32(`${name}.values`, [entries]);
  if (offsets[0] !== 0) {
    throw new TensorecError('artifact', `The ${name} starts at ${offsets[0]!}, expected 0.`);
  }
  for (let row = 0; row < rows; row++) {
    const [start, end] = [offsets[row]!, offsets[row + 1]!];
    let ascending = end >= start && end <= entries;
    for (let e = start + 1; ascending && e < end; e++) ascending = indices[e]! > indices[e - 1]!;
    if (!ascending) {
      throw new TensorecError('artifact', `Row ${row} of the ${name} is damaged.`);
    }
  }
  return { rows, columns, offsets, indices, values };
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await globalThis.crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
