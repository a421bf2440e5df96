import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseExperiment, type ExperimentFile } from '@tensorec/experiment';
import { Random } from '@tensorec/kernels';
import { beforeAll, describe, expect, it } from 'vitest';
import { filesIn, leftoversIn, temporaryFolder, writeFiles } from './folders.js';
import { smallShop, tensorec, type Outcome } from './support.js';

const folder = temporaryFolder();
const out = join(folder, 'experiment.json');

beforeAll(async () => {
  await smallShop(folder);
});

/** Runs init and reads what it wrote. */
async function init(...args: readonly string[]): Promise<Outcome & { experiment: ExperimentFile }> {
  const outcome = await tensorec('init', ...args, '--out', out, '--force');
  expect([outcome.exitCode, outcome.error]).toEqual([0, '']);
  return { ...outcome, experiment: parseExperiment(readFileSync(out, 'utf8'), out) };
}

/** A file in the folder; its path. */
function file(name: string, content: string): string {
  writeFiles(folder, { [name]: content });
  return join(folder, name);
}

/** Events of 40 users with 8 to 11 of 30 items each, the items drawn at random. */
const random = new Random(5);
const events = Array.from({ length: 40 }, (_, user) => {
  const items = new Set<number>();
  while (items.size < 8 + (user % 4)) items.add(random.integer(30));
  return [...items].map((item, place) => ({
    user,
    item,
    rating: 1 + random.integer(5),
    time: 1_600_000_000 + 86_400 * place + user,
  }));
});
const rows = (line: (event: (typeof events)[0][0]) => string): string =>
  events.flatMap((own) => own.map(line)).join('\n');
const lists = (line: (user: number, items: number[]) => string): string =>
  events
    .map((own, user) =>
      line(
        user,
        own.map(({ item }) => item),
      ),
    )
    .join('\n');

interface Shape {
  readonly name: string;
  readonly content: string;
  readonly test?: string;
  readonly format: string;
  readonly split: string | undefined;
  readonly task?: string;
}

const shapes: readonly Shape[] = [
  {
    name: 'comma.csv',
    content: `userId,movieId,rating,timestamp\n${rows((e) => `${e.user},${e.item},${e.rating},${e.time}`)}`,
    format: 'delimited',
    split: 'leave-last-out',
  },
  {
    name: 'colons.dat',
    content: rows((e) => `${e.user}::${e.item}::${e.rating}::${e.time}`),
    format: 'delimited',
    split: 'leave-last-out',
  },
  {
    name: 'sorted.tsv',
    content: events
      .flatMap((own) => own.map((e) => [e.user, e.item]).sort((a, b) => a[1]! - b[1]!))
      .map((pair) => pair.join('\t'))
      .join('\n'),
    format: 'delimited',
    split: 'random',
  },
  {
    name: 'adjacency.txt',
    content: lists((user, items) => [user, ...items.sort((a, b) => a - b)].join(' ')),
    format: 'adjacency',
    split: 'random',
  },
  {
    name: 'sequences.txt',
    content: lists((user, items) => [user, ...items].join(' ')),
    format: 'sequences',
    split: 'leave-last-out',
  },
  {
    name: 'sessions.txt',
    content: lists((_, items) => items.map((item) => `i${item}`).join(' ')),
    test: lists(
      (_, items) =>
        `${items
          .slice(1)
          .map((item) => `i${item}`)
          .join(' ')}\ti${items[0]!}`,
    ),
    format: 'sessions',
    split: undefined,
    task: 'next-item',
  },
  {
    name: 'whole-sessions.txt',
    content: lists((_, items) => items.map((item) => `i${item}`).join(' ')),
    format: 'sessions',
    split: 'leave-last-out',
    task: 'next-item',
  },
  {
    name: 'negatives.txt',
    content: lists((user, items) => [user, ...items.slice(1)].join(' ')),
    test: lists((user, [item]) => `(${user},${item!})\t${[31, 32, 33, 34, 35].join('\t')}`),
    format: 'adjacency',
    split: undefined,
  },
  {
    name: 'one-each.txt',
    content: lists((user, items) => [user, ...items.slice(1)].join(' ')),
    test: lists((user, [item]) => `${user} ${item!}`),
    format: 'adjacency',
    split: undefined,
  },
  {
    name: 'atomic.inter',
    content: `user_id:token\titem_id:token\ttimestamp:float\n${rows((e) => `${e.user}\t${e.item}\t${e.time}`)}`,
    format: 'recbole',
    split: 'leave-last-out',
  },
  {
    name: 'lines.jsonl',
    content: rows((e) => JSON.stringify({ user: `u${e.user}`, sku: e.item, time: e.time })),
    format: 'jsonl',
    split: 'leave-last-out',
  },
  {
    name: 'weblog.data',
    content: `I,4,"x"\n${lists((user, items) => [`C,"${user}",${user}`, ...items.map((item) => `V,${item},1`)].join('\n'))}`,
    format: 'dst',
    split: 'random',
  },
];

