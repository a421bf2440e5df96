import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Report } from '@tensorec/experiment';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  experimentFile,
  scratchFolder,
  shopExperiment,
  smallShop,
  tensorec,
  type Outcome,
} from './support.js';

const scratch = scratchFolder();
const folder = scratch.path;
let runs = 0;

beforeAll(async () => {
  await smallShop(folder);
});

afterAll(() => {
  scratch.dispose();
});

/** Runs an experiment into a folder of its own. */
async function run(
  content: object,
  ...options: readonly string[]
): Promise<Outcome & { out: string; folder: string }> {
  const out = join(folder, `out-${++runs}`);
  const file = experimentFile(folder, content, `experiment-${runs}.json`);
  return { ...(await tensorec('run', file, '--out', out, ...options)), folder: out };
}

/** Runs on the given bytes as a CSV file with the columns user,item,value. */
function runOn(data: string | Uint8Array, changes: object = {}): ReturnType<typeof run> {
  const path = `data-${runs}.csv`;
  writeFileSync(join(folder, path), data);
  return run({
    name: 'data',
    data: { format: 'delimited', path, columns: { user: 'user', item: 'item', value: 'value' } },
    split: { method: 'random', per: 'all', test: 0.4 },
    evaluation: { metrics: ['recall@2'] },
    models: [{ model: 'popular' }],
    ...changes,
  });
}

function report(path: string): Report {
  return JSON.parse(readFileSync(join(path, 'report.json'), 'utf8')) as Report;
}

const rows = 'a,x,1\na,y,2\nb,x,3\nb,y,4\nc,x,5\nc,z,1\n';

