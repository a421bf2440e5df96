// Row S10: a CSV file of 10 million rows is read, pairs keep their last interaction, the 5-core is taken and the last
// interaction of each user becomes the test. Ids are encoded while reading. Each run is a process of its own, as for the
// peers, so that the peak of memory is that of one run; starting the process and the kernels is not timed.
import { engineStatus, ready } from '@tensorec/kernels';
import { kCore, leaveLastOut, removeDuplicates } from '@tensorec/preprocessing';
import { readInteractions } from '@tensorec/preprocessing/node';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { syntheticFile } from './harness/data.js';
import { report, startBenchmark, summarise } from './harness/measure.js';

/** What one run took and found. */
interface Run {
  readonly seconds: number;
  readonly detail: Readonly<Record<string, number>>;
  readonly quality: Readonly<Record<string, number>>;
}

if (process.send !== undefined) {
  process.send(await load());
} else {
  const options = await startBenchmark(['synth10m']);
  const runs: Run[] = [];
  for (let n = 0; n <= options.repeats; n++) runs.push(await runAlone(options.threads));
  const fastest = runs.reduce((best, run) => (run.seconds < best.seconds ? run : best));
  report('load synth10m', options, summarise(runs.map(({ seconds }) => seconds)), fastest);
}

async function load(): Promise<Run> {
  await ready({ threads: Number(process.argv[2]) });
  const laps = [performance.now()];
  const { interactions } = await readInteractions(syntheticFile(), {
    format: 'delimited',
    columns: { user: 'user', item: 'item', value: 'rating', timestamp: 'timestamp' },
  });
  laps.push(performance.now());
  const unique = interactions.pipe(removeDuplicates('last'));
  laps.push(performance.now());
  const core = unique.pipe(kCore(5));
  laps.push(performance.now());
  const { train, test } = core.pipe(leaveLastOut());
  laps.push(performance.now());
  const [read, duplicates, fiveCore, split] = laps
    .slice(1)
    .map((lap, n) => (lap - laps[n]!) / 1000);
  return {
    seconds: (laps.at(-1)! - laps[0]!) / 1000,
    detail: {
      'read s': read!,
      'duplicates s': duplicates!,
      '5-core s': fiveCore!,
      'split s': split!,
      'peak MB': Math.round(process.resourceUsage().maxRSS / 1024),
      'kernels MB': Math.round((engineStatus()?.memoryBytes ?? 0) / 1048576),
    },
    quality: {
      train: train.size,
      test: test.size,
      users: core.users.size,
      items: core.items.size,
    },
  };
}

async function runAlone(threads: number): Promise<Run> {
  const child = fork(fileURLToPath(import.meta.url), [String(threads)]);
  const [run] = (await once(child, 'message')) as [Run];
  return run;
}
