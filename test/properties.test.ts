import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packageNames, root } from '../scripts/packages.js';

const files = packageNames().flatMap((name) => {
  const folder = join(root, 'packages', name, 'test');
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names
    .filter((file) => file.endsWith('-properties.test.ts'))
    .map((file) => join(folder, file));
});

it('there are properties', () => {
  expect(files.length).toBeGreaterThan(0);
});

it.each(files)('%s leaves to the configuration how often its properties run', (file) => {
  expect(readFileSync(file, 'utf8')).not.toContain('numRuns');
});
