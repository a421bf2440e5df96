import { existsSync } from 'node:fs';
import { isAbsolute, relative, resolve } from 'node:path';
import type { ExperimentFile } from '../schema.js';
import { dataPath } from './paths.js';

/**
 * An experiment as a file in another folder: relative data paths that start at the folder of the file are written so that they are
 * found from there; those that start at `--data-dir` or `TENSOREC_DATA` stay.
 */
export function movedExperiment(
  experiment: ExperimentFile,
  from: string,
  to: string,
  dataFolder: string | undefined,
): ExperimentFile {
  const { data, split } = experiment;
  const moved = (name: string): string => {
    const here = resolve(from, name);
    const startsHere =
      !isAbsolute(name) && existsSync(here) && dataPath(name, from, dataFolder) === here;
    return startsHere ? relative(to, here).replaceAll('\\', '/') : name;
  };
  return {
    ...experiment,
    data: {
      ...data,
      path: moved(data.path),
      ...(data.test === undefined ? {} : { test: moved(data.test) }),
      ...(data.validation === undefined ? {} : { validation: moved(data.validation) }),
      ...(data.items === undefined
        ? {}
        : { items: { ...data.items, path: moved(data.items.path) } }),
      ...(data.users === undefined
        ? {}
        : { users: { ...data.users, path: moved(data.users.path) } }),
    },
    ...(split?.method === 'folds' ? { split: { ...split, files: split.files.map(moved) } } : {}),
  };
}
