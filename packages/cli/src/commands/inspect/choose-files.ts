import { canBeLists } from './lists.js';
import type { FolderFile } from './inspect-folder.js';

/** The files of a folder that go together, from the folder. */
export interface ChosenFiles {
  /** The interactions, or their train part. */
  readonly path: string;
  readonly test: string | undefined;
  readonly validation: string | undefined;
  readonly items: string | undefined;
  /** Why this file and not another, in words. */
  readonly reason: string;
}

const parts = {
  train: /(?:^|[^a-z])train(?:ing)?(?:[^a-z]|$)/i,
  test: /(?:^|[^a-z])test(?:ing)?(?:[^a-z]|$)/i,
  validation: /(?:^|[^a-z])(?:val|valid|validation|dev)(?:[^a-z]|$)/i,
} as const;

/** Words in names of files of interactions, and in those of other files of ids. */
const events =
  /rating|interaction|inter\b|event|click|log|purchase|transaction|plays|views|history|behaviou?r|sequence|session|data\b/i;
const graph = /trust|friend|social|graph|network|edge|follow|similar/i;
const tables = /tag|link|meta|item|user|movie|genre|review_text/i;
const people = /user|customer|member|people/i;

/** Chooses the interactions of a folder, their parts and the items they are of; undefined where no file holds any. */
export function chooseFiles(files: readonly FolderFile[]): ChosenFiles | undefined {
  const [main, ...others] = files
    .filter(({ guess }) => guess?.part === 'whole')
    .sort((a, b) => scoreOf(b) - scoreOf(a));
  if (main === undefined) return undefined;
  const test = partOf(main, files, 'test');
  const validation = test === undefined ? undefined : partOf(main, files, 'validation');
  const left = others.filter(({ path }) => path !== test && path !== validation).length;
  const more =
    left === 0 ? '' : `; ${left} more may hold interactions, tensorec inspect lists them`;
  const why = parts.train.test(nameOf(main.path))
    ? 'its name says that it is the train part'
    : 'its name and columns fit interactions best';
  return {
    path: main.path,
    test,
    validation,
    items: itemsOf(main, files),
    reason: `${why}${more}`,
  };
}

function scoreOf({ path, guess }: FolderFile): number {
  const name = nameOf(path);
  const points = (condition: boolean, value: number): number => (condition ? value : 0);
  return (
    points(parts.train.test(name), 6) +
    points(events.test(name), 2) +
    points(parts.test.test(name) || parts.validation.test(name), -6) +
    points(graph.test(name), -12) +
    points(tables.test(name), -1) +
    points(guess?.values !== undefined, 1) +
    points(guess?.order === 'timestamps', 1) -
    (path.split('/').length - 1)
  );
}

/** The part that belongs to a train part: in its folder, of a format that fits, with the likest name. */
function partOf(
  main: FolderFile,
  files: readonly FolderFile[],
  part: 'test' | 'validation',
): string | undefined {
  const name = nameOf(main.path);
  if (!parts.train.test(name)) return undefined;
  const rest = name.replace(parts.train, ' ').trim();
  const fitting = files.filter(
    (file) =>
      file !== main &&
      folderOf(file.path) === folderOf(main.path) &&
      parts[part].test(nameOf(file.path)) &&
      isPartFor(main, file),
  );
  const alike = fitting.find((file) => nameOf(file.path).replace(parts[part], ' ').trim() === rest);
  return (alike ?? (fitting.length === 1 ? fitting[0] : undefined))?.path;
}

function isPartFor(main: FolderFile, { guess }: FolderFile): boolean {
  const format = main.guess?.spec.format ?? '';
  if (guess === undefined) return false;
  if (guess.spec.format === 'candidates') return true;
  return ['adjacency', 'sequences'].includes(format)
    ? canBeLists(guess)
    : guess.spec.format === format;
}

/** The file that describes the items: in the same folder before others, never one of people. */
function itemsOf(main: FolderFile, files: readonly FolderFile[]): string | undefined {
  const described = files.filter(({ path, items }) => items && !people.test(nameOf(path)));
  return (
    described.find(({ path }) => folderOf(path) === folderOf(main.path)) ??
    described.find(({ path }) => main.path.startsWith(folderOf(path)))
  )?.path;
}

/** The name of a file without its folder and the endings that say nothing. */
function nameOf(path: string): string {
  return path.replace(/^.*\//, '').replace(/(?:\.(?:gz|txt|csv|tsv|json|jsonl|dat))+$/i, '');
}

function folderOf(path: string): string {
  return path.includes('/') ? path.replace(/\/[^/]*$/, '') : '';
}
