import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Installation } from '../../kernels/test/runtimes/installed.js';
import { PageServer, type Way } from '../../kernels/test/runtimes/pages.js';

const { resolve } = createRequire(import.meta.url);
/** The version of a package that this one is developed with. */
function versionOf(name: string): string {
  const manifest = JSON.parse(readFileSync(resolve(`${name}/package.json`), 'utf8')) as {
    version: string;
  };
  return manifest.version;
}

const user = await Installation.create({
  packages: ['kernels', 'tfjs-backend-simd'],
  dependencies: { '@tensorflow/tfjs': versionOf('@tensorflow/tfjs') },
  tools: ['bun', 'deno', 'esbuild', 'playwright-core'],
  programs: fileURLToPath(new URL('runtimes', import.meta.url)),
});
afterAll(() => {
  user.remove();
});

/** What a program printed that ends with its outcome; tfjs greets Node first. */
function outcomeOf(printed: string): unknown {
  return JSON.parse(printed.split('\n').at(-1) ?? '');
}

const threads = Math.min(8, availableParallelism());
const first = outcomeOf(await user.call(process.execPath, 'main.js')) as { loss: number };
const trained = { backend: 'simd', loss: first.loss };

describe('a dense model, trained by the packed packages', () => {
  it.each([
    ['this Node', process.execPath],
    ['Node 20', 'npx', '--yes', '-p', 'node@20', 'node'],
    ['Node 24', 'npx', '--yes', '-p', 'node@24', 'node'],
    ['Bun', user.program('bun'), 'run'],
    ['Deno', user.program('deno'), 'run', '--allow-env', '--allow-read', '--allow-sys'],
  ])('has the same loss in %s, to the bit', async (name, program, ...args) => {
    const outcome = outcomeOf(await user.call(program, ...args, 'main.js'));
    console.log(`${name}: ${JSON.stringify(outcome)}`);
    expect(outcome).toEqual({ threads, ...trained });
  });
});

const browser = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  (path) => existsSync(path),
);
if (browser === undefined) {
  console.warn('No Chromium in /usr/bin: its tests are skipped. Debian: apt-get install chromium');
}

describe.skipIf(browser === undefined)('Chromium', () => {
  const server = new PageServer(user.path('out/pages'));
  afterAll(() => {
    server.stop();
  });
  beforeAll(async () => {
    await server.start();
    const entries = ['page.js', 'page-worker.js', '--bundle', '--format=esm'];
    await user.call(user.program('esbuild'), ...entries, '--outdir=out/pages');
    await user.call('cp', 'index.html', 'out/pages');
  });

  it.each<[string, Way, (cores: number) => number]>([
    ['with cross-origin isolation', 'isolated', (cores) => Math.min(8, cores)],
    ['without it', 'plain', () => 1],
  ])('has the same loss %s, in a page and in its worker', async (name, way, threadsOf) => {
    const url = server.url(way, 'index.html');
    const printed = await user.call(process.execPath, 'browse.js', browser ?? '', url);
    const [found] = JSON.parse(printed) as readonly [
      { inPage: unknown; inWorker: unknown; cores: number; problems: unknown },
    ];
    console.log(`Chromium ${name}: ${JSON.stringify(found)}`);
    const { inPage, inWorker, cores, problems } = found;
    const expected = { threads: threadsOf(cores), ...trained };
    expect({ inPage, inWorker, problems }).toEqual({
      inPage: expected,
      inWorker: expected,
      problems: [],
    });
  });
});