describe('data files', () => {
  it.each([
    ['an empty file', '', /data-\d+\.csv/],
    ['a header only', 'user,item,value\n', /data-\d+\.csv/],
    ['a wrong separator', `user;item;value\n${rows.replaceAll(',', ';')}`, /user/],
    ['a wrong column name', `users,item,value\n${rows}`, /users/],
    ['NaN', `user,item,value\n${rows}d,x,NaN\n`, /csv:8:5: found "NaN"/],
    ['infinity', `user,item,value\n${rows}d,x,Infinity\n`, /csv:8:5/],
    ['a missing field', `user,item,value\n${rows}d\n`, /csv:8:/],
    ['an empty id', `user,item,value\n${rows},x,1\n`, /csv:8:1/],
    ['a line over 1 MiB', `user,item,value\n${rows}${'d'.repeat(1 << 21)},x,1\n`, /csv:8:1.*1 MiB/],
    ['an unfinished quote', `user,item,value\n${rows}"d,x,1\n`, /csv:8:/],
    [
      'truncated gzip',
      gzipSync(`user,item,value\n${rows.repeat(99)}`).subarray(0, 60),
      /data-\d+\.csv/,
    ],
    ['binary', Uint8Array.of(0, 1, 2, 255, 254, 0, 10, 13), /data-\d+\.csv/],
  ])('says what is wrong with %s', async (_, data, message) => {
    const outcome = await runOn(data);
    expect(outcome.exitCode).toBe(1);
    expect(outcome.error).toMatch(/^error: /);
    expect(outcome.error).toMatch(message);
    expect(outcome.error).not.toMatch(/\n\s+at /);
    expect(readdirSync(outcome.folder)).toEqual([]);
  });

  it('names the columns found and the nearest', async () => {
    const { error } = await runOn(`usr,item,value\n${rows}`);
    expect(error).toContain('usr');
    expect(error).toMatch(/"?user"?/);
  });

  it.each([
    ['a byte order mark', `\uFEFFuser,item,value\n${rows}`],
    ['mixed line ends', `user,item,value\r\n${rows.replace('\n', '\r\n').replace('\nb', '\rb')}`],
    ['gzip', gzipSync(`user,item,value\n${rows}`)],
    ['negative ids, which are labels', `user,item,value\n${rows.replaceAll('a,', '-1,')}`],
  ])('reads %s', async (_, data) => {
    const outcome = await runOn(data);
    expect(outcome.error).toBe('');
    expect(outcome.exitCode).toBe(0);
    expect(report(outcome.folder).data).toMatchObject({ users: 3, items: 3, interactions: 6 });
  });

  it('skips bad lines when told to, and counts them', async () => {
    const data = `user,item,value\n${rows}bad\nd,x,NaN\n`;
    writeFileSync(join(folder, 'skip.csv'), data);
    const content = {
      name: 'skip',
      data: {
        format: 'delimited',
        path: 'skip.csv',
        columns: { user: 'user', item: 'item', value: 'value' },
      },
      split: { method: 'random', per: 'all', test: 0.4 },
      evaluation: { metrics: ['recall@2'] },
      models: [{ model: 'popular' }],
    };
    const all = await run(content, '--skip-bad-lines');
    expect(all.exitCode).toBe(0);
    expect(report(all.folder).protocol.notes.join()).toContain('2 lines');
    const one = await run(content, '--skip-bad-lines=1');
    expect(one.exitCode).toBe(1);
    expect(one.error).toContain('skip.csv:9:5');
  });

  it('refuses a folder and a missing file', async () => {
    mkdirSync(join(folder, 'a-folder'));
    const data = { format: 'adjacency', path: 'a-folder' };
    expect((await run(shopExperiment({ data }))).error).toContain('folder');
    const missing = await run(shopExperiment({ data: { ...data, path: 'nowhere.txt' } }));
    expect(missing.error).toContain('nowhere.txt; looked at');
  });

  it('works with one user, one item, and a cut beyond the catalogue', async () => {
    const one = await runOn('user,item,value\na,x,1\na,y,1\na,z,1\na,w,1\n', {
      evaluation: { metrics: ['recall@1000'] },
    });
    expect(one.exitCode).toBe(0);
    const item = await runOn('user,item,value\na,x,1\nb,x,1\nc,x,1\nd,x,1\n');
    expect(item.exitCode).toBe(0);
  });

  it('says which filter left nothing', async () => {
    const { error, exitCode } = await runOn(`user,item,value\n${rows}`, { filter: { kCore: 50 } });
    expect(exitCode).toBe(1);
    expect(error).toContain('50');
  });

  it('takes __proto__ and constructor for ids like any other', async () => {
    const more = `${rows}e,y,1\ne,z,1\ne,x,1\n`;
    const data = `user,item,value\n${more.replaceAll('a,', '__proto__,').replaceAll(',x', ',constructor')}`;
    const outcome = await runOn(data, { split: { method: 'leave-last-out' } });
    expect(outcome.exitCode).toBe(0);
    const artifact = join(outcome.folder, 'models/popular');
    const { out } = await tensorec('recommend', artifact, '--user', '__proto__', '--json');
    expect(JSON.parse(out)).toMatchObject([
      { user: '__proto__', item: 'y' },
      { user: '__proto__', item: 'z' },
    ]);
  });

  it('escapes titles in the page and formulas in tables', async () => {
    writeFileSync(
      join(folder, 'titles.csv'),
      'item,title\nx,<img src=x onerror=alert(1)>\ny,Y\nz,Z\n',
    );
    const outcome = await runOn(`user,item,value\n${rows.replaceAll('a,', '=1+1,')}`, {
      data: {
        format: 'delimited',
        path: `data-${runs}.csv`,
        columns: { user: 'user', item: 'item', value: 'value' },
        items: { path: 'titles.csv' },
      },
      split: { method: 'leave-last-out' },
    });
    expect(outcome.exitCode).toBe(0);
    const page = readFileSync(join(outcome.folder, 'report.html'), 'utf8');
    expect(page).toContain('&#60;img');
    expect(page).not.toContain('<img');
    const table = gunzipSync(readFileSync(join(outcome.folder, 'per-user.csv.gz'))).toString();
    expect(table).toContain(",'=1+1,");
    expect(table).not.toContain(',=1+1,');
  });
});

