import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileError, isLeftover, writeFileAtomic } from '@tensorec/core/node';
import { reportHtml } from '../html/index.js';
import type { Report } from '../report.js';
import type { PerUserResult } from '../run.js';
import { perUserCsv } from './per-user.js';

/** @throws TensorecError `file` when it cannot be read. */
export async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw fileError(error, 'read', file);
  }
}

const probe = '.writable';

/**
 * Fails before hours of work rather than after, and removes what a killed run left.
 *
 * @throws TensorecError `file` when the folder cannot be written.
 */
export async function requireWritable(folder: string): Promise<void> {
  await writeFileAtomic(join(folder, probe), '');
  for (const name of await readdir(folder)) {
    if (name === probe || isLeftover(name)) await rm(join(folder, name), { force: true });
  }
}

/**
 * Writes `per-user.csv.gz`, `report.html` and `report.json`, in this order.
 *
 * @throws TensorecError `file` when one cannot be written.
 */
export async function writeReport(
  folder: string,
  report: Report,
  perUser: readonly PerUserResult[],
): Promise<void> {
  await writeFileAtomic(join(folder, 'per-user.csv.gz'), perUserCsv(perUser));
  await writeFileAtomic(join(folder, 'report.html'), await reportHtml(report));
  await writeFileAtomic(join(folder, 'report.json'), `${JSON.stringify(report, null, 2)}\n`);
}
