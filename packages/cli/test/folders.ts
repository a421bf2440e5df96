import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { isLeftover } from '@tensorec/core/node';
import { afterAll } from 'vitest';
import { scratchFolder } from './support.js';

/** A folder that is removed after the tests of a file. */
export function temporaryFolder(): string {
  const folder = scratchFolder();
  afterAll(() => {
    folder.dispose();
  });
  return folder.path;
}

/** Writes files by their names. */
export function writeFiles(
  folder: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
}

/** The files in a folder and below, with slashes; none when there is no folder. */
export function filesIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort();
}

/** The temporary files that writing left in a folder and below. */
export function leftoversIn(folder: string): readonly string[] {
  return filesIn(folder).filter((path) => isLeftover(path.split('/').at(-1) ?? ''));
}
