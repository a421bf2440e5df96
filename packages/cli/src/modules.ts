import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { TensorecError, type ModelDescriptor } from '@tensorec/core';
import { models } from './models.js';

/**
 * The models of this command and of the given modules, each of which exports `models: ModelDescriptor[]`.
 *
 * @throws TensorecError `file` when a module cannot be imported, `invalid-argument` when it exports no models.
 */
export async function loadModules(paths: readonly string[]): Promise<readonly ModelDescriptor[]> {
  const all = [...models];
  for (const path of paths) {
    let exported: object;
    try {
      exported = (await import(pathToFileURL(resolve(path)).href)) as object;
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new TensorecError('file', `Cannot import the module ${path}: ${reason}`, { cause });
    }
    const found: unknown = 'models' in exported ? exported.models : undefined;
    if (!Array.isArray(found) || !found.every(isDescriptor)) {
      throw new TensorecError(
        'invalid-argument',
        `The module ${path} must export "models", an array of model descriptors; it exports ${Object.keys(exported).join(', ') || 'nothing'}.`,
      );
    }
    all.push(...found);
  }
  return all;
}

function isDescriptor(value: unknown): value is ModelDescriptor {
  return (
    typeof value === 'object' &&
    value !== null &&
    'name' in value &&
    typeof value.name === 'string' &&
    'create' in value &&
    typeof value.create === 'function' &&
    'restore' in value &&
    typeof value.restore === 'function' &&
    'schema' in value
  );
}
