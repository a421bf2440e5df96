import { download } from '@tensorec/datasets/node';
import type { Console } from '../console.js';
import { ProgressDisplay } from '../progress.js';

/** Options of `tensorec download`. */
export interface DownloadOptions {
  readonly out?: string;
  readonly acceptLicense?: boolean;
  readonly baseUrl?: string;
}

/** `tensorec download NAME`. */
export async function downloadCommand(
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
