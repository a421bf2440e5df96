import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../../../scripts/packages.js';
import { freePort, Installation } from './runtimes/installed.js';
import { PageServer, type Way } from './runtimes/pages.js';

const user = await Installation.create();
afterAll(() => {
  user.remove();
});

const threads = Math.min(8, availableParallelism());
const { bits } = JSON.parse(await user.call(process.execPath, 'main.js')) as { bits: string };
/** What every runtime finds, whatever its number of threads. */
const result = { ok: true, bits };
const onAllThreads = { threads, workers: threads - 1, ...result };

function onOneThread(limitation: string): unknown {
  return {
    threads: 1,
    workers: 0,
    ...result,
    limitation: expect.stringContaining(limitation) as string,
  };
}

const strictest = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noEmit: true,
  module: 'NodeNext',
  target: 'ES2022',
  types: [],
  skipLibCheck: false,
};

describe('the packed package, without any set-up', () => {
  it.each([
    ['this Node', process.execPath],
    ['Node 20', 'npx', '--yes', '-p', 'node@20', 'node'],
    ['Node 24', 'npx', '--yes', '-p', 'node@24', 'node'],
    ['Bun', user.program('bun'), 'run'],
    ['Deno', user.program('deno'), 'run'],
  ])('runs on all threads, and ends, in %s', async (_, program, ...args) => {
    expect(JSON.parse(await user.call(program, ...args, 'main.js'))).toEqual(onAllThreads);
  });

  const bundle = ['main.js', '--bundle', '--format=esm', '--log-level=warning'];
  it('runs bundled for Node by esbuild', async () => {
    await user.call(
      user.program('esbuild'),
      ...bundle,
      '--platform=node',
      '--outfile=out/esbuild.js',
    );
    expect(JSON.parse(await user.call(process.execPath, 'out/esbuild.js'))).toEqual(onAllThreads);
  });

  it('runs bundled for Node by webpack', async () => {
    await user.call(process.execPath, 'build-webpack.js', 'node', 'main.js', 'out/webpack.cjs');
    expect(JSON.parse(await user.call(process.execPath, 'out/webpack.cjs'))).toEqual(onAllThreads);
  });

  it('runs bundled for Node by Vite', async () => {
    await user.call(user.program('vite'), 'build', '--ssr', 'main.js', '--outDir', 'out/vite-node');
    expect(JSON.parse(await user.call(process.execPath, 'out/vite-node/main.js'))).toEqual(
      onAllThreads,
    );
  });

  it.each([[['ES2022']], [['ES2022', 'DOM']], [['ES2022', 'WebWorker']]])(
    'compiles with the libraries %s',
    async (lib) => {
      const compilerOptions = { ...strictest, lib };
      writeFileSync(
        user.path('tsconfig.json'),
        JSON.stringify({ compilerOptions, files: ['user.ts'] }),
      );
      writeFileSync(
        user.path('user.ts'),
        "import { ready } from '@tensorec/kernels';\nexport const started: Promise<void> = ready();\n",
      );
      await user.call(process.execPath, `${root}/node_modules/typescript/bin/tsc`, '-p', '.');
    },
  );

  it('is less than 150 kB, minified and compressed', async () => {
    writeFileSync(user.path('all.js'), "export * from '@tensorec/kernels';\n");
    const options = ['--bundle', '--minify', '--format=esm', '--outfile=out/all.js'];
    await user.call(user.program('esbuild'), 'all.js', ...options);
    const bytes = gzipSync(readFileSync(user.path('out/all.js'))).length;
    console.log(`minified and compressed: ${(bytes / 1000).toFixed(1)} kB`);
    expect(bytes).toBeLessThan(150_000);
  });

  it('starts and calls as fast as printed here', async () => {
    for (const number of [1, threads]) {
      console.log(await user.call(process.execPath, 'measure.js', String(number)));
    }
  });
});

