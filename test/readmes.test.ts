import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { packageNames, root } from '../scripts/packages.js';

const folder = join(root, 'test/.readme');
const readmes = [
  { path: 'README.md', name: 'root' },
  ...packageNames().map((name) => ({ path: `packages/${name}/README.md`, name })),
];

/** The first TypeScript block of a Markdown text. */
function firstBlock(markdown: string): string | undefined {
  return /^```ts\n([\s\S]*?)^```/m.exec(markdown)?.[1];
}

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('the first code block of every README runs', () => {
  it.each(readmes)('$path', async ({ path, name }) => {
    const block = firstBlock(readFileSync(join(root, path), 'utf8'));
    expect(block, `${path} starts with no TypeScript block`).toBeDefined();
    mkdirSync(folder, { recursive: true });
    const file = join(folder, `${name}.ts`);
    writeFileSync(file, `${block ?? ''}\nexport {};\n`);
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    try {
      await import(pathToFileURL(file).href);
    } finally {
      log.mockRestore();
    }
  });
});
