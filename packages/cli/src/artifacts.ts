import {
  TensorecError,
  type FeatureTable,
  type Id,
  type Model,
  type Vocabulary,
} from '@tensorec/core';
import { load } from '@tensorec/core/node';
import { readFeatures } from '@tensorec/preprocessing/node';
import { loadModules } from './modules.js';

/** Options of the commands that read an artifact. */
export interface ArtifactOptions {
  readonly module?: readonly string[];
  readonly items?: string;
  readonly itemId: string;
  readonly title: string;
}

/** Item titles from a file. */
export type Titles = (id: Id) => string;

/** The model of an artifact folder. */
export async function openArtifact(folder: string, options: ArtifactOptions): Promise<Model> {
  return load(folder, { models: await loadModules(options.module ?? []) });
}

/** Titles from the file of `--items`; the ids themselves without it. */
export async function openTitles(options: ArtifactOptions): Promise<Titles> {
  if (options.items === undefined) return String;
  const table: FeatureTable = await readFeatures(options.items, {
    format: 'delimited',
    id: options.itemId,
  });
  return (id) => table.text(String(id), options.title) ?? String(id);
}

/** The id that a vocabulary holds for what a person typed: as text, or as the number it spells. */
export function typedId(text: string, vocabulary: Vocabulary, what: string): Id {
  if (vocabulary.has(text)) return text;
  const number = Number(text);
  if (text.trim() !== '' && vocabulary.has(number)) return number;
  const examples = [...vocabulary].slice(0, 3).map(String).join(', ');
  throw new TensorecError(
    'unknown-id',
    vocabulary.size === 0
      ? `The artifact holds no ${what}s; it was saved without them.`
      : `The artifact does not know the ${what} "${text}"; it knows ${vocabulary.size}, among them ${examples}.`,
  );
}
