import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { load, nodeFileSystem } from '@tensorec/core/node';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseReport } from '../../experiment/test/report-schema.js';
import { main, models } from '../src/index.js';
import { filesIn, leftoversIn, temporaryFolder, writeFiles } from './folders.js';
import { experimentFile, shopExperiment, smallShop, tensorec, type Outcome } from './support.js';

const folder = temporaryFolder();
const failingModels = fileURLToPath(new URL('failing-models.ts', import.meta.url));
let runs = 0;

beforeAll(() => smallShop(folder));

afterEach(() => {
  vi.restoreAllMocks();
});

const nextOut = (): string => join(folder, `out-${++runs}`);

/** Runs an experiment that must be refused with nothing written; what it said. */
async function refusal(content: object | string, ...options: readonly string[]): Promise<string> {
  const out = nextOut();
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  writeFiles(folder, { 'refused.json': text });
  const outcome = await tensorec('run', join(folder, 'refused.json'), '--out', out, ...options);
  expect(outcome).toMatchObject({ exitCode: 1, out: '' });
  expect(outcome.error).toMatch(/^error: /);
  expect(outcome.error).not.toMatch(/^\s+at /m);
  expect(filesIn(out)).toEqual([]);
  return outcome.error.replaceAll(folder, '');
}

describe('a model that fails', () => {
  it('is recorded, the others run, and the exit code is 1', async () => {
    const sections = ['failing', 'popular', 'throwing-nothing'].map((model) => ({ model }));
    const file = experimentFile(folder, shopExperiment({ models: sections }));
    const out = nextOut();
    const args = ['run', file, '--out', out, '--module', failingModels];
    const { exitCode, out: shown, error } = await tensorec(...args);
    expect(exitCode).toBe(1);
    expect(error).toBe('error: failing: no \\u001b[31mluck\nerror: throwing-nothing: undefined');
    expect(shown).toMatch(/^failing +failed +failed/m);
    expect(shown).toMatch(/^popular +0\./m);
    const report = parseReport(readFileSync(join(out, 'report.json'), 'utf8'));
    expect(report.models.map((model) => [model.status, model.error])).toEqual([
      ['failed', 'no \u001b[31mluck'],
      ['ok', undefined],
      ['failed', 'undefined'],
    ]);
    expect(report.models[0]).toMatchObject({ metrics: {}, runs: [] });
    expect(report.models[0]).not.toHaveProperty('artifact');
    expect(filesIn(join(out, 'models')).every((path) => path.startsWith('popular/'))).toBe(true);
    expect(readFileSync(join(out, 'report.html'), 'utf8')).toMatch(/luck\s*<\/td>/);
  });
});

describe('--module', () => {
  it.each([
    ['missing.mjs', undefined, 'Cannot import the module'],
    ['broken.mjs', 'export const = 1;', 'Cannot import the module'],
    ['other.mjs', 'export const other = 1;', 'an array of model descriptors; it exports other.'],
    ['nothing.mjs', '', 'it exports nothing.'],
    ['no-descriptor.mjs', 'export const models = [{ name: "x" }];', 'must export "models"'],
  ])('refuses %s', async (name, content, expected) => {
    if (content !== undefined) writeFiles(folder, { [name]: content });
    const error = await refusal(shopExperiment(), '--module', join(folder, name));
    expect(error).toContain(expected);
    expect(error).toContain(name);
  });
});

