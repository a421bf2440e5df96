import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CheckpointFile } from '../src/node/index.js';
import { errorOf } from './error-of.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tensorec-checkpoint-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe('CheckpointFile', () => {
  it('keeps what was written last, and makes its folder', async () => {
    const path = join(folder, 'new/folder/checkpoint');
    const store = new CheckpointFile(path);
    expect(await store.read()).toBeUndefined();
    await store.write(Uint8Array.of(1, 2, 3));
    await store.write(Uint8Array.of(4));
    expect(Uint8Array.from((await store.read())!)).toEqual(Uint8Array.of(4));
    expect(await readFile(path)).toEqual(Buffer.of(4));
    await store.remove();
    expect(await store.read()).toBeUndefined();
    await store.remove();
  });

  it('removes what killed writers left, and nothing else', async () => {
    const own = join(folder, 'shared');
    await mkdir(own);
    const others = ['.other.0123456789ab.tmp', '.checkpoint.txt', 'notes.txt'];
    for (const name of [...others, '.checkpoint.0123456789ab.tmp']) {
      await writeFile(join(own, name), '');
    }
    await new CheckpointFile(join(own, 'checkpoint')).write(Uint8Array.of(1));
    expect((await readdir(own)).sort()).toEqual([...others, 'checkpoint'].sort());
  });

  it('says what it cannot read or write', async () => {
    const store = new CheckpointFile(folder);
    for (const use of [() => store.read(), () => store.write(Uint8Array.of(1))]) {
      const { code, message } = await errorOf(use);
      expect(code).toBe('file');
      expect(message).toContain(folder);
    }
  });
});
