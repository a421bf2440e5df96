import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseExperiment } from '@tensorec/experiment';
import { prepareData } from '@tensorec/experiment/node';
import { describe, expect, it, type TestContext } from 'vitest';
import { temporaryFolder } from './folders.js';
import { refused, sets, type SetCase } from './init-sets.js';
import { tensorec } from './support.js';

const data = process.env['TENSOREC_DATA'] ?? '';
const folder = temporaryFolder();

/** Skips, and says why, where a set is not there. */
function requireSet(context: TestContext, path: string): void {
  if (data === '') context.skip('TENSOREC_DATA is not set');
  if (!existsSync(join(data, path))) context.skip(`TENSOREC_DATA has no ${path}`);
}

function initArguments({ path, test, task }: SetCase, out: string): string[] {
  return [
    ...['init', join(data, path), '--out', out, '--force'],
    ...(test === undefined ? [] : ['--test', join(data, test)]),
    ...(task === undefined ? [] : ['--task', task]),
  ];
}

describe('of every public data set, init', () => {
  it.for(sets.filter(({ isLarge }) => isLarge !== true))(
    'makes an experiment whose data can be prepared: $path',
    async (set, context) => {
      requireSet(context, set.path);
      const out = join(folder, 'experiment.json');
      const { exitCode, error } = await tensorec(...initArguments(set, out));
      expect([exitCode, error]).toEqual([0, '']);
      const experiment = parseExperiment(readFileSync(out, 'utf8'), out);
      expect(experiment.data.format).toBe(set.format);
      if (set.columns !== undefined) expect(experiment.data.columns).toEqual(set.columns);
      expect(experiment.data.test).toBe(set.chosenTest);
      expect(experiment.split?.method).toBe(set.split);
      expect(experiment.evaluation.task).toBe(set.evaluated ?? 'ranking');
      const { splits } = await prepareData(experiment, folder, {});
      expect(splits[0]?.train.size).toBeGreaterThan(0);
      expect(splits[0]?.test.size).toBeGreaterThan(0);
    },
  );

  it.for(refused)('refuses what has no interactions: %s', async ([path, reason], context) => {
    requireSet(context, path);
    const { exitCode, error } = await tensorec(
      'init',
      join(data, path),
      '--out',
      join(folder, 'none.json'),
    );
    expect(exitCode).toBe(1);
    expect(error).toMatch(reason);
    expect(existsSync(join(folder, 'none.json'))).toBe(false);
  });

  it('is tested', (context) => {
    requireSet(context, '.');
    const tested = [...sets.map(({ path }) => path), ...refused.map(([path]) => path)];
    const there = readdirSync(data).filter((name) => statSync(join(data, name)).isDirectory());
    for (const name of there) {
      expect(tested.some((path) => path === name || path.startsWith(`${name}/`))).toBe(true);
    }
  });
});
