import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';

it('shows the step that the tests use', async () => {
  const read = (path: string): Promise<string> => readFile(new URL(path, import.meta.url), 'utf8');
  const [readme, source] = await Promise.all([read('../README.md'), read('bpr-step.ts')]);
  const shown = source.replace("'../src/index.js'", "'@tensorec/training'");
  expect(readme).toContain(`\`\`\`ts\n${shown}\`\`\``);
});
