import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { TensorecError } from '@tensorec/kernels';

/** The operations that writing needs, so that a test can let them fail. */
export interface FileSystem {
  /** Makes a folder and those above it. */
  makeFolder(path: string): Promise<void>;
  /** Writes a new file and waits until it is on the disk. */
  writeSynced(path: string, content: Uint8Array | string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  list(folder: string): Promise<readonly string[]>;
  /** Waits until a folder's entries are on the disk. */
  syncFolder(path: string): Promise<void>;
}

/** The file system of this machine. */
export const nodeFileSystem: FileSystem = {
  async makeFolder(path) {
    await fs.mkdir(path, { recursive: true });
  },
  async writeSynced(path, content) {
    const file = await fs.open(path, 'w');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
  },
  rename: fs.rename,
  remove: (path) => fs.rm(path, { force: true }),
  list: fs.readdir,
  async syncFolder(path) {
    // Windows has no way to sync a folder.
    if (process.platform === 'win32') return;
    const folder = await fs.open(path, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  },
};

/**
 * Writes a file so that its path holds either the old content or the new, whole, whatever happens: written beside,
 * synced, renamed. Makes the folder when missing.
 *
 * @throws TensorecError `file` that says what could not be written and why; nothing is left beside, or the message names
 * it.
 */
export async function writeFileAtomic(
  path: string,
  content: Uint8Array | string,
  fileSystem: FileSystem = nodeFileSystem,
): Promise<void> {
  const folder = dirname(path);
  const beside = join(folder, `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
  let left = '';
  try {
    await fileSystem.makeFolder(folder);
    try {
      await fileSystem.writeSynced(beside, content);
      await fileSystem.rename(beside, path);
    } catch (error) {
      await fileSystem.remove(beside).catch((removal: unknown) => {
        left = ` ${fileError(removal, 'remove', beside).message}`;
      });
      throw error;
    }
    await fileSystem.syncFolder(folder);
  } catch (error) {
    throw new TensorecError('file', fileError(error, 'write', path).message + left, {
      cause: error,
    });
  }
}

/** Whether a name is one that {@link writeFileAtomic} left when its process was killed. */
export function isLeftover(name: string): boolean {
  return /^\..+\.[0-9a-f]{12}\.tmp$/.test(name);
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left on the device; free some or choose another folder',
  EDQUOT: 'the disk quota is used up; free some or choose another folder',
  EISDIR: 'it is a folder; give a file',
  ENOTDIR: 'a part of the path is a file, not a folder',
  NOTAFILE: 'it is a folder, a pipe or a device; give a file',
  EEXIST: 'a file of that name is in the way',
  ENAMETOOLONG: 'the name is too long',
  EMFILE: 'too many files are open',
};

/** A file system's error in the words of this library. */
export function fileError(
  error: unknown,
  action: 'read' | 'write' | 'remove',
  path: string,
): TensorecError {
  const code =
    typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  const reason = typeof code === 'string' ? (reasons[code] ?? code) : String(error);
  return new TensorecError('file', `Cannot ${action} ${path}: ${reason}.`, { cause: error });
}