describe('data', () => {
  const header = 'user,item,value\n';
  const rows = 'a,x,1\na,y,2\nb,x,3\nb,y,4\nc,x,5\nc,z,1\n';
  const onData = (changes: object = {}): object => ({
    name: 'data',
    data: {
      format: 'delimited',
      path: 'data.csv',
      columns: { user: 'user', item: 'item', value: 'value' },
    },
    split: { method: 'leave-last-out' },
    evaluation: { metrics: ['recall@2'] },
    models: [{ model: 'popular' }],
    ...changes,
  });

  it.each([
    ['no bytes', '', '/data.csv is empty; check the path and the download.'],
    ['a header only', header, '/data.csv holds no interactions: it has no lines'],
    [
      'another separator',
      `user;item;value\n${rows.replaceAll(',', ';')}`,
      '/data.csv:1:1: found the columns "user;item;value", expected one named "user"; set separator to ";".',
    ],
    [
      'another column name',
      `usre,item,value\n${rows}`,
      '/data.csv:1:1: found the columns "usre", "item", "value", expected one named "user"; did you mean "usre".',
    ],
    ['NaN', `${header}${rows}d,x,NaN\n`, '/data.csv:8:5: found "NaN", expected a finite number'],
    ['-Infinity', `${header}d,x,-Infinity\n`, '/data.csv:2:5: found "-Infinity"'],
    ['a number beyond floats', `${header}d,x,1e300\n`, '/data.csv:2:5: found "1e300"'],
    [
      'a line over 1 MiB',
      `${header}${rows}${'d'.repeat(1 << 21)},x,1\n`,
      '/data.csv:8:1: found a line of more than 1 MiB',
    ],
    ['one item a user', `${header}a,x,1\nb,x,1\nc,x,1\n`, 'leave-last-out'],
  ])('with %s is refused', async (_, data, expected) => {
    writeFiles(folder, { 'data.csv': data });
    expect(await refusal(onData())).toContain(expected);
  });

  it.each([
    [{ minValue: 9 }, '9'],
    [{ minUser: 9 }, '9'],
    [{ minItem: 9 }, '9'],
    [{ kCore: 9 }, '9'],
  ])('of which %j leaves nothing is refused', async (filter, expected) => {
    writeFiles(folder, { 'data.csv': `${header}${rows}` });
    const error = await refusal(onData({ filter }));
    expect(error).toContain(expected);
    expect(error).toMatch(/6|left|none/i);
  });

  it('with a folder in its place is refused', async () => {
    writeFiles(folder, { 'a-folder/file': '' });
    expect(await refusal(onData({ data: { format: 'adjacency', path: 'a-folder' } }))).toBe(
      'error: Cannot read /a-folder: it is a folder; give a file.',
    );
  });

  it('with ids that are labels like any other keeps them', async () => {
    const ids = ['-1', '__proto__', 'constructor', '007', '=1+1'];
    const lines = ids.flatMap((id) => [`${id},__proto__,1\n`, `${id},x,1\n`, `${id},-2,1\n`]);
    writeFiles(folder, { 'data.csv': `${header}${lines.join('')}z,toString,1\n` });
    const out = nextOut();
    const file = experimentFile(folder, onData());
    expect((await tensorec('run', file, '--out', out)).exitCode).toBe(0);
    const report = parseReport(readFileSync(join(out, 'report.json'), 'utf8'));
    expect(report.data).toMatchObject({ users: 6, items: 4, interactions: 16 });
    const artifact = join(out, 'models/popular');
    for (const id of ids) {
      const { out: json } = await tensorec('recommend', artifact, '--user', id, '--json');
      expect(JSON.parse(json)).toEqual([
        { user: id, item: 'toString', score: 1, rank: 1, title: 'toString' },
      ]);
    }
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });
});

describe('an experiment', () => {
  it.each([
    ['a model', { models: [{ model: 'eese' }] }, 'There is no model "eese"; did you mean "ease"?'],
    [
      'a parameter',
      { models: [{ model: 'als', params: { factor: 3 } }] },
      'parameters of "als": unknown key "factor"; did you mean "factors"?',
    ],
    ['a metric', { evaluation: { metrics: ['recal@10'] } }, 'the nearest name is "recall"'],
    [
      'a key',
      { evaluaton: {} },
      '/refused.json: unknown key "evaluaton"; did you mean "evaluation"?',
    ],
    ['a split', { split: { method: 'leave-last' } }, 'split.method'],
    [
      'a validation part',
      { evaluation: { metrics: ['hit@1'], on: 'validation' } },
      'there is no validation part; set split.validation or data.validation.',
    ],
    [
      'a column of titles',
      { data: { format: 'adjacency', path: 'x', items: { path: 'shop/items.csv', title: 'nme' } } },
      '/shop/items.csv has no column "nme" for data.items.title; it has title, category',
    ],
  ])('that names %s that does not exist is refused', async (_, changes, expected) => {
    expect(await refusal(shopExperiment(changes))).toContain(expected);
  });

  it('that is not JSON, or sets a prototype, is refused', async () => {
    expect(await refusal('{\n  "name": ')).toMatch(/^error: \/refused\.json:2:\d+: not JSON/);
    const text = JSON.stringify(shopExperiment()).replace('{', '{"__proto__": {"seed": 7}, ');
    expect(await refusal(text)).toBe(
      'error: /refused.json:1:2: unknown key "__proto__"; remove it.',
    );
  });

  it('that is a folder is refused', async () => {
    const { exitCode, error } = await tensorec('run', folder, '--out', nextOut());
    expect(exitCode).toBe(1);
    expect(error).toBe(`error: Cannot read ${folder}: it is a folder; give a file.`);
  });
});

