import { createWriteStream } from 'node:fs';
import * as fs from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { isTensorecError, TensorecError } from '@tensorec/core';
import yauzl from 'yauzl';

/** An archive may unpack to this many times its size; the public sets need 5. */
const greatestExpansion = 20;

/** A file that was unpacked. */
export interface UnpackedFile {
  /** Relative to the folder, with slashes. */
  readonly name: string;
  readonly bytes: number;
}

/**
 * Unpacks a zip archive into a new folder.
 *
 * @param root - the folder inside the archive that all entries must be in; it is left out of the names
 * @param onFraction - called with the share of the bytes written
 * @throws TensorecError `download` for an entry outside `root` or with an unsafe name, more bytes than 20 times the
 * archive, or a damaged archive; the file system's error; the signal's reason once it is aborted.
 */
export async function unpack(
  archive: string,
  folder: string,
  root: string,
  signal: AbortSignal | undefined,
  onFraction: (fraction: number) => void,
): Promise<readonly UnpackedFile[]> {
  const bound = greatestExpansion * (await fs.stat(archive)).size;
  const fail = (problem: string, cause?: unknown): TensorecError =>
    new TensorecError(
      'download',
      `The archive ${archive} cannot be unpacked: ${problem}. It has been removed; if this happens again, tell the owner of the set.`,
      { cause },
    );
  const files: UnpackedFile[] = [];
  await fs.mkdir(folder);
  try {
    const zip = await yauzl.openPromise(archive, { autoClose: false, strictFileNames: true });
    try {
      let total = 0;
      let written = 0;
      const entries: yauzl.Entry[] = [];
      // Names are checked here by yauzl too: it refuses "..", absolute paths, drive letters and backslashes.
      for await (const entry of zip.eachEntry()) {
        const { fileName, uncompressedSize } = entry;
        if (!fileName.startsWith(`${root}/`)) {
          throw fail(`its entry "${fileName}" is outside the folder "${root}"`);
        }
        total += uncompressedSize;
        if (total > bound) throw fail(`it claims to hold more than ${bound} bytes`);
        if (!fileName.endsWith('/')) entries.push(entry);
      }
      for (const entry of entries) {
        const name = entry.fileName.slice(root.length + 1);
        const path = join(folder, name);
        await fs.mkdir(dirname(path), { recursive: true });
        const meter = new Transform({
          transform(chunk: Uint8Array, _encoding, done) {
            written += chunk.length;
            onFraction(written / total);
            done(null, chunk);
          },
        });
        const content = await zip.openReadStreamPromise(entry);
        await pipeline(content, meter, createWriteStream(path, { flags: 'wx', flush: true }), {
          signal,
        });
        files.push({ name, bytes: entry.uncompressedSize });
      }
    } finally {
      zip.close();
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (isTensorecError(error) || (error instanceof Error && 'syscall' in error)) throw error;
    throw fail(error instanceof Error ? error.message : String(error), error);
  }
  return files;
}
