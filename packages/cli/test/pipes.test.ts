import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isLeftover } from '@tensorec/core/node';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { delay, startWith, until, type Started } from './child-process.js';
import { temporaryFolder, writeFiles } from './folders.js';
import { experimentFile, shopExperiment, smallShop, tensorec } from './support.js';

const folder = temporaryFolder();
const artifact = join(folder, 'report/models/popular');
const started: Started[] = [];

beforeAll(async () => {
  await smallShop(folder);
  const file = experimentFile(folder, shopExperiment());
  await tensorec('run', file, '--out', join(folder, 'report'), '--quiet');
});

afterEach(() => {
  for (const { child } of started.splice(0)) child.kill('SIGKILL');
});

function start(variables: Readonly<Record<string, string>>, ...args: readonly string[]): Started {
  const command = startWith({ variables }, folder, ...args);
  started.push(command);
  return command;
}

describe('pipes', { timeout: 120_000 }, () => {
  it('users come from one command, lists go to another', async () => {
    const { child, ended } = start({}, 'recommend', artifact, '--users-file', '-', '--k', '1');
    child.stdin?.end('u000000001\nu000000002\n');
    const { code, out, error } = await ended;
    expect({ code, error }).toEqual({ code: 0, error: '2 recommendations for 2 users\n' });
    expect(out).toMatch(/^user,item,rank,score\nu000000001,i\d+,1,\d+\nu000000002,i\d+,1,\d+\n$/);
  });

  it('Ctrl-C ends a wait for users, and leaves no file', async () => {
    const args = ['recommend', artifact, '--users-file', '-', '--out', 'waiting.csv'];
    const { child, ended } = start({}, ...args);
    child.stdin?.write('u000000001\n');
    await until(() => readdirSync(folder).some(isLeftover));
    child.kill('SIGINT');
    const { code, error } = await ended;
    expect({ code, error }).toEqual({
      code: 130,
      error: 'Stopped. What was finished is kept; nothing is half-written.\n',
    });
    expect(existsSync(join(folder, 'waiting.csv'))).toBe(false);
    expect(readdirSync(folder).filter(isLeftover)).toEqual([]);
  });

  it('an error ends the command although users may still come', async () => {
    const { child, ended } = start({}, 'recommend', artifact, '--users-file', '-');
    child.stdin?.write('a\0b\n');
    expect(await ended).toMatchObject({ code: 1 });
  });

  it.each(['stdout', 'stderr'] as const)(
    'it ends quietly when nobody reads its %s',
    async (name) => {
      const { child, ended } = start({}, 'recommend', artifact, '--all-users');
      child[name]?.destroy();
      const { code, error, out } = await ended;
      expect(code).toBe(0);
      if (name === 'stdout') expect(error).not.toContain('at ');
      else expect(out).toContain('user,item,rank,score');
    },
  );

  it.each([{}, { NO_COLOR: '1' }, { FORCE_COLOR: '1' }])(
    'there are no escape codes in a pipe with %j',
    async (variables) => {
      for (const args of [
        ['models'],
        ['--help'],
        ['recommend', artifact, '--user', 'u000000001'],
        ['nonsense'],
      ]) {
        const { out, error } = await start(variables, ...args).ended;
        expect(out + error).not.toBe('');
        expect(out + error).not.toContain('\u001b');
      }
    },
  );

  it('tune goes on after it was killed', async () => {
    const content = shopExperiment({
      split: { method: 'leave-last-out', validation: 1 },
      models: [{ model: 'ease' }, { model: 'item-knn' }],
    });
    const args = ['tune', experimentFile(folder, content, 'tune.json'), '--trials'];
    const trials = join(folder, 'killed/trials.jsonl');
    const { child, ended } = start({}, ...args, '4000', '--out', 'killed');
    await until(() => existsSync(trials) && readFileSync(trials, 'utf8').split('\n').length > 6);
    await delay(3);
    child.kill('SIGKILL');
    await ended;
    const kept = readFileSync(trials, 'utf8');
    const resumed = await tensorec(...args, '4', '--out', join(folder, 'killed'));
    expect(resumed.exitCode).toBe(0);
    expect(resumed.error).toMatch(/^going on after \d+ trials/);
    const whole = kept.slice(0, kept.lastIndexOf('\n') + 1);
    expect(readFileSync(trials, 'utf8').startsWith(whole)).toBe(true);
  });
});

describe('paths', { timeout: 120_000 }, () => {
  const name = 'a b#c%20d & é';

  it('may hold spaces and what has a meaning in addresses', async () => {
    const module = new URL('failing-models.ts', import.meta.url).href;
    writeFiles(join(folder, name), {
      'models.mjs': `export { models } from ${JSON.stringify(module)};`,
    });
    const listed = await start({}, 'models', '--module', join(name, 'models.mjs')).ended;
    expect(listed.out).toContain('\nfailing: ');
    cpSync(join(folder, 'report'), join(folder, name, 'report'), { recursive: true });
    const moved = join(folder, name, 'report/models/popular');
    const out = join(folder, name, 'lists of users.csv');
    const wrote = await tensorec('recommend', moved, '--all-users', '--out', out);
    expect(wrote.exitCode).toBe(0);
    expect(readFileSync(out, 'utf8')).toContain('user,item,rank,score\n');
    const args = ['evaluate', moved, '--experiment', join(folder, 'experiment.json')];
    expect(await tensorec(...args, '--out', join(folder, name, 'x'))).toMatchObject({
      exitCode: 0,
    });
  });

  it.skipIf(process.platform === 'win32')(
    'may hold backslashes where those are letters',
    async () => {
      const out = join(folder, 'back\\slash.csv');
      expect((await tensorec('recommend', artifact, '--all-users', '--out', out)).exitCode).toBe(0);
      expect(readdirSync(folder)).toContain('back\\slash.csv');
    },
  );

  it('that are files where folders are wanted, or folders where files are, say so', async () => {
    writeFiles(folder, { 'a-file': '' });
    const file = join(folder, 'a-file');
    const asArtifact = await tensorec('recommend', file, '--user', 'u');
    expect(asArtifact.error).toContain('a part of the path is a file, not a folder');
    const titles = ['--items', folder, '--user', 'u'];
    expect((await tensorec('recommend', artifact, ...titles)).error).toContain('it is a folder');
    expect((await tensorec('models', '--module', folder)).error).toContain(
      'Cannot import the module',
    );
    expect((await tensorec('tune', folder)).error).toContain('it is a folder; give a file');
  });
});
