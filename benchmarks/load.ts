// Row S10: a CSV file of 10 million rows is read, pairs keep their last interaction, the 5-core is taken and the last
// interaction of each user becomes the test. Ids are encoded while reading. Prints one JSON line.
//
//   tsx --conditions @tensorec/source benchmarks/load.ts [file] [--repeat 3] [--threads 2]
//
// The file has the columns user, item, rating and timestamp; by default what peers/load.py reads.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { engineStatus, ready } from '@tensorec/kernels';
import { kCore, leaveLastOut, removeDuplicates } from '@tensorec/preprocessing';
import { readInteractions } from '@tensorec/preprocessing/node';

/** What one run took and found. */
interface Run {
  readonly seconds: Record<'read' | 'duplicates' | 'core' | 'split' | 'total', number>;
  readonly peakMegabytes: number;
  readonly engineMegabytes: number;
  readonly threads: number;
  readonly rows: number;
  readonly train: number;
  readonly test: number;
  readonly users: number;
  readonly items: number;
  readonly splitId: string;
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    repeat: { type: 'string', default: '3' },
    threads: { type: 'string', default: '2' },
    child: { type: 'boolean', default: false },
  },
});
const path = positionals[0] ?? join(homedir(), '.cache/tensorec-peers/synth10m.csv');
const threads = Number(values.threads);

async function load(): Promise<Run> {
  await ready({ threads });
  const times = [performance.now()];
  const lap = (): void => {
    times.push(performance.now());
  };
  const { interactions } = await readInteractions(path, {
    format: 'delimited',
    columns: { user: 'user', item: 'item', value: 'rating', timestamp: 'timestamp' },
  });
  lap();
  const unique = interactions.pipe(removeDuplicates('last'));
  lap();
  const core = unique.pipe(kCore(5));
  lap();
  const split = core.pipe(leaveLastOut());
  lap();
  const seconds = (from: number, to: number): number =>
    Math.round(times[to]! - times[from]!) / 1000;
  return {
    seconds: {
      read: seconds(0, 1),
      duplicates: seconds(1, 2),
      core: seconds(2, 3),
      split: seconds(3, 4),
      total: seconds(0, 4),
    },
    peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1024),
    engineMegabytes: Math.round((engineStatus()?.memoryBytes ?? 0) / 1048576),
    threads: engineStatus()?.threads ?? 0,
    rows: interactions.size,
    train: split.train.size,
    test: split.test.size,
    users: core.users.size,
    items: core.items.size,
    splitId: split.splitId,
  };
}

/** A run in a process of its own, so that the peak of memory is that of one run. */
async function runAlone(): Promise<Run> {
  const child = fork(fileURLToPath(import.meta.url), [...process.argv.slice(2), '--child']);
  const [run] = (await once(child, 'message')) as [Run];
  return run;
}

if (values.child) {
  const run = await load();
  process.send?.(run);
} else {
  const runs: Run[] = [];
  for (let n = 0; n < Number(values.repeat); n++) runs.push(await runAlone());
  runs.sort((a, b) => a.seconds.total - b.seconds.total);
  const best = runs[0]!;
  const { seconds: stages, threads: used, ...found } = best;
  const median = runs[runs.length >> 1]!.seconds.total;
  console.log(
    JSON.stringify({
      row: 'S10',
      case: 'read, duplicates, 5-core, leave last out',
      seconds: { min: stages.total, median },
      repeats: runs.length,
      threads: used,
      stages,
      ...found,
    }),
  );
}
