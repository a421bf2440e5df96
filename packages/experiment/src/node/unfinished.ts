import { createHash } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelDescriptor } from '@tensorec/core';
import { isLeftover, load, writeFileAtomic } from '@tensorec/core/node';
import type { FinishedRun, RunStore } from '../finished-run.js';
import { decodeRun, encodeRun } from '../stored-run.js';

/** Folder of the finished runs of an experiment that has not ended, below the folder of the report. */
const unfinishedFolder = '.unfinished';

const runFileName = /^[0-9a-f]{64}\.run$/;

/**
 * Finished runs in a folder, a file each. A file is named by the SHA-256 of its run's key and starts with those of the
 * artifact's `model.json` (or dashes) and of the rest of the file, so that a damaged file, one of another experiment or
 * one whose model was overwritten is never taken for the run.
 */
export class UnfinishedRuns implements RunStore {
  readonly #out: string;
  readonly #models: readonly ModelDescriptor[];
  readonly #notes: string[] = [];
  /** Files that were there before and that nobody has asked for. */
  readonly #unasked: Set<string>;
  #failed = false;

  private constructor(out: string, models: readonly ModelDescriptor[], names: readonly string[]) {
    this.#out = out;
    this.#models = models;
    this.#unasked = new Set(names.filter((name) => runFileName.test(name)));
  }

  /**
   * Looks at what an earlier run left.
   *
   * @param out - folder of the report
   * @param models - those that artifacts may be of
   */
  static async open(out: string, models: readonly ModelDescriptor[]): Promise<UnfinishedRuns> {
    const folder = join(out, unfinishedFolder);
    const names = await readdir(folder).catch(() => []);
    for (const name of names) {
      if (isLeftover(name)) await rm(join(folder, name), { force: true }).catch(() => undefined);
    }
    return new UnfinishedRuns(out, models, names);
  }

  async find(key: string): Promise<FinishedRun | undefined> {
    const name = fileName(key);
    if (!this.#unasked.delete(name)) return undefined;
    try {
      return await this.#read(key, name);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#notes.push(
        `A finished run of the interrupted experiment (${unfinishedFolder}/${name}) is damaged or its model is gone; it was run again. (${reason})`,
      );
      return undefined;
    }
  }

  async #read(key: string, name: string): Promise<FinishedRun> {
    const file = new Uint8Array(await readFile(join(this.#out, unfinishedFolder, name)));
    const head = Buffer.from(file.subarray(0, headLength)).toString('latin1');
    const body = file.subarray(headLength);
    const run = decodeRun(key, body);
    const model = await this.#modelHash(run);
    if (head !== headOf(model, body)) throw new Error('damaged');
    if (run.first?.artifact !== undefined) {
      (await load(join(this.#out, run.first.artifact), { models: this.#models })).dispose();
    }
    return run;
  }

  async keep(key: string, run: FinishedRun): Promise<void> {
    if (this.#failed) return;
    try {
      const body = encodeRun(key, run);
      const head = Buffer.from(headOf(await this.#modelHash(run), body), 'latin1');
      const path = join(this.#out, unfinishedFolder, fileName(key));
      await writeFileAtomic(path, Buffer.concat([head, body]));
    } catch (error) {
      this.#failed = true;
      const reason = error instanceof Error ? error.message : String(error);
      this.#notes.push(
        `Finished runs could not be kept, so an interruption would have cost them: ${reason}`,
      );
    }
  }

  notes(): readonly string[] {
    const { size } = this.#unasked;
    if (size === 0) return this.#notes;
    return [
      ...this.#notes,
      `The folder holds ${size === 1 ? '1 finished run' : `${size} finished runs`} of another experiment that was interrupted (other models, settings, data or versions); ${size === 1 ? 'it was' : 'they were'} not used.`,
    ];
  }

  /** Removes the folder: the experiment has ended. */
  async remove(): Promise<void> {
    await rm(join(this.#out, unfinishedFolder), { recursive: true, force: true });
  }

  /** SHA-256 of what describes the saved model, which names the tensors by theirs. */
  async #modelHash({ first }: FinishedRun): Promise<string> {
    if (first?.artifact === undefined) return '-'.repeat(64);
    return sha256(await readFile(join(this.#out, first.artifact, 'model.json')));
  }
}

const headLength = 2 * 65;

function headOf(model: string, body: Uint8Array): string {
  return `${model}\n${sha256(body)}\n`;
}

function fileName(key: string): string {
  return `${sha256(key)}.run`;
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
