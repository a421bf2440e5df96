import { TensorecError, type Id, type Model, type UnknownUsers } from '@tensorec/core';
import { fileSource } from '@tensorec/preprocessing/node';
import type { Titles } from '../artifacts.js';
import type { Console } from '../console.js';
import { ProgressDisplay } from '../progress.js';
import { csvFormat, jsonLinesFormat, type ListFormat } from './format.js';
import { openSink } from './sink.js';
import { userLines, type UserLine } from './user-lines.js';
import { allUsers, usersOf, type UserBlock } from './users.js';

/** What a batch of lists is asked for with. */
export interface BatchRequest {
  /** Whom for: everyone, the ids in a file (`-`: standard input), or ids. */
  readonly whom: 'all' | { readonly file: string } | { readonly ids: readonly string[] };
  /** A file, or `-` for standard output. */
  readonly out: string;
  readonly json: boolean;
  readonly k: number;
  readonly exclude: 'seen' | 'none';
  readonly unknown: UnknownUsers;
  readonly title: Titles | undefined;
}

/**
 * Writes the lists of many users, block by block: memory does not grow with their number. The file takes its name when it is
 * whole.
 *
 * @throws TensorecError `unknown-id` or `parse` that names the line of a user, `file` when something cannot be read or
 * written, `invalid-argument` for a file of another kind.
 */
export async function recommendBatch(
  model: Model,
  request: BatchRequest,
  console: Console,
): Promise<void> {
  const { whom, out, k, exclude, unknown } = request;
  const format = formatOf(request);
  const sink = await openSink(out, console);
  const progress = new ProgressDisplay(console);
  const { signal } = console;
  let users = 0;
  let rows = 0;
  let missing = 0;
  try {
    await sink.write(format.head);
    for await (const block of blocksOf(whom, model, unknown, console)) {
      const lists = await model.recommend({ users: block.users, k, exclude, unknown, signal });
      await sink.write(format.lines(lists));
      users += block.users.length;
      rows += lists.size;
      missing += block.unknown;
      if (block.fraction !== undefined) {
        progress.report({ stage: `recommend ${model.name}`, fraction: block.fraction });
      }
      signal.throwIfAborted();
    }
    await sink.commit();
  } catch (error) {
    await sink.abandon();
    throw error;
  } finally {
    progress.stop();
  }
  console.error(
    `${rows} recommendations for ${users} users${missing === 0 ? '' : `, ${missing} of them unknown`}${out === '-' ? '' : `: ${out}`}`,
  );
}

/** By the ending of the file; standard output is CSV unless JSON is asked for. */
function formatOf({ out, json, title }: BatchRequest): ListFormat {
  if (out === '-') return json ? jsonLinesFormat(title) : csvFormat(title);
  if (/\.csv(\.gz)?$/i.test(out)) return csvFormat(title);
  if (/\.jsonl(\.gz)?$/i.test(out)) return jsonLinesFormat(title);
  throw new TensorecError(
    'invalid-argument',
    `Cannot tell the format of ${out}; let its name end in .csv, .csv.gz, .jsonl or .jsonl.gz.`,
  );
}

function blocksOf(
  whom: BatchRequest['whom'],
  model: Model,
  unknown: UnknownUsers,
  console: Console,
): AsyncIterable<UserBlock> {
  if (whom === 'all') return allUsers(model);
  if ('ids' in whom) return usersOf(linesOf(whom.ids), model, unknown, '--user', undefined);
  if (whom.file === '-') {
    const name = 'standard input';
    return usersOf(userLines(standardInput(console), name), model, unknown, name, undefined);
  }
  const source = fileSource(whom.file);
  const { name } = source;
  const fractionRead = (): number => source.fractionRead?.() ?? 0;
  return usersOf(userLines(source.bytes, name), model, unknown, name, fractionRead);
}

async function* linesOf(ids: readonly Id[]): AsyncGenerator<UserLine> {
  for (const [position, id] of ids.entries()) {
    yield Promise.resolve({ text: String(id), line: position + 1 });
  }
}

function standardInput({ input }: Console): AsyncIterable<Uint8Array> {
  if (input !== undefined) return input;
  throw new TensorecError('file', 'There is no standard input to read users from; give a file.');
}
