import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/packages.js';
import { hashSources, packageSources, replaceFile } from '../../scripts/sources.js';
import type { Job } from './jobs.js';
import type { Measurement } from './measure.js';
import type { PeerResult } from './run-peer.js';

/** What a job found; kept in `results/speed.json`. */
export interface StoredJob {
  readonly job: string;
  /** Of what was timed: the result counts while it is unchanged. */
  readonly hash: string;
  readonly commit: string;
  readonly date: string;
  readonly machine: string;
  readonly threads: number;
  readonly command: string;
  readonly ours: readonly Measurement[];
  readonly peers: readonly PeerResult[];
}

const file = join(root, 'benchmarks/results/speed.json');

/** The stored results of all jobs. */
export function readStore(): readonly StoredJob[] {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as StoredJob[]) : [];
}

/** Puts a result in the place of the one that the job had. */
export function store(result: StoredJob): void {
  const others = readStore().filter(({ job }) => job !== result.job);
  const sorted = [...others, result].toSorted((a, b) => a.job.localeCompare(b.job));
  replaceFile(file, `${JSON.stringify(sorted, null, 2)}\n`);
}

/** Changes when the figures of a job may change. */
export function hashOf(job: Job): string {
  const { benchmark, options, packages } = job;
  return hashSources(
    [...packages.flatMap(packageSources), `benchmarks/${benchmark}.ts`],
    options.join(' '),
  );
}
