import { existsSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { TensorecError } from '@tensorec/core';

/**
 * Where a data file lies: relative paths start at the given folder, then at `TENSOREC_DATA`, then at the folder of the
 * experiment file; the first place that has the file wins.
 *
 * @throws TensorecError `file` that names the places looked at.
 */
export function dataPath(
  name: string,
  experimentFolder: string,
  dataFolder: string | undefined,
): string {
  if (isAbsolute(name)) return name;
  const bases = [dataFolder, process.env['TENSOREC_DATA'], experimentFolder].filter(
    (base) => base !== undefined && base !== '',
  );
  const places = bases.map((base) => resolve(base ?? '', name));
  const found = places.find((place) => existsSync(place));
  if (found !== undefined) return found;
  throw new TensorecError(
    'file',
    `Cannot find the data file ${name}; looked at ${places.join(', ')}. Relative paths start at --data-dir, then TENSOREC_DATA, then the folder of the experiment file.`,
  );
}
