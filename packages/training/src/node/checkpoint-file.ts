import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileError, isLeftover, writeFileAtomic } from '@tensorec/core/node';
import { TensorecError } from '@tensorec/kernels';
import type { CheckpointStore } from '../trainer/checkpoint-store.js';

/**
 * A checkpoint in a file: at every instant the path holds a whole one, the old or the new. One training at a time may write
 * to a path.
 */
export class CheckpointFile implements CheckpointStore {
  readonly name: string;

  /** @param path - of the file; its folder is made when something is written */
  constructor(path: string) {
    this.name = path;
  }

  /** @throws TensorecError `file` when something is there and cannot be read. */
  async read(): Promise<Uint8Array | undefined> {
    try {
      const { isFile } = await kindOf(this.name);
      if (isFile) return await readFile(this.name);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw fileError(error, 'read', this.name);
    }
    throw new TensorecError(
      'file',
      `Cannot read ${this.name}: it is a folder, a pipe or a device; give a file.`,
    );
  }

  /**
   * Replaces the file, and removes what earlier writers left beside it when they were killed.
   *
   * @throws TensorecError `file` when it cannot be written; the old content stays.
   */
  async write(bytes: Uint8Array): Promise<void> {
    await writeFileAtomic(this.name, bytes);
    await this.#removeLeftovers();
  }

  /**
   * Removes the checkpoint, for example when the model is saved.
   *
   * @throws TensorecError `file` when it is there and cannot be removed.
   */
  async remove(): Promise<void> {
    try {
      await rm(this.name, { force: true });
    } catch (error) {
      throw fileError(error, 'remove', this.name);
    }
  }

  async #removeLeftovers(): Promise<void> {
    const folder = dirname(this.name);
    const prefix = `.${basename(this.name)}.`;
    for (const name of await readdir(folder)) {
      if (name.startsWith(prefix) && isLeftover(name))
        await rm(join(folder, name), { force: true });
    }
  }
}

async function kindOf(path: string): Promise<{ readonly isFile: boolean }> {
  return { isFile: (await stat(path)).isFile() };
}

/** Whether an error says that there is no such file. */
function isMissing(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
}
