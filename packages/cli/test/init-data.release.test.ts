import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseExperiment } from '@tensorec/experiment';
import { expect, it } from 'vitest';
import { experimentFile, tensorec } from './support.js';
import { temporaryFolder } from './folders.js';
import { sets } from './init-sets.js';

const data = process.env['TENSOREC_DATA'] ?? '';
const folder = temporaryFolder();

/** The cheapest model of each task: what runs is the data, the split and the metrics that `init` chose. */
const cheapest = { ranking: 'popular', 'next-item': 'popular', rating: 'bias' } as const;

it.for(sets)('run accepts what init writes: $path', async (set, context) => {
  if (data === '') context.skip('TENSOREC_DATA is not set');
  if (!existsSync(join(data, set.path))) context.skip(`TENSOREC_DATA has no ${set.path}`);
  const out = join(folder, 'experiment.json');
  const options = [
    ...(set.test === undefined ? [] : ['--test', join(data, set.test)]),
    ...(set.task === undefined ? [] : ['--task', set.task]),
  ];
  const made = await tensorec('init', join(data, set.path), '--out', out, '--force', ...options);
  expect(made.error).toBe('');
  const experiment = parseExperiment(readFileSync(out, 'utf8'), out);
  expect(experiment.data.test).toBe(set.chosenTest);
  const model = cheapest[experiment.evaluation.task];
  const cheap = experimentFile(folder, { ...experiment, models: [{ model }] }, 'cheap.json');
  const { exitCode, error } = await tensorec(
    'run',
    cheap,
    '--out',
    join(folder, 'report'),
    '--quiet',
  );
  expect([exitCode, error]).toEqual([0, '']);
});
