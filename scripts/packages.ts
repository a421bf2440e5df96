import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folder of the repository. */
export const root: string = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Names of the folders in `packages`. */
export function packageNames(): readonly string[] {
  return readdirSync(join(root, 'packages')).sort();
}

/** Names of the folders of the packages that a package depends on. */
export function dependenciesOf(name: string): readonly string[] {
  const file = readFileSync(join(root, 'packages', name, 'package.json'), 'utf8');
  const { dependencies = {} } = JSON.parse(file) as { dependencies?: Record<string, string> };
  return Object.keys(dependencies).flatMap((dependency) => {
    const [scope, folder] = dependency.split('/');
    return scope === '@tensorec' && folder !== undefined ? [folder] : [];
  });
}

/**
 * Packs every built package into a temporary folder, as `publish` would.
 *
 * @returns path of the tarball of each package
 */
export function packAll(): ReadonlyMap<string, string> {
  const folder = mkdtempSync(join(tmpdir(), 'tensorec-pack-'));
  return new Map(packageNames().map((name) => [name, pack(name, folder)]));
}

/** Packs one built package into a folder and returns the path of the tarball. */
export function pack(name: string, folder: string): string {
  const output = execFileSync('pnpm', ['pack', '--json', '--pack-destination', folder], {
    cwd: join(root, 'packages', name),
    encoding: 'utf8',
  });
  const { filename } = JSON.parse(output) as { filename: string };
  return filename.startsWith(folder) ? filename : join(folder, filename);
}
