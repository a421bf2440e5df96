import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, rmSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterAll, describe, expect, it } from 'vitest';
import { Interactions } from '../src/index.js';
import { examine, isLeftover, load, save } from '../src/node/index.js';
import { Cooccurrence, cooccurrence } from './cooccurrence.js';
import { errorOf } from './error-of.js';
import { failAt, operationsOf } from './failing-file-system.js';

const root = await mkdtemp(join(tmpdir(), 'tensorec-artifact-'));
afterAll(() => rm(root, { recursive: true }));

const fit = (size: number): Promise<Awaited<ReturnType<Cooccurrence['fit']>>> => {
  const columns = Array.from({ length: size }, (_, n) => n);
  return new Cooccurrence().fit(Interactions.fromColumns({ users: columns, items: columns }));
};
const [older, newer] = await Promise.all([fit(3), fit(5)]);
const options = { models: [cooccurrence] };
const sizeOf = async (folder: string): Promise<number> => (await load(folder, options)).items.size;

describe('save and load', () => {
  it('keep one artifact in the folder, the last one saved', async () => {
    const folder = join(root, 'deep/folder');
    await save(older, folder);
    expect(await sizeOf(folder)).toBe(3);
    await save(newer, folder);
    expect(await sizeOf(folder)).toBe(5);
    await save(newer, folder);
    const names = await readdir(folder);
    expect(names).toHaveLength(2);
    expect(names[0]).toBe('model.json');
    await save(newer, folder, { users: false });
    expect((await load(folder, options)).users.size).toBe(0);
    expect(await readdir(folder)).toHaveLength(2);
  });

  it('remove what killed writers left, and nothing else', async () => {
    const folder = join(root, 'left');
    await save(older, folder);
    const kept = ['notes.txt', 'tensors-1.safetensors', '.hidden'];
    const left = ['.model.json.0123456789ab.tmp', `tensors-${'0'.repeat(64)}.safetensors`];
    for (const name of [...kept, ...left]) await writeFile(join(folder, name), 'x');
    await save(newer, folder);
    const names = await readdir(folder);
    expect(names).toEqual(expect.arrayContaining(kept));
    expect(names).toHaveLength(kept.length + 2);
  });

  it('leave a whole artifact and no temporary file, whichever operation fails', async () => {
    const folder = join(root, 'failing');
    await save(older, folder);
    const operations = await operationsOf((fileSystem) => save(newer, folder, {}, fileSystem));
    expect(operations).toHaveLength(10);
    const renamed = operations.lastIndexOf('rename');
    for (const code of ['ENOSPC', 'EACCES', 'EIO']) {
      for (let position = 0; position < operations.length; position++) {
        await save(older, folder);
        const error = await errorOf(() => save(newer, folder, {}, failAt(position, code)));
        expect(error.code).toBe('file');
        expect(error.cause).toMatchObject({ code });
        expect(await sizeOf(folder)).toBe(position <= renamed ? 3 : 5);
        expect((await readdir(folder)).filter(isLeftover)).toEqual([]);
      }
    }
    await save(newer, folder);
    expect(await readdir(folder)).toHaveLength(2);
  });

  it('can be examined without the model, whole or damaged', async () => {
    const folder = join(root, 'examined');
    await save(newer, folder);
    const whole = await examine(folder);
    expect(whole.damage).toBeUndefined();
    expect(whole.description.model).toBe(newer.name);
    expect(whole.tensors.get('itemCounts')?.shape).toEqual([5]);

    const path = join(folder, whole.description.tensors.file);
    const bytes = await readFile(path);
    bytes[bytes.length - 1]! ^= 1;
    await writeFile(path, bytes);
    const changed = await examine(folder);
    expect(changed.description).toEqual(whole.description);
    expect(changed.tensors.size).toBe(0);
    expect(changed.damage?.message).toMatch(/does not match its checksum/);

    await unlink(path);
    expect((await examine(folder)).damage?.message).toMatch(/The artifact is not whole/);
    await writeFile(join(folder, 'model.json'), '{}');
    expect((await errorOf(() => examine(folder))).code).toBe('artifact');
  });

  it('say what is wrong with a path', async () => {
    const missing = await errorOf(() => load(join(root, 'nowhere'), options));
    expect(missing.code).toBe('file');
    expect(missing.message).toContain(
      'there is no such file or folder. An artifact is a folder with model.json',
    );
    const file = join(root, 'file');
    await writeFile(file, 'x');
    expect((await errorOf(() => load(file, options))).message).toContain(
      'a part of the path is a file',
    );
    const onFile = await errorOf(() => save(older, file));
    expect(onFile.code).toBe('file');
    expect(onFile.message).toContain('a file of that name is in the way');
    expect(await readFile(file, 'utf8')).toBe('x');
  });

  it('say that the tensors are missing or not whole', async () => {
    const folder = join(root, 'damaged');
    await save(older, folder);
    const tensors = (await readdir(folder)).find((name) => name.startsWith('tensors-'))!;
    const bytes = await readFile(join(folder, tensors));
    await writeFile(join(folder, tensors), bytes.subarray(1));
    const shorter = await errorOf(() => load(folder, options));
    expect(shorter.code).toBe('artifact');
    expect(shorter.message).toContain(`has ${bytes.length - 1} bytes, expected ${bytes.length}`);
    await unlink(join(folder, tensors));
    const gone = await errorOf(() => load(folder, options));
    expect(gone.code).toBe('artifact');
    expect(gone.message).toContain('The artifact is not whole.');
  });

  it('start again when the artifact is replaced between the two files', async () => {
    const [folder, next] = [join(root, 'replaced'), join(root, 'next')];
    await save(older, folder);
    await save(newer, next);
    let replaced = false;
    const replacing = {
      // Read after the description and before the tensors.
      get models() {
        if (!replaced) {
          rmSync(folder, { recursive: true });
          cpSync(next, folder, { recursive: true });
          replaced = true;
        }
        return options.models;
      },
    };
    expect((await load(folder, replacing)).items.size).toBe(5);
    expect(replaced).toBe(true);
  });

  it('let readers load while a writer saves', async () => {
    const folder = join(root, 'racing');
    await save(older, folder);
    let writing = true;
    const writer = (async () => {
      for (let turn = 0; turn < 40; turn++) await save(turn % 2 === 0 ? newer : older, folder);
      writing = false;
    })();
    const sizes = new Set<number>();
    const reader = async (): Promise<void> => {
      while (writing) sizes.add(await sizeOf(folder));
    };
    await Promise.all([writer, reader(), reader()]);
    expect(sizes).toEqual(new Set([3, 5]));
  });

  it('survive a writer that is killed at any moment', async () => {
    await build({
      configFile: false,
      logLevel: 'silent',
      build: {
        ssr: fileURLToPath(new URL('save-loop.ts', import.meta.url)),
        outDir: root,
        emptyOutDir: false,
        rolldownOptions: { output: { entryFileNames: 'save-loop.mjs' } },
      },
      ssr: { noExternal: true, resolve: { conditions: ['@tensorec/source'] } },
    });
    const kill = async (lane: number): Promise<void> => {
      const folder = join(root, `killed-${lane}`);
      for (let attempt = 0; attempt < 5; attempt++) {
        const child = spawn(process.execPath, [join(root, 'save-loop.mjs'), folder], {
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        const ended = once(child, 'exit');
        const [first] = (await Promise.race([once(child.stdout, 'data'), ended])) as [
          Buffer | number | null,
        ];
        expect(String(first)).toBe('saved');
        await wait(1 + (((lane * 5 + attempt) * 7) % 40));
        child.kill('SIGKILL');
        expect(await ended).toEqual([null, 'SIGKILL']);
        expect([40, 60]).toContain(await sizeOf(folder));
      }
      await save(older, folder);
      expect(await sizeOf(folder)).toBe(3);
      expect(await readdir(folder)).toHaveLength(2);
    };
    await Promise.all([kill(0), kill(1)]);
  });
});
