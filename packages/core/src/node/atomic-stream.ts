import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import * as fs from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { fileError, nodeFileSystem } from './files.js';

/**
 * A file that is written piece by piece and takes its name when it is whole: until {@link AtomicStream.commit} has ended
 * the path holds what it held before. Memory does not grow with the file.
 */
export class AtomicStream {
  readonly #path: string;
  readonly #beside: string;
  readonly #entry: Writable;
  readonly #end: Promise<void>;

  private constructor(path: string, beside: string, entry: Writable, end: Promise<void>) {
    this.#path = path;
    this.#beside = beside;
    this.#entry = entry;
    this.#end = end;
    // A failure is reported by the next call.
    end.catch(() => undefined);
  }

  /**
   * Opens a file beside the path and makes the folder when missing. Gzip where the path ends in `.gz`.
   *
   * @throws TensorecError `file` when it cannot be written.
   */
  static async open(path: string): Promise<AtomicStream> {
    const folder = dirname(path);
    const beside = join(folder, `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
    try {
      await nodeFileSystem.makeFolder(folder);
      const handle = await fs.open(beside, 'wx');
      // Writes wait for the disk, so that the name is never given to a file that is not there after a power cut.
      const file = handle.createWriteStream({ flush: true });
      const gzip = path.endsWith('.gz') ? createGzip() : undefined;
      gzip?.pipe(file);
      gzip?.on('error', (error) => file.destroy(error));
      file.on('error', (error) => gzip?.destroy(error));
      return new AtomicStream(path, beside, gzip ?? file, finished(file));
    } catch (error) {
      throw fileError(error, 'write', path);
    }
  }

  /**
   * Appends a piece; resolves when more can be taken.
   *
   * @throws TensorecError `file` when it cannot be written.
   */
  async write(piece: string | Uint8Array): Promise<void> {
    try {
      if (this.#entry.errored !== null) await this.#end;
      if (!this.#entry.write(piece)) await Promise.race([once(this.#entry, 'drain'), this.#end]);
    } catch (error) {
      throw fileError(error, 'write', this.#path);
    }
  }

  /**
   * Gives the file its name.
   *
   * @throws TensorecError `file` when it cannot be written; nothing is left beside.
   */
  async commit(): Promise<void> {
    try {
      this.#entry.end();
      await this.#end;
      await nodeFileSystem.rename(this.#beside, this.#path);
      await nodeFileSystem.syncFolder(dirname(this.#path));
    } catch (error) {
      await this.abandon();
      throw fileError(error, 'write', this.#path);
    }
  }

  /** Removes what was written; the path holds what it held before. Does nothing after a commit. */
  async abandon(): Promise<void> {
    this.#entry.destroy();
    await nodeFileSystem.remove(this.#beside).catch(() => undefined);
  }
}
