import { existsSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';

/**
 * A data file's path as an experiment file names it: from `TENSOREC_DATA` or from the folder of the experiment file where
 * it lies below either, else from the root, so that it always leads to this file.
 */
export function pathInExperiment(file: string, experimentFile: string): string {
  const data = process.env['TENSOREC_DATA'];
  const folder = dirname(resolve(experimentFile));
  for (const base of [data, folder]) {
    if (base === undefined || base === '') continue;
    const name = relative(resolve(base), resolve(file)).replaceAll('\\', '/');
    if (name.startsWith('..') || isAbsolute(name)) continue;
    const found = [data, folder]
      .filter((place) => place !== undefined && place !== '')
      .map((place) => join(place ?? '', name))
      .find((path) => existsSync(path));
    if (found !== undefined && realpathSync(found) === realpathSync(file)) return name;
  }
  return resolve(file).replaceAll('\\', '/');
}
