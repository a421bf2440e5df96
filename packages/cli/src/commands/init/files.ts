import { basename, join } from 'node:path';
import { TensorecError } from '@tensorec/core';
import { guessFormat, type FormatGuess } from '@tensorec/preprocessing';
import { fileSource } from '@tensorec/preprocessing/node';
import { isFolder } from '../inspect.js';
import { inspectFolder, nothingIn } from '../inspect/inspect-folder.js';
import { canBeLists } from '../inspect/lists.js';
import { specText } from '../inspect/words.js';

/** The files that an experiment is about. */
export interface ExperimentFiles {
  readonly name: string;
  readonly path: string;
  readonly test: string | undefined;
  readonly validation: string | undefined;
  readonly items: string | undefined;
  /** How these files came to be chosen; undefined where a person named them. */
  readonly reason: string | undefined;
}

/** The files that a person named; in a folder, those that go together. */
export async function findFiles(
  path: string,
  given: Pick<ExperimentFiles, 'test' | 'validation' | 'items'>,
  signal: AbortSignal,
): Promise<ExperimentFiles> {
  if (!(await isFolder(path))) {
    const name = basename(path).replace(
      /(?:\.(?:gz|txt|csv|tsv|json|jsonl|dat|inter|data))+$/i,
      '',
    );
    return { name: name || 'experiment', path, ...given, reason: undefined };
  }
  const folder = await inspectFolder(path, signal);
  const { chosen } = folder;
  if (chosen === undefined) throw nothingIn(folder);
  const at = (file: string | undefined): string | undefined => file && join(path, file);
  return {
    name: basename(join(path, '.')) || 'experiment',
    path: join(path, chosen.path),
    test: given.test ?? at(chosen.test),
    validation: given.validation ?? at(chosen.validation),
    items: given.items ?? at(chosen.items),
    reason: `${chosen.path} was chosen: ${chosen.reason}`,
  };
}

/** How a train part and the parts given with it are laid out. */
export interface GuessedParts {
  readonly train: FormatGuess;
  readonly test: FormatGuess | undefined;
}

/**
 * Holds the parts against one another, for an experiment file has one layout for all but candidates. Lists that come with
 * a test part are a random split of it in the common case, so their order is not relied on.
 *
 * @throws TensorecError `invalid-argument` when they do not fit.
 */
export async function guessParts(
  train: FormatGuess,
  files: ExperimentFiles,
): Promise<GuessedParts> {
  if (train.part === 'test') {
    throw new TensorecError(
      'invalid-argument',
      `${files.path} is a test part (${specText(train.spec)}); give the train part, and this one with --test.`,
    );
  }
  if (files.test === undefined) {
    if (files.validation === undefined) return { train, test: undefined };
    throw new TensorecError(
      'invalid-argument',
      'A validation part needs a test part; give --test too.',
    );
  }
  const test = await guessFormat(fileSource(files.test));
  if (test.spec.format !== 'candidates') requireAlike(train, test, files.test);
  if (files.validation !== undefined) {
    requireAlike(train, await guessFormat(fileSource(files.validation)), files.validation);
  }
  const asSet: FormatGuess =
    train.spec.format === 'sequences'
      ? {
          ...train,
          spec: { format: 'adjacency' },
          order: 'unknown',
          reasons: [...train.reasons, 'the split is given, so the order does not matter'],
        }
      : train;
  return { train: asSet, test };
}

function requireAlike(train: FormatGuess, part: FormatGuess, path: string): void {
  const areLists = ['adjacency', 'sequences'].includes(train.spec.format) && canBeLists(part);
  if (areLists || layoutOf(train) === layoutOf(part)) {
    if (train.spec.format !== 'sessions' || part.part === 'test') return;
    throw new TensorecError(
      'invalid-argument',
      `${path} holds whole sessions; a test part of sessions has lines "prefix items<TAB>target".`,
    );
  }
  throw new TensorecError(
    'invalid-argument',
    `${path} is laid out in another way (${specText(part.spec)}) than the train part (${specText(train.spec)}); an experiment file has one layout for both. Write them alike.`,
  );
}

/** What has to be the same: the format, the separator, the header, and where users and items are. */
function layoutOf({ spec }: FormatGuess): string {
  if (spec.format === 'delimited') {
    const { separator = ',', header = false, columns } = spec;
    return JSON.stringify([spec.format, separator, header, columns?.user, columns?.item]);
  }
  return spec.format;
}
