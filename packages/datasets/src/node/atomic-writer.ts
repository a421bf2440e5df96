import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileError, nodeFileSystem } from '@tensorec/core/node';

const bufferLength = 1 << 16;

/**
 * A text file written piece by piece that appears under its path whole or not at all: written beside, synced, renamed.
 * Every writer ends with {@link AtomicWriter.commit} or {@link AtomicWriter.discard}.
 */
export class AtomicWriter {
  readonly path: string;
  readonly #beside: string;
  readonly #file: fs.FileHandle;
  #open = true;
  #buffer = '';

  private constructor(path: string, beside: string, file: fs.FileHandle) {
    this.path = path;
    this.#beside = beside;
    this.#file = file;
  }

  /** Starts a file; makes its folder when missing. */
  static async open(path: string): Promise<AtomicWriter> {
    const folder = dirname(path);
    const beside = join(folder, `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
    try {
      await fs.mkdir(folder, { recursive: true });
      return new AtomicWriter(path, beside, await fs.open(beside, 'wx'));
    } catch (error) {
      throw fileError(error, 'write', path);
    }
  }

  /** Whether enough is waiting that {@link AtomicWriter.flush} is due. */
  get full(): boolean {
    return this.#buffer.length >= bufferLength;
  }

  /** Takes text; it waits in memory until {@link AtomicWriter.flush}. */
  add(text: string): void {
    this.#buffer += text;
  }

  /** Hands what waits to the file. */
  async flush(): Promise<void> {
    const text = this.#buffer;
    this.#buffer = '';
    await this.#guard(() => this.#file.appendFile(text));
  }

  /** Writes the rest and waits until all is on the disk. */
  async finish(): Promise<void> {
    await this.flush();
    await this.#guard(() => this.#file.sync());
    await this.#close();
  }

  /** Puts the finished file under its path, in place of an older one. */
  async commit(): Promise<void> {
    await this.#guard(() => fs.rename(this.#beside, this.path));
    await this.#guard(() => nodeFileSystem.syncFolder(dirname(this.path)));
  }

  /** Removes what was written so far; does nothing to a file that was put under its path. */
  async discard(): Promise<void> {
    await this.#close();
    await fs.rm(this.#beside, { force: true });
  }

  async #close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await this.#guard(() => this.#file.close());
  }

  async #guard(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      throw fileError(error, 'write', this.path);
    }
  }
}
