import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { AtomicStream, isLeftover } from '../src/node/index.js';
import { errorOf } from './error-of.js';

const folder = mkdtempSync(join(tmpdir(), 'tensorec-stream-'));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('AtomicStream', () => {
  it.each(['whole.txt', 'whole.txt.gz'])('gives %s its name when it is whole', async (name) => {
    const path = join(folder, 'new folder', name);
    const pieces = Array.from({ length: 500 }, (_, n) => `${n} `.repeat(400));
    const file = await AtomicStream.open(path);
    for (const piece of pieces) await file.write(piece);
    expect(readdirSync(join(folder, 'new folder'))).not.toContain(name);
    await file.commit();
    const bytes = readFileSync(path);
    expect((name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()).toBe(pieces.join(''));
    await file.abandon();
    expect(readdirSync(join(folder, 'new folder')).filter(isLeftover)).toEqual([]);
    expect(readFileSync(path)).toEqual(bytes);
  });

  it.each(['old.txt', 'old.txt.gz'])('leaves what %s held when it is abandoned', async (name) => {
    const path = join(folder, name);
    writeFileSync(path, 'old');
    const file = await AtomicStream.open(path);
    await file.write('new');
    await file.abandon();
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(folder).filter(isLeftover)).toEqual([]);
  });

  it('says what is in the way, and leaves nothing beside', async () => {
    const path = join(folder, 'a-folder');
    mkdirSync(path);
    const file = await AtomicStream.open(path);
    await file.write('new');
    const { code, message } = await errorOf(() => file.commit());
    expect(code).toBe('file');
    expect(message).toContain(`Cannot write ${path}: `);
    expect(readdirSync(folder).filter(isLeftover)).toEqual([]);
  });

  it('refuses a path below a file', async () => {
    writeFileSync(join(folder, 'a-file'), '');
    const { code, message } = await errorOf(() => AtomicStream.open(join(folder, 'a-file/below')));
    expect(code).toBe('file');
    expect(message).toMatch(/Cannot write .*below: a (?:part of the path|file)/);
  });
});
