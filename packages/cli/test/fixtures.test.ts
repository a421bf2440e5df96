import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatVersion, type Model } from '@tensorec/core';
import { load } from '@tensorec/core/node';
import { describe, expect, it } from 'vitest';
import { models } from '../src/models.js';
import {
  answersFile,
  answersOf,
  formatFolder,
  storedModels,
  type StoredAnswers,
} from './fixtures/fixtures.js';

const versions = Array.from({ length: formatVersion }, (_, n) => n + 1);
const known = models.map(({ name }) => name);

it('each model has a stored artifact of the present format; packages/cli/test/fixtures/write.ts makes one', () => {
  expect(storedModels(formatVersion)).toEqual([...known].sort());
});

/** The same ids, and numbers that may differ by how sums are rounded. */
function nearly(value: unknown): unknown {
  if (typeof value === 'number') return expect.closeTo(value, 4);
  if (Array.isArray(value)) return value.map(nearly);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, nearly(part)]));
}

describe.each(versions)('artifacts of format %d', (version) => {
  it('are kept, of models that there still are', () => {
    expect(storedModels(version).length).toBeGreaterThan(0);
    expect(known).toEqual(expect.arrayContaining([...storedModels(version)]));
  });

  it.each(storedModels(version))('%s answers as when it was saved', async (name) => {
    const folder = join(formatFolder(version), name);
    const answers = JSON.parse(readFileSync(join(folder, answersFile), 'utf8')) as StoredAnswers;
    const model: Model = await load(folder, { models });
    try {
      expect(model.name).toBe(name);
      expect(await answersOf(model)).toEqual(nearly(answers));
    } finally {
      model.dispose();
    }
  });
});
