import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fileError, isLeftover, nodeFileSystem, writeFileAtomic } from '../src/node/index.js';
import { errorOf } from './error-of.js';
import { failAt, operationsOf } from './failing-file-system.js';

const root = await mkdtemp(join(tmpdir(), 'tensorec-files-'));
afterAll(() => rm(root, { recursive: true }));

describe('writeFileAtomic', () => {
  it('makes the folder and replaces the file', async () => {
    const path = join(root, 'a/b/file.txt');
    await writeFileAtomic(path, 'old');
    await writeFileAtomic(path, Uint8Array.of(110, 101, 119));
    expect(await readFile(path, 'utf8')).toBe('new');
    expect(await readdir(join(root, 'a/b'))).toEqual(['file.txt']);
  });

  it('leaves the old or the new file and nothing beside, whichever operation fails', async () => {
    const path = join(root, 'c/file.txt');
    await writeFileAtomic(path, 'old');
    const operations = await operationsOf((fileSystem) => writeFileAtomic(path, 'old', fileSystem));
    expect(operations).toEqual(['makeFolder', 'writeSynced', 'rename', 'syncFolder']);
    for (const [position, operation] of operations.entries()) {
      await writeFileAtomic(path, 'old');
      const error = await errorOf(() => writeFileAtomic(path, 'new', failAt(position, 'ENOSPC')));
      expect(error.code).toBe('file');
      expect(error.message).toBe(
        `Cannot write ${path}: no space left on the device; free some or choose another folder.`,
      );
      expect(error.cause).toMatchObject({ code: 'ENOSPC' });
      expect(await readFile(path, 'utf8')).toBe(operation === 'syncFolder' ? 'new' : 'old');
      expect(await readdir(join(root, 'c'))).toEqual(['file.txt']);
    }
  });

  it('names what it could not remove, beside the first reason', async () => {
    const path = join(root, 'd/file.txt');
    const broken = {
      ...failAt(1, 'ENOSPC'),
      remove: () => Promise.reject(Object.assign(new Error('no'), { code: 'EROFS' })),
    };
    const error = await errorOf(() => writeFileAtomic(path, 'new', broken));
    expect(error.message).toMatch(
      /^Cannot write .*file\.txt: no space left .* Cannot remove .*\.file\.txt\.[0-9a-f]{12}\.tmp: the file system is read-only\.$/,
    );
  });

  it('says what is in the way', async () => {
    const file = join(root, 'plain');
    await writeFile(file, 'x');
    const under = await errorOf(() => writeFileAtomic(join(file, 'x.txt'), 'x'));
    expect(under.code).toBe('file');
    expect(under.message).toContain('a file of that name is in the way');
    const deeper = await errorOf(() => writeFileAtomic(join(file, 'y/x.txt'), 'x'));
    expect(deeper.message).toContain('a part of the path is a file, not a folder');
    await nodeFileSystem.makeFolder(join(root, 'folder/inside'));
    const folder = await errorOf(() => writeFileAtomic(join(root, 'folder'), 'x'));
    expect(folder.message).toContain('it is a folder; give a file');
    expect((await readdir(root)).filter(isLeftover)).toEqual([]);
    expect(await readFile(file, 'utf8')).toBe('x');
  });

  it('says that permission is missing', async () => {
    for (const code of ['EACCES', 'EPERM']) {
      const error = await errorOf(() => writeFileAtomic(join(root, 'e/f'), 'x', failAt(1, code)));
      expect(error.message).toContain('permission denied');
    }
  });
});

describe('fileError', () => {
  it('keeps the cause, and shows a code it has no words for', () => {
    const cause = Object.assign(new Error('odd'), { code: 'EODD' });
    const error = fileError(cause, 'read', '/x');
    expect(error.message).toBe('Cannot read /x: EODD.');
    expect(error.cause).toBe(cause);
    expect(fileError(new Error('odd'), 'read', '/x').message).toBe('Cannot read /x: Error: odd.');
  });
});

describe('isLeftover', () => {
  it.each([
    ['.model.json.0123456789ab.tmp', true],
    ['.model.json.0123456789AB.tmp', false],
    ['model.json.0123456789ab.tmp', false],
    ['.0123456789ab.tmp', false],
    ['.model.json', false],
  ])('of %s is %s', (name, expected) => {
    expect(isLeftover(name)).toBe(expected);
  });
});
