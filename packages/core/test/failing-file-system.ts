import { nodeFileSystem, type FileSystem } from '../src/node/index.js';

/** The real file system, with something that happens before each operation. */
function watched(before: (operation: keyof FileSystem) => void): FileSystem {
  const run = <Result>(
    operation: keyof FileSystem,
    action: () => Promise<Result>,
  ): Promise<Result> => Promise.resolve(operation).then(before).then(action);
  return {
    makeFolder: (path) => run('makeFolder', () => nodeFileSystem.makeFolder(path)),
    writeSynced: (path, content) =>
      run('writeSynced', () => nodeFileSystem.writeSynced(path, content)),
    rename: (from, to) => run('rename', () => nodeFileSystem.rename(from, to)),
    remove: (path) => run('remove', () => nodeFileSystem.remove(path)),
    list: (folder) => run('list', () => nodeFileSystem.list(folder)),
    syncFolder: (path) => run('syncFolder', () => nodeFileSystem.syncFolder(path)),
  };
}

/** The operations of a call, in order. */
export async function operationsOf(
  call: (fileSystem: FileSystem) => Promise<void>,
): Promise<(keyof FileSystem)[]> {
  const operations: (keyof FileSystem)[] = [];
  await call(watched((operation) => operations.push(operation)));
  return operations;
}

/**
 * The real file system, but for one operation that fails, counted from 0. A write that fails leaves half of its file, as
 * a full disk does.
 */
export function failAt(position: number, code: string): FileSystem {
  let count = 0;
  const failure = (): Error => Object.assign(new Error(`${code}: injected`), { code });
  const failing = watched(() => {
    if (count++ === position) throw failure();
  });
  return {
    ...failing,
    writeSynced: async (path, content) => {
      if (count++ !== position) return nodeFileSystem.writeSynced(path, content);
      await nodeFileSystem.writeSynced(path, content.slice(0, content.length / 2));
      throw failure();
    },
  };
}