describe('workerd', () => {
  it('runs on one thread, with the module as a file', async () => {
    await bundleForWorkerd('--conditions=workerd', '--loader:.wasm=copy', '--asset-names=kernels');
    const modules =
      '(name = "edge.js", esModule = embed "edge.js"), (name = "kernels.wasm?module", wasm = embed "kernels.wasm")';
    // The copy loader keeps the query of the import, so the file's name in the configuration has it too.
    expect(readFileSync(user.path('out/workerd/edge.js'), 'utf8')).toContain(
      'from "./kernels.wasm?module"',
    );
    expect(await answer(modules)).toEqual(onOneThread('shares no memory'));
  });

  it('says what to do when the bundle has the inlined module', async () => {
    await bundleForWorkerd();
    expect(await answer('(name = "edge.js", esModule = embed "edge.js")')).toEqual({
      name: 'TensorecError',
      code: 'unsupported',
      message: expect.stringContaining('condition workerd') as string,
    });
  });

  async function bundleForWorkerd(...options: readonly string[]): Promise<void> {
    const common = ['--bundle', '--format=esm', '--outdir=out/workerd', '--log-level=warning'];
    await user.call(user.program('esbuild'), 'edge.js', ...common, ...options);
  }

  /** What a worker of these modules answers. */
  async function answer(modules: string): Promise<unknown> {
    const port = await freePort();
    writeFileSync(
      user.path('out/workerd/config.capnp'),
      `using Workerd = import "/workerd/workerd.capnp";
       const config :Workerd.Config = (
         services = [(name = "main", worker = .edge)],
         sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")]);
       const edge :Workerd.Worker = (modules = [${modules}], compatibilityDate = "2026-11-01");\n`,
    );
    const { default: workerd } = createRequire(user.path('package.json'))('workerd') as {
      default: string;
    };
    await using server = await user.serve(port, workerd, 'serve', 'out/workerd/config.capnp');
    return await (await fetch(server.url)).json();
  }
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
    await user.call(user.program('esbuild'), ...entries, '--outdir=out/pages/esbuild');
    await user.call('cp', 'index.html', 'out/pages/esbuild');
    await user.call(user.program('vite'), 'build', '--base', './', '--outDir', 'out/pages/vite');
    await user.call(
      process.execPath,
      'build-webpack.js',
      'web',
      'page.js',
      'out/pages/webpack/page.js',
    );
    writeFileSync(
      user.path('out/pages/webpack/index.html'),
      '<!doctype html><script defer src="page.js"></script><body></body>',
    );
  });

  it('runs on all threads from the development server of Vite', async () => {
    const port = await freePort();
    const address = ['--host', '127.0.0.1', '--port', String(port), '--strictPort'];
    await using server = await user.serve(port, user.program('vite'), ...address);
    await open([server.url], onAllThreadsOf);
  });

  interface Outcome {
    inPage: unknown;
    inWorker: unknown;
    cores: number;
    problems: readonly string[];
  }

  /** Opens pages; each has the same outcome as its worker. */
  async function open(
    urls: readonly string[],
    expected: (cores: number) => unknown,
  ): Promise<void> {
    const outcomes = await user.call(process.execPath, 'browse.js', browser ?? '', ...urls);
    for (const [index, { inPage, inWorker, cores, problems }] of (
      JSON.parse(outcomes) as readonly Outcome[]
    ).entries()) {
      expect({ inPage, inWorker, problems }, urls[index]).toEqual({
        inPage: expected(cores),
        inWorker: expected(cores),
        problems: [],
      });
    }
  }

  /** Addresses of the pages of all bundlers. */
  function bundled(way: Way): readonly string[] {
    return ['esbuild', 'vite', 'webpack'].map((name) => server.url(way, `${name}/index.html`));
  }

  function onAllThreadsOf(cores: number): unknown {
    const threads = Math.min(8, cores);
    return { threads, workers: threads - 1, ...result };
  }

  it('runs on all threads in a page that is cross-origin isolated', async () => {
    await open(bundled('isolated'), onAllThreadsOf);
  });

  it('runs on one thread in a page that is not', async () => {
    await open(bundled('plain'), () => onOneThread('not cross-origin isolated'));
  });

  it('runs on one thread where the policy forbids workers from blobs', async () => {
    await open(bundled('strict'), (cores) =>
      cores === 1 ? onAllThreadsOf(1) : onOneThread('worker-src blob:'),
    );
  });

  it('says what to do where the policy forbids WebAssembly', async () => {
    await open(bundled('forbidden'), () => ({
      name: 'TensorecError',
      code: 'unsupported',
      message: expect.stringContaining("script-src 'wasm-unsafe-eval'") as string,
    }));
  });
});
