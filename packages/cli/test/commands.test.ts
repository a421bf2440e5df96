import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { version } from '@tensorec/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { filesIn, temporaryFolder, writeFiles } from './folders.js';
import { experimentFile, shopExperiment, smallShop, tensorec } from './support.js';

const folder = temporaryFolder();
const artifact = (name: string): string => join(folder, 'report/models', name);
const items = join(folder, 'shop/items.csv');

/** Titles with what a terminal or a page would obey. */
const hostile = join(folder, 'hostile.csv');

interface Row {
  readonly user?: string;
  readonly to?: string;
  readonly item: string;
  readonly score: number;
  readonly rank: number;
  readonly title: string;
  readonly because?: readonly { readonly item: string; readonly contribution: number }[];
}

let users: readonly string[];

beforeAll(async () => {
  await smallShop(folder);
  const models = [{ model: 'popular' }, { model: 'item-knn' }, { model: 'ease' }];
  const file = experimentFile(folder, shopExperiment({ models }));
  const { out, exitCode } = await tensorec('run', file, '--out', join(folder, 'report'), '--json');
  expect(exitCode).toBe(0);
  const { samples } = JSON.parse(out) as { samples: { user: string }[] };
  users = samples.map(({ user }) => user);
  const ids = Array.from({ length: 40 }, (_, n) => `i${String(n).padStart(7, '0')}`);
  writeFiles(folder, {
    'hostile.csv': `sku,label\n${ids.map((id) => `${id},<b>${id}\u001b[2J\n`).join('')}`,
  });
});

describe('recommend', () => {
  it('answers several users at once', async () => {
    const args = ['recommend', artifact('ease'), '--user', ...users, '--k', '4'];
    const { exitCode, out, error } = await tensorec(...args, '--json');
    expect({ exitCode, error }).toEqual({ exitCode: 0, error: '' });
    const rows = JSON.parse(out) as Row[];
    expect(rows.map((row) => [row.user, row.rank])).toEqual(
      users.flatMap((user) => [1, 2, 3, 4].map((rank) => [user, rank])),
    );
    for (const row of rows) expect(row.title).toBe(row.item);
    const text = await tensorec(...args);
    for (const user of users) expect(text.out).toContain(`ease recommends to ${user}:`);
  });

  it('explains by what the user did: the contributions of all reasons make the score', async () => {
    const args = ['recommend', artifact('ease'), '--user', users[0]!, '--explain', '--json'];
    const rows = JSON.parse((await tensorec(...args, '--items', items)).out) as Row[];
    expect(rows.length).toBeGreaterThan(0);
    for (const { item, title, because } of rows) {
      expect(title).not.toBe(item);
      expect(because!.length).toBeGreaterThan(0);
      expect(because!.map((reason) => reason.item)).not.toContain(item);
    }
  });

  it('gives no reasons where the model has none', async () => {
    const args = ['recommend', artifact('popular'), '--user', users[0]!, '--explain', '--json'];
    const rows = JSON.parse((await tensorec(...args)).out) as Row[];
    for (const row of rows) expect(row.because).toEqual([]);
  });

  it('gives what there is when k is larger than the catalogue', async () => {
    const args = ['recommend', artifact('popular'), '--user', users[0]!, '--k', '9999', '--json'];
    const { exitCode, out } = await tensorec(...args);
    expect(exitCode).toBe(0);
    const rows = JSON.parse(out) as Row[];
    expect(rows.length).toBeGreaterThan(10);
    expect(rows.length).toBeLessThan(40);
  });

  it('shows titles from any columns, without what a terminal would obey', async () => {
    const titles = ['--items', hostile, '--item-id', 'sku', '--title', 'label'];
    const args = ['recommend', artifact('ease'), '--user', users[0]!, '--explain', ...titles];
    const { out } = await tensorec(...args);
    expect(out).toContain('<b>i00000');
    expect(out).toContain('\\u001b[2J');
    expect(out).not.toContain('\u001b');
    const similar = ['similar', artifact('ease'), '--item', 'i0000001', ...titles];
    expect((await tensorec(...similar)).out).not.toContain('\u001b');
  });

  it.each([
    ['an unknown user', ['--user', 'nobody'], 'does not know the user "nobody"; it knows '],
    ['a negative one', ['--user', '-5'], 'does not know the user "-5"'],
    [
      'no file of titles',
      ['--user', 'u', '--items', 'none.csv'],
      'none.csv: there is no such file',
    ],
  ])('refuses %s', async (_, options, expected) => {
    const { exitCode, out, error } = await tensorec('recommend', artifact('ease'), ...options);
    expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' });
    expect(error).toContain(expected);
  });

  it('refuses a folder without an artifact, and one with a damaged one', async () => {
    const none = await tensorec('recommend', folder, '--user', 'u');
    expect(none.exitCode).toBe(1);
    expect(none.error).toContain('An artifact is a folder with model.json in it.');
    writeFiles(folder, { 'damaged/model.json': '{"format' });
    const damaged = await tensorec('recommend', join(folder, 'damaged'), '--user', 'u');
    expect(damaged.exitCode).toBe(1);
    expect(damaged.error).toContain('model.json');
  });
});

describe('similar', () => {
  it('lists items in the order of their similarity', async () => {
    const args = ['similar', artifact('item-knn'), '--item', 'i0000001', '--k', '3'];
    const rows = JSON.parse((await tensorec(...args, '--items', items, '--json')).out) as Row[];
    expect(rows.map(({ to, rank }) => [to, rank])).toEqual([1, 2, 3].map((n) => ['i0000001', n]));
    const scores = rows.map((row) => row.score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    for (const { item, title } of rows) {
      expect(item).not.toBe('i0000001');
      expect(title).not.toBe(item);
    }
    const { out } = await tensorec(...args, '--items', items);
    expect(out).toContain(rows[0]!.title);
  });

  it('refuses an unknown item, and names the models that can', async () => {
    const unknown = await tensorec('similar', artifact('ease'), '--item', 'nothing');
    expect(unknown).toMatchObject({ exitCode: 1, out: '' });
    expect(unknown.error).toContain('does not know the item "nothing"; it knows ');
    const cannot = await tensorec('similar', artifact('popular'), '--item', 'i0000001');
    expect(cannot).toMatchObject({ exitCode: 1, out: '' });
    expect(cannot.error).toMatch(/does not find similar items; these do: .*item-knn.*ease/);
  });
});

describe('models', () => {
  it('gives each parameter its default and what it is', async () => {
    const { exitCode, out } = await tensorec('models', '--json');
    expect(exitCode).toBe(0);
    const listed = JSON.parse(out) as {
      name: string;
      paper: string;
      parameters: { name: string; default?: unknown; description: string }[];
    }[];
    expect(listed.map((model) => model.name)).toEqual(
      expect.arrayContaining(['popular', 'random', 'bias', 'item-knn', 'user-knn', 'als', 'ease']),
    );
    for (const { name, parameters, paper } of listed) {
      expect(paper).not.toBe('');
      for (const parameter of parameters) {
        expect(parameter.description, `${name}, ${parameter.name}`).not.toBe('');
      }
    }
    const bias = listed.find((model) => model.name === 'bias');
    expect(bias?.parameters.map((parameter) => [parameter.name, parameter.default])).toEqual([
      ['userRegularization', 10],
      ['itemRegularization', 5],
      ['iterations', 15],
    ]);
    const text = (await tensorec('models')).out;
    for (const { name } of listed) expect(text).toMatch(new RegExp(`^${name}: `, 'm'));
    expect(text).toMatch(/^ {2}userRegularization +10 {2}0\.1 to 100, log {2}/m);
    expect(text).toMatch(/^ {2}similarity +"cosine" {2}cosine, jaccard {2}/m);
    expect(bias).toMatchObject({
      searchSpace: { itemRegularization: { from: 0.1, to: 100, scale: 'log' } },
    });
  });

  it('lists those of a module too', async () => {
    const path = fileURLToPath(new URL('failing-models.ts', import.meta.url));
    expect((await tensorec('models', '--module', path)).out).toContain('\nfailing: ');
  });
});

describe('generate', () => {
  it('writes five files', async () => {
    const out = join(folder, 'generated');
    const made = await tensorec('generate', '--out', out, '--users', '20', '--items', '10');
    expect(made).toEqual({
      exitCode: 0,
      out: `wrote a shop of 20 users and 10 items to ${out}`,
      error: '',
    });
    expect(filesIn(out)).toEqual([
      'interactions.csv',
      'items.csv',
      'ratings.csv',
      'social.csv',
      'users.csv',
    ]);
  });

  it('says when it cannot write', async () => {
    writeFiles(folder, { 'in-the-way': '' });
    const out = join(folder, 'in-the-way');
    const { exitCode, error } = await tensorec('generate', '--out', out, '--users', '20');
    expect(exitCode).toBe(1);
    expect(error).toContain('a file of that name is in the way');
  });
});

describe('download', () => {
  it('shows the licence and downloads nothing before it is accepted', async () => {
    const out = join(folder, 'downloads');
    writeFiles(out, {});
    const { exitCode, error, out: shown } = await tensorec('download', 'ml-100k', '--out', out);
    expect({ exitCode, shown }).toEqual({ exitCode: 1, shown: '' });
    expect(error).toMatch(/^error: MovieLens 100K/);
    expect(error).toContain('\nLicence: ');
    expect(error).toContain('Nothing was downloaded.');
    expect(error).toContain('--accept-license');
    expect(filesIn(folder).filter((path) => path.startsWith('downloads'))).toEqual([]);
  });

  it('suggests the nearest name', async () => {
    const { exitCode, error } = await tensorec('download', 'ml-1mm', '--accept-license');
    expect(exitCode).toBe(1);
    expect(error).toBe('error: There is no public data set "ml-1mm"; did you mean "ml-1m"?');
  });
});

describe('usage', () => {
  it.each([
    [[], /Usage: tensorec/],
    [['modles'], /unknown command 'modles'[^]*Did you mean models/],
    [['models', '--jsn'], /unknown option '--jsn'[^]*Did you mean --json/],
    [['run'], /missing required argument 'file'/],
    [['run', 'a.json', 'b.json'], /too many arguments/],
    [['run', 'a.json', '--skip-bad-lines=-1'], /--skip-bad-lines[^]*Expected a whole number/],
    [['run', '--skip-bad-lines', 'a.json'], /--skip-bad-lines[^]*Expected a whole number/],
    [['run', 'a.json', '--quiet', '--json'], /cannot be used with/],
    [
      ['recommend', 'a'],
      /nobody to recommend to; give --user, --users-file, --all-users or --history/,
    ],
    [['recommend', 'a', '--user', 'u', '--k', '0'], /--k <n>[^]*Expected at least 1/],
    [['recommend', 'a', '--user', 'u', '--k', '1.5'], /--k <n>[^]*Expected a whole number/],
    [['similar', 'a', '--item', 'i', '--k', 'ten'], /--k <n>[^]*Expected a whole number/],
    [['generate'], /required option '--out <folder>' not specified/],
    [['generate', '--out', 'x', '--seed', '1e20'], /--seed <n>[^]*Expected a whole number/],
  ])('%j is wrong use: exit code 2, and why', async (args, expected) => {
    const { exitCode, out, error } = await tensorec(...args);
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' });
    expect(error).toMatch(expected);
    expect(error).not.toMatch(/^\s+at /m);
  });

  it.each([
    'inspect',
    'init',
    'run',
    'tune',
    'evaluate',
    'compare',
    'recommend',
    'similar',
    'models',
    'generate',
    'download',
    'doctor',
  ])('%s has help with examples and exit codes', async (command) => {
    const { exitCode, out, error } = await tensorec(command, '--help');
    expect({ exitCode, error }).toEqual({ exitCode: 0, error: '' });
    expect(out).toContain(`Usage: tensorec ${command}`);
    expect(out).toMatch(/^Examples?:\n {2}\$ tensorec /m);
    expect(out).toMatch(/^Exit codes: 0 .* 1 .* 2 .* 130 /m);
    expect(out).not.toContain('\u001b');
  });

  it('lists every command', async () => {
    const { out } = await tensorec('--help');
    for (const command of ['tune', 'evaluate', 'compare', 'recommend', 'inspect']) {
      expect(out).toMatch(new RegExp(`^  ${command} `, 'm'));
    }
  });

  it.each([
    ['tunes', 'tune'],
    ['evalute', 'evaluate'],
    ['comapre', 'compare'],
  ])('takes %s for a slip of %s', async (typed, meant) => {
    const { exitCode, error } = await tensorec(typed);
    expect(exitCode).toBe(2);
    expect(error).toContain(`Did you mean ${meant}?`);
  });

  it('has help with examples, and a version', async () => {
    const help = await tensorec('--help');
    expect(help).toMatchObject({ exitCode: 0, error: '' });
    expect(help.out).toContain('Examples:');
    expect(help.out).toContain('Exit codes:');
    expect(await tensorec('--version')).toEqual({ exitCode: 0, out: version, error: '' });
  });
});