describe('init', () => {
  it.each(shapes)(
    'writes what run accepts: $name',
    async ({ name, content, test, format, split, task }) => {
      const path = file(name, `${content}\n`);
      const options = test === undefined ? [] : ['--test', file(`test-${name}`, `${test}\n`)];
      const { experiment } = await init(path, ...options);
      expect(experiment.data.format).toBe(format);
      expect(experiment.data.path).toBe(name);
      expect(experiment.split?.method).toBe(split);
      expect(experiment.evaluation.task).toBe(task ?? 'ranking');
      const ran = await tensorec('run', out, '--out', join(folder, 'report'), '--quiet');
      expect([ran.exitCode, ran.error]).toEqual([0, '']);
    },
  );

  it('chooses a filter, models and a task for ratings', async () => {
    const path = file(
      'ratings.csv',
      `user,item,rating,time\n${rows((e) => `${e.user},${e.item},${e.rating},${e.time}`)}`,
    );
    const ranking = await init(path);
    expect(ranking.experiment.filter).toMatchObject({ minValue: 4 });
    expect(ranking.experiment.models.map(({ model }) => model)).toEqual([
      ...['popular', 'item-knn', 'als', 'ease', 'gf-cf'],
    ]);
    const { experiment } = await init(path, '--task', 'rating');
    expect(experiment.filter).toBeUndefined();
    expect(experiment.data.scale).toEqual([1, 5]);
    expect(experiment.evaluation.metrics).toEqual(['rmse', 'mae']);
    expect(experiment.models.map(({ model }) => model)).toEqual(['bias', 'item-knn', 'user-knn']);
    const ran = await tensorec('run', out, '--out', join(folder, 'report'), '--quiet');
    expect([ran.exitCode, ran.error]).toEqual([0, '']);
  });

  it('says what it chose, why, and what to type next', async () => {
    const { out: said } = await init(join(folder, 'shop'));
    expect(said).toMatch(
      /interactions\.csv was chosen: its name and columns fit interactions best/,
    );
    expect(said).toMatch(/because the header names the user "user"/);
    expect(said).toMatch(/data: 60 users, \d+ items/);
    expect(said).toMatch(/split: .* events to train on, \d+ to test/);
    expect(said).toMatch(/titles: column title of .*items\.csv/);
    expect(said.split('\n').at(-1)).toBe(`next: tensorec run ${out}`);
  });

  it('writes alternatives as comments that are right when they are taken', async () => {
    await init(join(folder, 'comma.csv'));
    const text = readFileSync(out, 'utf8');
    const alternatives = text.split('\n').filter((line) => /^ *\/\/ "/.test(line));
    expect(alternatives.length).toBeGreaterThan(2);
    for (const line of alternatives) {
      const taken = line.replace('// ', '');
      const key = /"(\w+)":/.exec(taken)?.[1] ?? '';
      const indent = /^ */.exec(line)?.[0] ?? '';
      const without = text.split('\n').filter((other) => !other.startsWith(`${indent}"${key}":`));
      const place = without.indexOf(line);
      without[place] = taken;
      const experiment = parseExperiment(without.join('\n'), out);
      expect(JSON.stringify(experiment)).toContain(`"${key}"`);
    }
  });

  it('replaces a file only with --force, and leaves nothing beside', async () => {
    const path = join(folder, 'comma.csv');
    const own = file('own/experiment.json', 'mine');
    const refused = await tensorec('init', path, '--out', own);
    expect(refused.exitCode).toBe(1);
    expect(refused.error).toMatch(/is there already; give --force/);
    expect(readFileSync(own, 'utf8')).toBe('mine');
    expect((await tensorec('init', path, '--out', own, '--force')).exitCode).toBe(0);
    expect(filesIn(dirname(own))).toEqual(['experiment.json']);
    expect(leftoversIn(folder)).toEqual([]);
  });

  it('writes nothing when it fails', async () => {
    const missing = join(folder, 'not-written.json');
    const { exitCode, error } = await tensorec(
      'init',
      join(folder, 'shop/users.csv'),
      '--out',
      missing,
    );
    expect(exitCode).toBe(1);
    expect(error).toMatch(/holds no interactions of users with items/);
    expect(filesIn(folder)).not.toContain('not-written.json');
  });

  it('names data outside the folder of the experiment from the root', async () => {
    mkdirSync(join(folder, 'elsewhere'), { recursive: true });
    const elsewhere = join(folder, 'elsewhere/experiment.json');
    const { exitCode } = await tensorec(
      'init',
      join(folder, 'comma.csv'),
      '--out',
      elsewhere,
      '--force',
    );
    expect(exitCode).toBe(0);
    const { data } = parseExperiment(readFileSync(elsewhere, 'utf8'), elsewhere);
    expect(data.path).toBe(join(folder, 'comma.csv'));
  });

  it('goes on over bad lines and says how to run then', async () => {
    const good = Array.from(
      { length: 9000 },
      (_, n) => `visitor-${n % 300},product-${(n * 7) % 400},${1_600_000_000 + n * 60}`,
    );
    const path = file(
      'bad-lines.csv',
      `user,item,time\n${[...good, ...good, ...good].join('\n')}\nbad\n`,
    );
    const { out: said } = await init(path);
    expect(said.split('\n').at(-1)).toBe(`next: tensorec run ${out} --skip-bad-lines`);
    const ran = await tensorec(
      'run',
      out,
      '--out',
      join(folder, 'report'),
      '--quiet',
      '--skip-bad-lines',
    );
    expect(ran.exitCode).toBe(0);
  });

  it('loosens a filter that would leave too little', async () => {
    // Ratings of 5 go to items that nobody else rates so: no core of them is left.
    const scattered = Array.from(
      { length: 6000 },
      (_, n) => `${n % 600},${n % 5 === 0 ? n : n % 40},${n % 5 === 0 ? 5 : 1 + (n % 3)}`,
    );
    const { experiment } = await init(
      file('scattered.csv', `user,item,rating\n${scattered.join('\n')}\n`),
    );
    expect(experiment.filter?.minValue).toBeUndefined();
  });

  it('warns of test users whom nobody knows', async () => {
    const train = file(
      'known.txt',
      `${lists((user, items) => [user, ...items.slice(1)].join(' '))}\n`,
    );
    const test = file(
      'unknown.txt',
      `${lists((user, items) => [user + 100, ...items.slice(0, 3)].join(' '))}\n`,
    );
    const { out: said } = await init(train, '--test', test);
    expect(said).toMatch(/warning: only 0 % of the 40 test users have training events/);
  });

  it('leaves out titles of other items', async () => {
    const titles = file('titles.csv', 'item,title\nx,Heat\ny,Alien\n');
    const { experiment, out: said } = await init(join(folder, 'comma.csv'), '--items', titles);
    expect(experiment.data.items).toBeUndefined();
    expect(said).toMatch(/knows 0 of the \d+ items by its column item, so it is not used/);
  });

  it('survives names that would break a comment', async () => {
    const hostile = 'user,item,"ra*/\u2028ting // \n\u001b[31m count"\n';
    const { experiment, out: said } = await init(
      file('hostile.csv', hostile + rows((e) => `${e.user},${e.item},${e.rating}`)),
    );
    expect(experiment.data.columns).toMatchObject({ user: 'user', item: 'item' });
    expect(said).not.toContain('\u001b');
  });

  it.each([
    [['negatives.txt', '--validation', 'one-each.txt'], /A validation part needs a test part/],
    [['test-negatives.txt'], /is a test part .*; give the train part, and this one with --test/],
    [['comma.csv', '--test', 'colons.dat'], /is laid out in another way/],
    [
      ['sessions.txt', '--test', 'whole-sessions.txt'],
      /a test part of sessions has lines "prefix items<TAB>target"/,
    ],
    [['sequences.txt', '--task', 'rating'], /holds no ratings to predict/],
    [['nowhere.csv'], /there is no such file/],
  ])('%j is an error', async (args, message) => {
    const paths = args.map((arg) =>
      arg.startsWith('--') || arg === 'rating' ? arg : join(folder, arg),
    );
    const { exitCode, error } = await tensorec(
      'init',
      ...paths,
      '--out',
      join(folder, 'none.json'),
    );
    expect(exitCode).toBe(1);
    expect(error).toMatch(message);
  });

  it('does not know other tasks', async () => {
    expect((await tensorec('init', join(folder, 'comma.csv'), '--task', 'guessing')).exitCode).toBe(
      2,
    );
  });

  it('takes all files of a folder by their names', async () => {
    writeFileSync(join(folder, 'unrelated.txt'), 'Some notes, in prose.\n');
    writeFiles(folder, {
      'split/train.txt': `${lists((user, items) => [user, ...items.slice(3)].join(' '))}\n`,
      'split/valid.txt': `${lists((user, items) => [user, items[0]!].join(' '))}\n`,
      'split/test.txt': `${lists((user, items) => [user, ...items.slice(1, 3)].join(' '))}\n`,
    });
    const { experiment } = await init(join(folder, 'split'));
    expect(experiment.data).toMatchObject({
      format: 'adjacency',
      path: 'split/train.txt',
      test: 'split/test.txt',
      validation: 'split/valid.txt',
    });
    const ran = await tensorec('run', out, '--out', join(folder, 'report'), '--quiet');
    expect([ran.exitCode, ran.error]).toEqual([0, '']);
  });
});
