import * as fs from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { TensorecError, parseWith } from '@tensorec/core';
import { fileError, writeFileAtomic } from '@tensorec/core/node';
import * as z from 'zod/mini';
import type { Trial, TrialStore } from '../trial.js';
import { readText } from './output-folder.js';

const headSchema = z.strictObject({ search: z.string(), seed: z.int() });

const trialSchema = z.strictObject({
  model: z.string(),
  trial: z.int().check(z.nonnegative()),
  params: z.record(z.string(), z.unknown()),
  status: z.enum(['ok', 'failed', 'stopped']),
  error: z.optional(z.string()),
  metrics: z.record(z.string(), z.number()),
  fitSeconds: z.number(),
  evaluateSeconds: z.number(),
});

/**
 * The trials of a search in a file of JSON lines: the first says which search it is, each other is a trial. A line is on the disk
 * before the next trial begins; a last line that a killed process left unfinished is dropped.
 */
export class TrialFile implements TrialStore {
  readonly #path: string;
  readonly #trials: Trial[];

  private constructor(path: string, trials: Trial[]) {
    this.#path = path;
    this.#trials = trials;
  }

  get trials(): readonly Trial[] {
    return this.#trials;
  }

  /**
   * Opens the file of a search, or begins it.
   *
   * @param search - what the trials depend on; equal for equal searches
   * @throws TensorecError `experiment` when the file is of another search, `parse` when it is damaged, `file` when it cannot be
   * read or written.
   */
  static async open(path: string, search: string, seed: number): Promise<TrialFile> {
    const head = JSON.stringify({ search, seed });
    if (!existsSync(path)) {
      await writeFileAtomic(path, `${head}\n`);
      return new TrialFile(path, []);
    }
    const text = await readText(path);
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    const [first = '', ...lines] = whole.split('\n').slice(0, -1);
    const found = parseLine(headSchema, first, `${path}:1`);
    if (found.search !== search || found.seed !== seed) {
      const what =
        found.seed === seed ? 'another experiment, metric or data' : `the seed ${found.seed}`;
      throw new TensorecError(
        'experiment',
        `${path} holds the trials of ${what}; give another --out, or remove the file to begin again.`,
      );
    }
    const trials = lines.map((line, n) => parseLine(trialSchema, line, `${path}:${n + 2}`));
    if (whole !== text) await writeFileAtomic(path, whole);
    return new TrialFile(path, trials);
  }

  async add(trial: Trial): Promise<void> {
    try {
      const file = await fs.open(this.#path, 'a');
      try {
        await file.writeFile(`${JSON.stringify(trial)}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
    } catch (error) {
      throw fileError(error, 'write', this.#path);
    }
    this.#trials.push(trial);
  }
}

function parseLine<Output>(schema: z.core.$ZodType<Output>, line: string, place: string): Output {
  let content: unknown;
  try {
    content = JSON.parse(line);
  } catch (cause) {
    throw new TensorecError(
      'parse',
      `${place}: not JSON; remove the line to make the trial again.`,
      {
        cause,
      },
    );
  }
  return parseWith(schema, content, place, 'parse');
}
