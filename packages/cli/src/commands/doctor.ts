import type { Command } from 'commander';
import type { CommandContext, Console } from '../console.js';
import { exitCodes } from '../exit-codes.js';
import { printable } from '../table.js';
import { runChecks, type Check } from './doctor/checks.js';

/** Options of `tensorec doctor`. */
interface DoctorOptions {
  readonly json?: boolean;
}

/**
 * `tensorec doctor`.
 *
 * @returns whether all that is needed is there.
 */
async function doctorCommand(options: DoctorOptions, console: Console): Promise<boolean> {
  const checks = await runChecks(console.signal);
  const isFine = checks.every((check) => check.status !== 'failed');
  if (options.json === true) console.out(JSON.stringify({ ok: isFine, checks }, null, 2));
  else showChecks(checks, isFine, console);
  return isFine;
}

const marks = { ok: 'ok  ', note: 'note', failed: 'FAIL' } as const;

function showChecks(checks: readonly Check[], isFine: boolean, console: Console): void {
  const width = Math.max(...checks.map(({ name }) => name.length));
  for (const { name, status, found, advice } of checks) {
    console.out(printable(`${marks[status]}  ${name.padEnd(width)}  ${found}`));
    if (advice !== undefined) console.out(printable(`${' '.repeat(width + 8)}${advice}`));
  }
  console.out(isFine ? '\nAll that is needed is there.' : '\nSomething that is needed is missing.');
}

/** Adds `tensorec doctor` to the program. */
export function registerDoctor(program: Command, { console, setExitCode }: CommandContext): void {
  program
    .command('doctor')
    .summary('check this machine: Node, threads, memory, disk, and what the engine computes')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Exit code 1 when something that is needed is missing.

Example:
  $ tensorec doctor`,
    )
    .action(async (options: DoctorOptions) => {
      if (!(await doctorCommand(options, console))) setExitCode(exitCodes.failed);
    });
}
