import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isTensorecError, TensorecError } from '@tensorec/kernels';
import {
  decodeArtifact,
  encodeArtifact,
  examineArtifact,
  modelFileName,
  type ExaminedArtifact,
  type LoadOptions,
  type SaveOptions,
} from '../artifact/artifact.js';
import type { Model } from '../recommender.js';
import {
  fileError,
  isLeftover,
  nodeFileSystem,
  writeFileAtomic,
  type FileSystem,
} from './files.js';

const tensorFileName = /^tensors-[0-9a-f]{64}\.safetensors$/;

/**
 * Saves a model as a folder. At every instant the folder holds one whole artifact, the old or the new one, for any
 * number of readers; only one writer may save to a folder at a time.
 *
 * @throws TensorecError `file` when the folder cannot be written; an artifact that was there stays whole.
 */
export async function save(
  model: Model,
  folder: string,
  options: SaveOptions = {},
  fileSystem: FileSystem = nodeFileSystem,
): Promise<void> {
  const { tensors, model: description } = await encodeArtifact(model, options);
  await writeFileAtomic(join(folder, tensors.name), tensors.bytes, fileSystem);
  await writeFileAtomic(join(folder, description.name), description.bytes, fileSystem);
  const names = await fileSystem.list(folder).catch((error: unknown) => {
    throw fileError(error, 'read', folder);
  });
  for (const name of names) {
    const unnamed = tensorFileName.test(name) && name !== tensors.name;
    if (!unnamed && !isLeftover(name)) continue;
    const path = join(folder, name);
    await fileSystem.remove(path).catch((error: unknown) => {
      throw fileError(error, 'remove', path);
    });
  }
}

/** How often a reader starts again when a writer replaced the artifact between its two files. */
const attempts = 5;

/**
 * Loads a model from the folder that {@link save} wrote.
 *
 * @throws TensorecError `file` when there is no artifact, `artifact` when it is damaged, newer than this library, or of
 * a model that is not among `options.models`.
 */
export async function load(folder: string, options: LoadOptions): Promise<Model> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await decodeArtifact((name) => readArtifactFile(folder, name), options);
    } catch (error) {
      if (attempt === attempts || !isTensorecError(error, 'artifact')) throw error;
      if (!(error.cause instanceof MissingTensors)) throw error;
    }
  }
}

/**
 * What is in the folder that {@link save} wrote, without making its model; see `examineArtifact`.
 *
 * @throws TensorecError `file` when there is no artifact, `artifact` for a damaged or newer `model.json`.
 */
export async function examine(folder: string): Promise<ExaminedArtifact> {
  for (let attempt = 1; ; attempt++) {
    const examined = await examineArtifact((name) => readArtifactFile(folder, name));
    const isReplaced = examined.damage?.cause instanceof MissingTensors;
    if (attempt === attempts || !isReplaced) return examined;
  }
}

class MissingTensors extends Error {}

/** A pipe or a device, of which reading may never end, or a folder. */
class NotAFile extends Error {
  readonly code = 'NOTAFILE';
}

async function readArtifactFile(folder: string, name: string): Promise<Uint8Array<ArrayBuffer>> {
  const path = join(folder, name);
  try {
    if (!(await stat(path)).isFile()) throw new NotAFile();
    return new Uint8Array(await readFile(path));
  } catch (error) {
    const failure = fileError(error, 'read', path);
    if (name === modelFileName) {
      throw new TensorecError(
        'file',
        `${failure.message} An artifact is a folder with ${modelFileName} in it.`,
        {
          cause: error,
        },
      );
    }
    throw new TensorecError('artifact', `${failure.message} The artifact is not whole.`, {
      cause: new MissingTensors(failure.message),
    });
  }
}