describe('the output', () => {
  const run = async (out: string): Promise<Outcome> =>
    tensorec('run', experimentFile(folder, shopExperiment()), '--out', out);

  it('is refused where a file is in the way, which stays', async () => {
    writeFiles(folder, { 'in-the-way': 'kept' });
    for (const out of ['in-the-way', 'in-the-way/below']) {
      const { exitCode, error } = await run(join(folder, out));
      expect(exitCode).toBe(1);
      expect(error).toMatch(/^error: Cannot write .*in-the-way.*: a (?:part of the path|file)/);
    }
    expect(readFileSync(join(folder, 'in-the-way'), 'utf8')).toBe('kept');
  });

  it('stays whole when the disk is full, whichever file does not fit', async () => {
    const out = nextOut();
    expect((await run(out)).exitCode).toBe(0);
    const before = parseReport(readFileSync(join(out, 'report.json'), 'utf8'));
    const writeSynced = nodeFileSystem.writeSynced.bind(nodeFileSystem);
    const written: string[] = [];
    const names = ['.writable', 'tensors-', 'model.json', 'per-user', 'report.html', 'report.json'];
    for (const name of names) {
      vi.spyOn(nodeFileSystem, 'writeSynced').mockImplementation(async (path, content) => {
        if (!basename(path).startsWith(`.${name}`)) {
          await writeSynced(path, content);
          return;
        }
        written.push(name);
        await writeSynced(path, content.slice(0, 1));
        throw Object.assign(new Error('full'), { code: 'ENOSPC' });
      });
      const { exitCode, error } = await run(out);
      expect(exitCode).toBe(1);
      expect(error).toMatch(/^error: .*Cannot write .*: no space left on the device; free some/m);
      expect(leftoversIn(out)).toEqual([]);
      parseReport(readFileSync(join(out, 'report.json'), 'utf8'));
      expect(readFileSync(join(out, 'report.html'), 'utf8')).toMatch(/<\/html>\n$/);
      const model = await load(join(out, 'models/popular'), { models });
      expect(model.items.size).toBe(before.data.items);
      vi.restoreAllMocks();
    }
    expect(written).toEqual(names);
  });

  it('stays as it was when the run is stopped', async () => {
    const out = nextOut();
    const file = experimentFile(folder, shopExperiment());
    const controller = new AbortController();
    const said: string[] = [];
    const writeSynced = nodeFileSystem.writeSynced.bind(nodeFileSystem);
    vi.spyOn(nodeFileSystem, 'writeSynced').mockImplementation(async (path, content) => {
      await writeSynced(path, content);
      if (path.includes('model.json')) controller.abort();
    });
    const exitCode = await main(['run', file, '--out', out], {
      out: (text) => said.push(text),
      error: (text) => said.push(text),
      isTerminal: false,
      signal: controller.signal,
    });
    expect(exitCode).toBe(130);
    expect(said).toEqual(['Stopped. What was finished is kept; nothing is half-written.']);
    expect(filesIn(out).every((path) => path.startsWith('models/popular/'))).toBe(true);
    expect((await load(join(out, 'models/popular'), { models })).name).toBe('popular');
  });
});
