import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Random } from '@tensorec/kernels';
import { build } from 'vite';
import { expect } from 'vitest';
import { readTrainingLog } from '../../src/node/index.js';
import { trainToy } from './toy.js';

/** Kills a training at random moments, lets it end, and compares it with one that nobody killed. */
export async function expectSurvival(kills: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'tensorec-killed-'));
  try {
    await build({
      root: folder,
      configFile: false,
      logLevel: 'silent',
      build: {
        ssr: fileURLToPath(new URL('loop.ts', import.meta.url)),
        outDir: folder,
        emptyOutDir: false,
        rolldownOptions: { output: { entryFileNames: 'loop.mjs' } },
      },
      ssr: { noExternal: true, resolve: { conditions: ['@tensorec/source'] } },
    });
    const kept = join(folder, 'kept');
    const log = join(kept, 'log.jsonl');
    const start = (milliseconds: number): ChildProcess =>
      spawn(
        process.execPath,
        [join(folder, 'loop.mjs'), join(kept, 'checkpoint'), log, String(milliseconds)],
        {
          stdio: ['ignore', 'pipe', 'inherit'],
        },
      );
    const random = new Random(1);
    for (let kill = 0; kill < kills; kill++) {
      const child = start(5);
      const ended = once(child, 'exit');
      const [first] = (await Promise.race([once(child.stdout!, 'data'), ended])) as unknown[];
      expect(String(first)).toMatch(/^checkpoint/);
      await wait(random.integer(120));
      child.kill('SIGKILL');
      // A child that had ended before was not killed, which the comparison below would not show.
      expect(await ended).toEqual([null, 'SIGKILL']);
    }
    const lines: string[] = [];
    for await (const line of createInterface({ input: start(0).stdout! })) lines.push(line);
    expect(lines.at(-1)).toBe(await trainToy(async () => Promise.resolve(), {}));
    await expectWholeLog(log, kills);
    expect((await readdir(kept)).sort()).toEqual(['checkpoint', 'log.jsonl']);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The log has each epoch once, in order, and at most a torn line for each kill. */
async function expectWholeLog(path: string, kills: number): Promise<void> {
  const { events, unreadable } = await readTrainingLog(path);
  expect(unreadable).toBeLessThanOrEqual(kills);
  const epochs = events.flatMap((event) => (event.type === 'epoch' ? [event.epoch] : []));
  expect(epochs).toEqual(Array.from({ length: 50 }, (_, n) => n + 1));
  expect(events.filter(({ type }) => type === 'resume').length).toBeGreaterThan(0);
  expect(events.at(-1)).toMatchObject({ type: 'end', stopped: 'epochs', step: 600 });
}
