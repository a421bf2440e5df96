// `npm run compare [job or row …]`: times ours and the peers in turn and holds the ratios against goals and floors.
// A stored result counts while the packages and the benchmark are unchanged; what is named is measured anew.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../scripts/packages.js';
import { currentCommit, describeMachine, replaceFile } from '../scripts/sources.js';
import { benchmarkCommand } from './harness/command.js';
import { Json } from './harness/json.js';
import { jobs, type Job } from './harness/jobs.js';
import type { Measurement } from './harness/measure.js';
import { resultsPage, rowResults, showRow } from './harness/results.js';
import { runPeer, type PeerResult } from './harness/run-peer.js';
import { hashOf, readStore, store, type StoredJob } from './harness/store.js';

const threads = availableParallelism();

async function main(): Promise<number> {
  const wanted = process.argv.slice(2);
  const known = jobs.flatMap(({ name, rows }) => [name, ...rows.map(({ row }) => row)]);
  const unknown = wanted.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    console.error(`There is no ${unknown.join(', ')}; known: ${[...new Set(known)].join(', ')}.`);
    return 2;
  }
  let failures = 0;
  for (const job of jobs) {
    const named = [job.name, ...job.rows.map(({ row }) => row)].some((name) =>
      wanted.includes(name),
    );
    if (wanted.length > 0 && !named) continue;
    const hash = hashOf(job);
    const before = named ? undefined : readStore().find((stored) => stored.job === job.name);
    const result = before?.hash === hash ? before : await measure(job, hash);
    if (result === undefined) {
      failures++;
      continue;
    }
    for (const { note } of result.peers) if (note !== undefined) console.log(`  NOTE ${note}`);
    for (const row of rowResults(job, result)) {
      console.log(`  ${showRow(row)}`);
      if (row.verdict === 'BELOW THE FLOOR' || row.verdict === 'RESULTS DIFFER') failures++;
    }
  }
  replaceFile(join(root, 'benchmarks/RESULTS.md'), resultsPage(readStore()));
  return failures === 0 ? 0 : 1;
}

async function measure(job: Job, hash: string): Promise<StoredJob | undefined> {
  console.log(`\n${job.name}: running …`);
  const scratch = mkdtempSync(join(tmpdir(), 'tensorec-compare-'));
  try {
    const ours = runOurs(job, scratch);
    if (ours.length === 0) return undefined;
    const peers: PeerResult[] = [];
    for (const peer of job.peers) peers.push(await runPeer(peer, threads, scratch));
    const options = job.options.join(' ').replace('{scratch}', '$SCRATCH');
    const result = {
      job: job.name,
      hash,
      commit: currentCommit(),
      date: new Date().toISOString().slice(0, 10),
      machine: describeMachine(),
      threads,
      command: `npm run bench ${job.benchmark} -- --threads ${threads} ${options}`.trim(),
      ours,
      peers,
    };
    store(result);
    return result;
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/** Our measurements; none where the benchmark failed, which has then said why. */
function runOurs({ name, benchmark, options }: Job, scratch: string): readonly Measurement[] {
  const words = options.map((word) => word.replace('{scratch}', scratch));
  try {
    const output = execFileSync(
      process.execPath,
      benchmarkCommand(benchmark, ['--threads', String(threads), ...words]),
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
    );
    return output.trim().split('\n').map(readMeasurement);
  } catch (error) {
    console.log(`  ${name} failed: ${String(error).split('\n')[0] ?? ''}`);
    return [];
  }
}

function readMeasurement(line: string): Measurement {
  const json = Json.parse(line, 'a line of the benchmark');
  const number = (key: string): number => json.get(key).number();
  return {
    name: json.get('name').text(),
    threads: number('threads'),
    first: number('first'),
    min: number('min'),
    median: number('median'),
    runs: number('runs'),
    quality: json.get('quality').numbers(),
    detail: json.get('detail').numbers(),
    machine: json.get('machine').text(),
    load: number('load'),
  };
}

process.exitCode = await main();
