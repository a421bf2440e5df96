import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { root } from './packages.js';

/**
 * A hash that changes when a result may change.
 *
 * @param paths - files and folders, from the folder of the repository; what git ignores does not count
 * @param text - what else the result depends on
 */
export function hashSources(paths: readonly string[], text: string): string {
  const files = git(['ls-files', '-co', '--exclude-standard', ...new Set(paths)]);
  const hash = createHash('sha256').update(text);
  for (const file of [...new Set(files.split('\n'))].filter((line) => line !== '').sort()) {
    hash.update(file).update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}

/** What the result of a package depends on. */
export function packageSources(folder: string): readonly string[] {
  const sources = [`packages/${folder}/src`];
  return folder === 'kernels' ? [...sources, 'packages/kernels/assembly'] : sources;
}

/** The commit that is checked out. */
export function currentCommit(): string {
  return git(['rev-parse', 'HEAD']).trim();
}

/** Processor and version of Node. */
export function describeMachine(): string {
  return `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}, Node ${process.version}`;
}

/** Writes a file so that at every instant the old or the new one can be read. */
export function replaceFile(path: string, text: string): void {
  writeFileSync(`${path}.tmp`, text);
  renameSync(`${path}.tmp`, path);
}

function git(args: readonly string[]): string {
  return execFileSync('git', args, { cwd: root, encoding: 'utf8' });
}
