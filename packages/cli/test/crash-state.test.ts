import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeFileSystem } from '@tensorec/core/node';
import type { Report } from '@tensorec/experiment';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseReport } from '../../experiment/test/report-schema.js';
import { temporaryFolder } from './folders.js';
import { experimentFile, shopExperiment, smallShop, tensorec } from './support.js';

const folder = temporaryFolder();
const module = fileURLToPath(new URL('failing-models.ts', import.meta.url));
let runs = 0;

beforeAll(() => smallShop(folder));

afterEach(() => {
  vi.restoreAllMocks();
});

/** Runs an experiment into a folder; its report. */
async function run(out: string, changes: object, ...options: readonly string[]): Promise<Report> {
  const file = experimentFile(folder, shopExperiment(changes));
  const { error } = await tensorec('run', file, '--out', out, '--module', module, ...options);
  expect(error.replaceAll(/^(?:error: failing: .*|popular: .* taken from .*)$/gm, '').trim()).toBe(
    '',
  );
  return parseReport(readFileSync(join(out, 'report.json'), 'utf8'));
}

const failing = { models: [{ model: 'popular' }, { model: 'failing' }] };
const resumption = /^popular: finished before the experiment was interrupted/;

/** A folder with a finished run that waits for the next start, because another model failed. */
async function unfinished(): Promise<{ out: string; state: string; before: Report }> {
  const out = join(folder, `state-${++runs}`);
  const before = await run(out, failing);
  return { out, state: join(out, '.unfinished'), before };
}

/** Whether the next run takes the finished one, its notes, and that its figures are those of before. */
async function resumes(out: string, before: Report): Promise<readonly [boolean, string]> {
  const { models, protocol } = await run(out, failing);
  expect(models.map(({ metrics }) => metrics)).toEqual(before.models.map(({ metrics }) => metrics));
  return [protocol.notes.some((note) => resumption.test(note)), protocol.notes.join('\n')];
}

describe('what an interrupted experiment left', () => {
  it('is used when it is whole, also again and again, until every model ran', async () => {
    const { out, state, before } = await unfinished();
    expect(readdirSync(state)).toEqual([expect.stringMatching(/^[0-9a-f]{64}\.run$/)]);
    expect((await resumes(out, before))[0]).toBe(true);
    expect((await resumes(out, before))[0]).toBe(true);
    await run(out, { models: [{ model: 'popular' }] });
    expect(existsSync(state)).toBe(false);
  });

  it('is not used when a byte of it changed or it ends early', async () => {
    const { out, state, before } = await unfinished();
    const [name] = readdirSync(state);
    const whole = readFileSync(join(state, name!));
    for (let n = 0; n < 12; n++) {
      const at = Math.floor((n * whole.length) / 12);
      const changed = Buffer.from(whole);
      changed[at]! ^= 1;
      const content = n % 2 === 0 ? changed : whole.subarray(0, at);
      writeFileSync(join(state, name!), content);
      const [used, notes] = await resumes(out, before);
      expect(used).toBe(false);
      expect(notes).toContain(`.unfinished/${name!}) is damaged or its model is gone; it was run`);
    }
    expect((await resumes(out, before))[0]).toBe(true);
  });

  it('is not used when its model is gone, damaged, or of another run', async () => {
    const { out, before } = await unfinished();
    const artifact = join(out, 'models/popular');
    const tensors = (): string =>
      join(
        artifact,
        readdirSync(artifact).find((name) => name.startsWith('tensors-'))!,
      );
    const harm = [
      () => {
        rmSync(artifact, { recursive: true });
      },
      () => {
        rmSync(tensors());
      },
      () => {
        writeFileSync(tensors(), 'x');
      },
      () => {
        const path = join(artifact, 'model.json');
        writeFileSync(path, `${readFileSync(path, 'utf8')} `);
      },
    ];
    for (const act of harm) {
      act();
      const [used, notes] = await resumes(out, before);
      expect(used).toBe(false);
      expect(notes).toContain('its model is gone');
    }
    expect((await resumes(out, before))[0]).toBe(true);
  });

  it('is not used for other settings, of which a note tells', async () => {
    const { out, before } = await unfinished();
    const other = await run(out, { ...failing, seed: 5 });
    expect(other.protocol.notes).toContain(
      'The folder holds 1 finished run of another experiment that was interrupted (other models, settings, data or versions); it was not used.',
    );
    // Its model has since been overwritten by that of the other experiment.
    const [used, notes] = await resumes(out, before);
    expect(used).toBe(false);
    expect(notes).toContain('its model is gone');
  });

  it('may be anything at all without an error', async () => {
    const { out, state, before } = await unfinished();
    writeFileSync(join(state, 'notes.txt'), 'hello');
    writeFileSync(join(state, `${'0'.repeat(64)}.run`), 'hello');
    const [used, notes] = await resumes(out, before);
    expect(used).toBe(true);
    expect(notes).toContain('1 finished run of another experiment');
    rmSync(state, { recursive: true });
    writeFileSync(state, 'a file in the way');
    const [again, complaint] = await resumes(out, before);
    expect(again).toBe(false);
    expect(complaint).toContain('Finished runs could not be kept');
  });

  it('is not missed when it cannot be written: the experiment runs, and says so', async () => {
    const writeSynced = nodeFileSystem.writeSynced.bind(nodeFileSystem);
    vi.spyOn(nodeFileSystem, 'writeSynced').mockImplementation(async (path, content) => {
      if (path.endsWith('.run') || path.includes('.unfinished')) {
        throw Object.assign(new Error('full'), { code: 'ENOSPC' });
      }
      await writeSynced(path, content);
    });
    const { protocol } = await run(join(folder, 'full'), {});
    expect(protocol.notes.join('\n')).toMatch(
      /could not be kept, .*: Cannot write .*no space left/,
    );
  });
});
