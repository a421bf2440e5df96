import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isTensorecError, TensorecError } from '@tensorec/core';
import { fileError } from '@tensorec/core/node';
import {
  guessFormat,
  guessItems,
  type FormatGuess,
  type ItemsGuess,
} from '@tensorec/preprocessing';
import { fileSource } from '@tensorec/preprocessing/node';
import type { Console } from '../../console.js';
import { formatTable, printable } from '../../table.js';
import { chooseFiles, type ChosenFiles } from './choose-files.js';
import { quoted, specText } from './words.js';

/** Files that are looked at, and folders that are entered one in another. */
const MOST_FILES = 200;
const DEPTH = 3;

/** A file of a folder, and what it seems to be. */
export interface FolderFile {
  /** From the folder, with slashes. */
  readonly path: string;
  /** How to read it as interactions; undefined when it holds none. */
  readonly guess: FormatGuess | undefined;
  /** How to read it as a description of items; undefined when it is none. */
  readonly items: ItemsGuess | undefined;
  /** Why it holds no interactions. */
  readonly problem: string | undefined;
}

/** The files of a folder, and those that go together. */
export interface InspectedFolder {
  readonly path: string;
  readonly files: readonly FolderFile[];
  /** Undefined when no file holds interactions. */
  readonly chosen: ChosenFiles | undefined;
  /** Whether there are more files than were looked at. */
  readonly truncated: boolean;
}

/** Looks at the beginning of each file in a folder and below. */
export async function inspectFolder(folder: string, signal: AbortSignal): Promise<InspectedFolder> {
  const paths = await filesBelow(folder, '', DEPTH);
  const files: FolderFile[] = [];
  for (const path of paths.slice(0, MOST_FILES)) {
    signal.throwIfAborted();
    files.push(await lookAt(folder, path));
  }
  return {
    path: folder,
    files,
    chosen: chooseFiles(files),
    truncated: paths.length > MOST_FILES,
  };
}

async function filesBelow(folder: string, below: string, depth: number): Promise<string[]> {
  const entries = await readdir(join(folder, below), { withFileTypes: true }).catch(
    (error: unknown) => {
      throw fileError(error, 'read', join(folder, below));
    },
  );
  const paths: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isFile()) paths.push(path);
    else if (entry.isDirectory() && depth > 1) {
      paths.push(...(await filesBelow(folder, path, depth - 1)));
    }
    if (paths.length > MOST_FILES) break;
  }
  return paths;
}

async function lookAt(folder: string, path: string): Promise<FolderFile> {
  const source = (): ReturnType<typeof fileSource> => fileSource(join(folder, path));
  try {
    const guess = await guessFormat(source());
    return { path, guess, items: undefined, problem: undefined };
  } catch (error) {
    if (!isTensorecError(error)) throw error;
    const items = await guessItems(source()).catch((failure: unknown) => {
      if (isTensorecError(failure)) return undefined;
      throw failure;
    });
    return { path, guess: undefined, items, problem: error.message };
  }
}

/** The line that makes an experiment file of a folder's files. */
export function initCommand({ path, chosen }: InspectedFolder): string | undefined {
  if (chosen === undefined) return undefined;
  const at = (name: string): string => quoted(join(path, name));
  const option = (name: string, file: string | undefined): string =>
    file === undefined ? '' : ` --${name} ${at(file)}`;
  return `tensorec init ${at(chosen.path)}${option('test', chosen.test)}${option('validation', chosen.validation)}${option('items', chosen.items)}`;
}

/** The error of a folder without interactions. */
export function nothingIn({ path, files }: InspectedFolder): TensorecError {
  const seen = files.slice(0, 8).map(({ path: file, problem }) => {
    const reason = /holds no interactions of users with items: (.*?)\. Give /.exec(
      problem ?? '',
    )?.[1];
    return `\n  ${file}: ${reason ?? problem ?? 'a test part'}`;
  });
  const more = files.length > seen.length ? `\n  and ${files.length - seen.length} more` : '';
  return new TensorecError(
    'empty-data',
    files.length === 0
      ? `${path} holds no files; check the path.`
      : `No file in ${path} holds interactions of users with items:${seen.join('')}${more}\nGive a folder with a file that has a line for each event of a user with an item.`,
  );
}

/** Prints what was found. */
export function showFolder(folder: InspectedFolder, console: Console): void {
  const rows = folder.files.map(({ path, guess, items }) => [
    path,
    kindOf(path, guess, items, folder),
  ]);
  console.out(`${printable(folder.path)}:`);
  console.out(formatTable(['file', 'what it seems to be'], rows, [0, 1]));
  if (folder.truncated) console.out(`only the first ${MOST_FILES} files were looked at`);
  console.out(`\nnext: ${printable(initCommand(folder) ?? '')}`);
}

function kindOf(
  path: string,
  guess: FormatGuess | undefined,
  items: ItemsGuess | undefined,
  { chosen }: InspectedFolder,
): string {
  if (guess === undefined) {
    return items === undefined ? 'no interactions' : `items: id ${items.id}, title ${items.title}`;
  }
  const role =
    path === chosen?.test || guess.part === 'test'
      ? 'test part'
      : path === chosen?.validation
        ? 'validation part'
        : 'interactions';
  return `${role}: ${specText(guess.spec)}`;
}
