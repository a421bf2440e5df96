import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';

it('shows the model that the tests use', async () => {
  const read = (path: string): Promise<string> => readFile(new URL(path, import.meta.url), 'utf8');
  const [readme, source] = await Promise.all([read('../README.md'), read('cooccurrence.ts')]);
  const shown = source.replace("'../src/index.js'", "'@tensorec/core'");
  expect(readme).toContain(`\`\`\`ts\n${shown}\`\`\``);
});
