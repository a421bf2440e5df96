import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { expect, it } from 'vitest';
import { exclusions } from './op-suite/exclusions.js';
import type { SpecResult } from './op-suite/run.js';

/** Specs of tfjs-core 4.22 that use a backend, two of them only the backend `cpu`; the others test tfjs-core itself. */
const SPECS_OF_BACKEND = 3853;
/** How many of them pass on tfjs' own backend `cpu`. */
const PASSED_BY_CPU = 3850;

it('passes the op suite of tfjs-core', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tensorec-op-suite-'));
  try {
    const results = await runSuite(folder);
    const ofBackend = results.filter(({ name, status }) =>
      name.includes(' cpu {}') ? status !== 'excluded' : name.includes(' simd {}'),
    );
    const [passed, pending, excluded] = (['passed', 'pending', 'excluded'] as const).map((kind) =>
      ofBackend.filter(({ status }) => status === kind),
    );
    const failed = results.filter(({ status }) => status === 'failed');
    for (const [piece, reason] of exclusions) console.log(`Excluded, ${reason}: ${piece}`);
    for (const { name } of pending!) console.log(`Switched off by the suite itself: ${name}`);
    console.log(
      `Op suite of tfjs-core: ${ofBackend.length} specs of backends, ${passed!.length} passed, ${excluded!.length} excluded; ${failed.length} of all failed.`,
    );
    expect(failed.map(({ name, message }) => `${name}: ${message}`)).toEqual([]);
    expect(ofBackend.length).toBeGreaterThanOrEqual(SPECS_OF_BACKEND);
    expect(passed!.length).toBeGreaterThanOrEqual(PASSED_BY_CPU);
    for (const [piece] of exclusions) {
      expect(
        excluded!.some(({ name }) => name.includes(piece)),
        piece,
      ).toBe(true);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** The suite imports jasmine-core without depending on it; it stays outside the bundle because it reads its own files. */
const jasmineFromHere: Plugin = {
  name: 'jasmine-from-here',
  setup(building) {
    building.onResolve({ filter: /^jasmine-core/ }, ({ path }) => ({
      path: fileURLToPath(import.meta.resolve(path)),
      external: true,
    }));
  },
};

/** Bundles the suite with the sources of the backend and runs it in a process of its own. */
async function runSuite(folder: string): Promise<readonly SpecResult[]> {
  const program = join(folder, 'suite.cjs');
  const output = join(folder, 'results.json');
  await build({
    entryPoints: [fileURLToPath(new URL('op-suite/run.ts', import.meta.url))],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    mainFields: ['module', 'main'],
    conditions: ['@tensorec/source'],
    // Its manifest does not count the files of the suite among those with side effects.
    ignoreAnnotations: true,
    plugins: [jasmineFromHere],
    logLevel: 'error',
  });
  const { status, stderr } = spawnSync(process.execPath, [program, output], { encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  return JSON.parse(readFileSync(output, 'utf8')) as SpecResult[];
}