describe('experiment files', () => {
  it.each([
    [{ models: [{ model: 'poplar' }] }, 'did you mean "popular"?'],
    [{ models: [{ model: 'als', params: { factor: 3 } }] }, 'did you mean "factors"?'],
    [{ models: [{ model: 'als', params: { factors: 0 } }] }, 'factors'],
    [{ evaluation: { metrics: ['recal@10'] } }, 'recall'],
    [{ evaluation: { metrics: ['recall@0'] } }, 'recall'],
    [{ split: { method: 'leave-last' } }, 'method'],
    [{ filters: {} }, 'did you mean "filter"?'],
  ])('refuses %j before anything runs', async (changes, message) => {
    const outcome = await run(shopExperiment(changes));
    expect(outcome.exitCode).toBe(1);
    expect(outcome.error).toContain(message);
    expect(outcome.error).not.toMatch(/\n\s+at /);
  });

  it('refuses a missing file and one that is not JSON', async () => {
    const missing = await tensorec('run', join(folder, 'none.json'));
    expect(missing).toMatchObject({ exitCode: 1 });
    expect(missing.error).toContain('there is no such file');
    writeFileSync(join(folder, 'broken.json'), '{ "name": ');
    expect((await tensorec('run', join(folder, 'broken.json'))).error).toContain('broken.json:1:');
  });

  it('refuses an output folder that it cannot write, before anything runs', async () => {
    writeFileSync(join(folder, 'a-file'), '');
    const file = experimentFile(folder, shopExperiment());
    const { exitCode, error } = await tensorec('run', file, '--out', join(folder, 'a-file/below'));
    expect(exitCode).toBe(1);
    expect(error).toContain('Cannot write');
  });

  it('records a model that fails and runs the others', async () => {
    writeFileSync(
      join(folder, 'failing.mjs'),
      `import { popular } from ${JSON.stringify(new URL('../../baselines/src/index.ts', import.meta.url).href)};
       export const models = [{ ...popular, name: 'failing', create: () => ({ name: 'failing', parameters: {},
         fit: () => Promise.reject(new Error('it broke')) }) }];`,
    );
    const content = shopExperiment({ models: [{ model: 'failing' }, { model: 'popular' }] });
    const outcome = await run(content, '--module', join(folder, 'failing.mjs'));
    expect(outcome.exitCode).toBe(1);
    expect(outcome.error).toContain('failing: it broke');
    expect(report(outcome.folder).models.map((model) => model.status)).toEqual(['failed', 'ok']);
  });

  it('refuses modules that are missing or export no models', async () => {
    writeFileSync(join(folder, 'empty.mjs'), 'export const other = 1;');
    const empty = await run(shopExperiment(), '--module', join(folder, 'empty.mjs'));
    expect(empty.error).toContain('it exports other');
    const missing = await run(shopExperiment(), '--module', join(folder, 'missing.mjs'));
    expect(missing.error).toContain('Cannot import the module');
  });
});

describe('arguments', () => {
  it.each([
    [['--help'], 0],
    [['run', '--help'], 0],
    [['--version'], 0],
    [[], 2],
    [['rum'], 2],
    [['run'], 2],
    [['run', 'a.json', '--no-such'], 2],
    [['run', 'a.json', '--skip-bad-lines=x'], 2],
    [['run', 'a.json', '--json', '--quiet'], 2],
    [['recommend', 'a', '--user', 'u', '--k', '0'], 2],
    [['recommend', 'a'], 2],
    [['generate', '--out', 'x', '--users', '-3'], 2],
    [['generate', '--out', 'x', '--users', 'many'], 2],
    [['recommend', 'no-such-artifact', '--user', 'u'], 1],
  ])('%j exits with %i', async (args, exitCode) => {
    expect((await tensorec(...args)).exitCode).toBe(exitCode);
  });

  it('says what an unknown user is up against', async () => {
    const { folder: out } = await run(shopExperiment());
    const { exitCode, error } = await tensorec(
      'recommend',
      join(out, 'models/popular'),
      '--user',
      'nobody',
    );
    expect(exitCode).toBe(1);
    expect(error).toContain('does not know the user "nobody"');
  });
});
