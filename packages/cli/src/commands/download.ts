import { Option, type Command } from 'commander';
import { download } from '@tensorec/datasets/node';
import type { CommandContext, Console } from '../console.js';
import { ProgressDisplay } from '../progress.js';

/** Options of `tensorec download`. */
interface DownloadOptions {
  readonly out?: string;
  readonly acceptLicense?: boolean;
  readonly baseUrl?: string;
}

/** `tensorec download NAME`. */
async function downloadCommand(
  name: string,
  options: DownloadOptions,
  console: Console,
): Promise<void> {
  const progress = new ProgressDisplay(console);
  try {
    const folder = await download(name, {
      folder: options.out,
      acceptLicense: options.acceptLicense === true,
      baseUrl: options.baseUrl,
      signal: console.signal,
      onProgress: progress.report,
    });
    progress.stop();
    console.out(`${name} is in ${folder}`);
  } finally {
    progress.stop();
  }
}

/** Adds `tensorec download` to the program. */
export function registerDownload(program: Command, { console }: CommandContext): void {
  program
    .command('download')
    .summary('download a public data set: ml-100k, ml-1m, ml-20m')
    .argument('<name>', 'name of the data set')
    .option('--out <folder>', 'where the files go (default: the cache)')
    .option('--accept-license', 'the licence was read and is accepted')
    .addOption(new Option('--base-url <url>', 'another host of the same files'))
    .addHelpText(
      'after',
      `
Examples:
  $ tensorec download ml-100k                    shows the licence
  $ tensorec download ml-100k --accept-license`,
    )
    .action((name: string, options: DownloadOptions) => downloadCommand(name, options, console));
}
