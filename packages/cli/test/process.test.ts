import type { ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from '@tensorec/core/node';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { models } from '../src/index.js';
import { delay, startCommand, until, type Started } from './child-process.js';
import { experimentFile, scratchFolder, shopExperiment, smallShop } from './support.js';

const scratch = scratchFolder();
const folder = scratch.path;

beforeAll(async () => {
  await smallShop(folder);
});

const started: ChildProcess[] = [];

afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

afterAll(() => {
  scratch.dispose();
});

function start(...args: readonly string[]): Started {
  const command = startCommand(folder, ...args);
  started.push(command.child);
  return command;
}

/** Takes long enough to be stopped: many iterations. */
const long = { model: 'als', params: { factors: 64, iterations: 100_000 } };

describe('the process', { timeout: 120_000 }, () => {
  it('stops on Ctrl-C with code 130 and leaves nothing half-written', async () => {
    const out = join(folder, 'stopped');
    const content = shopExperiment({ models: [{ model: 'popular' }, long] });
    const { child, ended } = start('run', experimentFile(folder, content), '--out', out);
    await until(() => existsSync(join(out, 'models/popular/model.json')));
    child.kill('SIGINT');
    const { code, error } = await ended;
    expect(code).toBe(130);
    expect(error).toContain('Stopped.');
    // Finished runs wait in .unfinished for the next start.
    expect(readdirSync(out).filter((name) => name !== '.unfinished')).toEqual(['models']);
  });

  it('keeps the old report and artifact whole when it is killed while it writes', async () => {
    const out = join(folder, 'killed');
    const seeds = Array.from({ length: 3 }, (_, seed) => seed);
    const content = shopExperiment({ models: [{ model: 'ease' }, { model: 'random' }], seeds });
    const file = experimentFile(folder, content, 'killed.json');
    expect((await start('run', file, '--out', out, '--quiet').ended).code).toBe(0);
    for (const milliseconds of [0, 3, 9, 27]) {
      const { child, ended } = start('run', file, '--out', out, '--quiet');
      const before = readdirSync(out).length;
      await until(() => child.exitCode !== null || readdirSync(out).length !== before);
      await delay(milliseconds);
      child.kill('SIGKILL');
      await ended;
      const report = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as object;
      expect(report).toHaveProperty('models');
      expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain('</html>');
      const model = await load(join(out, 'models/ease'), { models });
      expect(model.name).toBe('ease');
    }
  });

  it('ends quietly when nobody reads on', async () => {
    const { child, ended } = start('models', '--json');
    child.stdout?.destroy();
    const { code, error } = await ended;
    expect(error).toBe('');
    expect(code).toBe(0);
  });

  it('gives exit codes and no stack traces', async () => {
    const { code, error } = await start('run', 'no-such-file.json').ended;
    expect(code).toBe(1);
    expect(error).toBe('error: Cannot read no-such-file.json: there is no such file or folder.\n');
  });
});
