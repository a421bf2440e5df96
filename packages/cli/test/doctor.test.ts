import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { dataCheck, diskCheck, nodeCheck } from '../src/commands/doctor/checks.js';
import { temporaryFolder, writeFiles } from './folders.js';
import { tensorec } from './support.js';

const folder = temporaryFolder();

afterEach(() => {
  vi.unstubAllEnvs();
});

interface Report {
  readonly ok: boolean;
  readonly checks: readonly {
    readonly name: string;
    readonly status: string;
    readonly found: string;
  }[];
}

describe('doctor', () => {
  it('checks this machine and computes', async () => {
    vi.stubEnv('TENSOREC_DATA', '');
    const { exitCode, out } = await tensorec('doctor', '--json');
    const { ok, checks } = JSON.parse(out) as Report;
    expect([exitCode, ok]).toEqual([0, true]);
    const found = new Map(checks.map((check) => [check.name, check]));
    expect([...found.keys()]).toEqual([
      ...['tensorec', 'node', 'cores', 'threads', 'WebAssembly SIMD', 'shared memory'],
      ...['engine memory', 'self-test', 'heap limit', 'free memory', 'devices', 'disk'],
      ...['TENSOREC_DATA', 'output'],
    ]);
    expect(found.get('node')?.found).toBe(process.versions.node);
    expect(found.get('self-test')?.found).toMatch(/^right; [\d.]+ GFLOP\/s/);
    expect(Number(found.get('threads')?.found)).toBeGreaterThan(0);
  });

  it('fails when something that is needed is missing', async () => {
    vi.stubEnv('TENSOREC_DATA', join(folder, 'nowhere'));
    const { exitCode, out } = await tensorec('doctor');
    expect(exitCode).toBe(1);
    expect(out).toMatch(/FAIL {2}TENSOREC_DATA .*nowhere is no folder/);
    expect(out).toMatch(/Something that is needed is missing\.$/);
  });
});

describe('what is checked', () => {
  it.each([
    ['18.20.0', 'failed'],
    ['20.18.3', 'failed'],
    ['20.19.0', 'ok'],
    ['24.1.0', 'ok'],
    ['26.0.0', 'note'],
  ])('node %s is %s', (version, status) => {
    expect(nodeCheck(version).status).toBe(status);
  });

  it('a folder that cannot be written', async () => {
    writeFiles(folder, { file: 'x' });
    expect((await diskCheck(join(folder, 'file'))).status).toBe('failed');
    mkdirSync(join(folder, 'writable'));
    expect((await diskCheck(join(folder, 'writable'))).status).toBe('ok');
  });

  it('TENSOREC_DATA', () => {
    expect(dataCheck(undefined).status).toBe('ok');
    expect(dataCheck(folder).status).toBe('ok');
    expect(dataCheck(join(folder, 'none')).status).toBe('failed');
  });
});
