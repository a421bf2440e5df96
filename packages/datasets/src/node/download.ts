import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import {
  isTensorecError,
  suggest,
  TensorecError,
  type CallOptions,
  type Progress,
} from '@tensorec/core';
import { fileError, nodeFileSystem } from '@tensorec/core/node';
import * as z from 'zod/mini';
import { publicDatasets, type PublicDataset } from '../public-datasets.js';
import { cacheFolder } from './cache.js';
import { fetchArchive, removeArchive } from './fetch-archive.js';
import { unpack, type UnpackedFile } from './unpack.js';

/** How far a download has come. */
export interface DownloadProgress extends Progress {
  /** Bytes of the archive that are here. */
  readonly bytes: number;
  /** Bytes of the whole archive. */
  readonly totalBytes: number;
}

/** How to download. */
export interface DownloadOptions extends Omit<CallOptions, 'onProgress'> {
  /** Says that you have read the set's licence and accept it; without it nothing is downloaded. */
  readonly acceptLicense?: boolean | undefined;
  /** Where to keep the files; default {@link cacheFolder}. */
  readonly folder?: string | undefined;
  /** Address of a mirror, in place of the owner's. */
  readonly baseUrl?: string | undefined;
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
}

const retryDelays = [500, 1000, 2000, 4000];

/** Share of the call that is the transfer; the rest is unpacking. */
const transferShare = 0.9;

/**
 * Downloads a public data set from its owner, checks it against the size and the MD5 sum the owner published, and
 * unpacks it; a set that is already there is not asked for again. An interrupted download goes on where it stopped;
 * broken connections and server errors are tried again, five times in all.
 *
 * @param name - a key of {@link publicDatasets}
 * @returns the folder against which the set's `data.path` resolves: the files lie in a folder of the set's name there
 * @throws TensorecError `unknown-name` for another name; `download` with the licence when it is not accepted, and when
 * the server, the archive or the connection fails; `file` when something cannot be written; the signal's reason once
 * it is aborted.
 */
export async function download(name: string, options: DownloadOptions = {}): Promise<string> {
  const dataset = Object.values(publicDatasets).find((known) => known.name === name);
  if (dataset === undefined) {
    throw new TensorecError(
      'unknown-name',
      `There is no public data set "${name}"${suggest(name, Object.keys(publicDatasets))}`,
    );
  }
  return downloadDataset(dataset, options, retryDelays);
}

/** {@link download} for any described set. */
export async function downloadDataset(
  dataset: PublicDataset,
  options: DownloadOptions,
  delays: readonly number[],
): Promise<string> {
  const { signal, folder = cacheFolder() } = options;
  signal?.throwIfAborted();
  try {
    await obtain(dataset, folder, options, delays);
  } catch (error) {
    signal?.throwIfAborted();
    throw isSystemError(error) ? fileError(error, 'write', join(folder, dataset.name)) : error;
  }
  return folder;
}

/** Sees to it that the set's files are in the folder. */
async function obtain(
  dataset: PublicDataset,
  folder: string,
  options: DownloadOptions,
  retryDelays: readonly number[],
): Promise<void> {
  const { name, md5, bytes: totalBytes } = dataset;
  const { signal, onProgress } = options;
  const target = join(folder, name);
  let fraction = 0;
  const report = (stage: string, bytes: number, reached: number): void => {
    fraction = Math.max(fraction, reached);
    onProgress?.({ stage: `${stage} ${name}`, fraction, bytes, totalBytes });
  };
  if (await isComplete(target, dataset)) {
    report('download', totalBytes, 1);
    return;
  }
  if (options.acceptLicense !== true) throw licenseError(dataset);

  const url = archiveUrl(dataset, options.baseUrl ?? dataset.baseUrl);
  const archive = join(folder, `${dataset.archive}.part`);
  await fs.mkdir(folder, { recursive: true });
  await fetchArchive({
    url,
    path: archive,
    bytes: totalBytes,
    md5,
    signal,
    onBytes: (bytes) => {
      report('download', bytes, (transferShare * bytes) / totalBytes);
    },
    retryDelays,
  });
  const unpacked = join(folder, `.${name}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    const files = await unpack(archive, unpacked, name, signal, (share) => {
      report('unpack', totalBytes, transferShare + (1 - transferShare) * share);
    });
    await nodeFileSystem.writeSynced(join(unpacked, contentsName), JSON.stringify({ md5, files }));
    await fs.rm(target, { recursive: true, force: true });
    await fs.rename(unpacked, target);
  } catch (error) {
    await fs.rm(unpacked, { recursive: true, force: true });
    if (isTensorecError(error, 'download')) await removeArchive(archive);
    throw error;
  }
  await nodeFileSystem.syncFolder(folder);
  await removeArchive(archive);
  report('unpack', totalBytes, 1);
}

function archiveUrl({ archive }: PublicDataset, base: string): string {
  if (!URL.canParse(base)) {
    throw new TensorecError(
      'invalid-argument',
      `baseUrl is "${base}"; give the address of a folder, such as https://example.org/movielens/.`,
    );
  }
  return new URL(archive, base.endsWith('/') ? base : `${base}/`).href;
}

/** Written last into the folder of a set: which archive it comes from and what must be there. */
const contentsName = '.tensorec.json';

const contentsSchema: z.ZodMiniType<{ md5: string; files: UnpackedFile[] }> = z.object({
  md5: z.string(),
  files: z.array(z.object({ name: z.string(), bytes: z.number() })),
});

/** Whether the folder holds all files of the set's archive, with the sizes they had. */
async function isComplete(target: string, { md5 }: PublicDataset): Promise<boolean> {
  const text = await fs.readFile(join(target, contentsName), 'utf8').catch(whenAbsent);
  if (text === undefined) return false;
  const contents = contentsSchema.safeParse(parseJson(text));
  if (!contents.success || contents.data.md5 !== md5) return false;
  for (const { name, bytes } of contents.data.files) {
    const file = await fs.stat(join(target, name)).catch(whenAbsent);
    if (file?.size !== bytes) return false;
  }
  return true;
}

/** The value of a JSON text; undefined, which no schema here accepts, where it is none. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function whenAbsent(error: unknown): undefined {
  if (isSystemError(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return;
  throw error;
}

function isSystemError(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}

function licenseError({ name, description, license }: PublicDataset): TensorecError {
  return new TensorecError(
    'download',
    `${description}.\nLicence: ${license.summary}\nFull text: ${license.url}\nNothing was downloaded. If you accept these terms, call download('${name}', { acceptLicense: true }) or add --accept-license on the command line.`,
  );
}
