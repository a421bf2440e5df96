import { createReadStream } from 'node:fs';
import { appendFile, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileError } from '@tensorec/core/node';
import { EventReader, type TrainingLog, type TrainingLogOptions } from '../trainer/event-reader.js';
import type { EventLog, TrainingEvent } from '../trainer/events.js';

/** Longest line read, in characters. */
const longestLine = 1 << 20;

/**
 * Events in a file, a line of JSON each. Lines are only ever appended; one that was cut short when its process was killed
 * is ended before the next one is written.
 */
export class EventLogFile implements EventLog {
  readonly #path: string;
  #isOpened = false;

  /** @param path - of the file; its folder is made when something is written */
  constructor(path: string) {
    this.#path = path;
  }

  /** @throws TensorecError `file` when it cannot be written. */
  async write(event: TrainingEvent): Promise<void> {
    try {
      const start = this.#isOpened ? '' : await this.#open();
      await appendFile(this.#path, `${start}${JSON.stringify(event)}\n`);
      this.#isOpened = true;
    } catch (error) {
      throw fileError(error, 'write', this.#path);
    }
  }

  /** What ends a torn last line: a line feed, or nothing where there is none. */
  async #open(): Promise<string> {
    await mkdir(dirname(this.#path), { recursive: true });
    const file = await open(this.#path, 'a+');
    try {
      const { size } = await file.stat();
      if (size === 0) return '';
      const { buffer } = await file.read(new Uint8Array(1), 0, 1, size - 1);
      return buffer[0] === 0x0a ? '' : '\n';
    } finally {
      await file.close();
    }
  }
}

/**
 * Reads a log back. Memory does not grow with the file: of many events of one kind, some are left out, evenly. Lines that
 * are no events, such as one that was cut short, are counted and left out.
 *
 * @throws TensorecError `file` when it cannot be read, `invalid-argument` for a bound below 2.
 */
export async function readTrainingLog(
  path: string,
  options: TrainingLogOptions = {},
): Promise<TrainingLog> {
  const reader = new EventReader(options);
  try {
    for await (const line of linesOf(path)) reader.add(line);
  } catch (error) {
    throw fileError(error, 'read', path);
  }
  return reader.log();
}

/** The lines of a file; of one that is too long its beginning, which is no JSON. */
async function* linesOf(path: string): AsyncGenerator<string> {
  let rest = '';
  for await (const piece of createReadStream(path, 'utf8')) {
    const lines = `${rest}${String(piece)}`.split('\n');
    rest = lines.pop()!.slice(0, longestLine);
    yield* lines;
  }
  if (rest !== '') yield rest;
}
