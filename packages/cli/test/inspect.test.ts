import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder, writeFiles } from './folders.js';
import { experimentFile, shopExperiment, smallShop, tensorec } from './support.js';

const folder = temporaryFolder();
const artifact = join(folder, 'report/models/popular');

beforeAll(async () => {
  await smallShop(folder);
  const file = experimentFile(folder, shopExperiment());
  await tensorec('run', file, '--out', join(folder, 'report'), '--quiet');
});

/** What `--json` prints. */
async function inspected(...args: readonly string[]): Promise<Record<string, unknown>> {
  const { out } = await tensorec('inspect', ...args, '--json');
  return JSON.parse(out) as Record<string, unknown>;
}

describe('inspect FILE', () => {
  it('says how it is laid out, what it holds and what to type next', async () => {
    const path = join(folder, 'ratings.csv');
    writeFiles(folder, {
      'ratings.csv':
        'user,item,rating,timestamp\nann,heat,5,2024-05-01T10:00:00Z\nann,alien,3,2024-05-01T10:05:00Z\nbob,heat,4,2024-05-02\nbob,heat,bad,2024-05-02\n',
    });
    const { exitCode, out, error } = await tensorec('inspect', path);
    expect([exitCode, error]).toEqual([0, '']);
    expect(out).toContain('delimited by ",", with a header; user "user", item "item"');
    expect(out).toMatch(/because the header names the timestamp "timestamp"/);
    expect(out).toMatch(/"rating" holds "bad", which is no number, so it is not read/);
    expect(out).toMatch(/lines +5/);
    expect(out).toMatch(/interactions +4/);
    expect(out).toMatch(/times +2024-05-01 10:00 to 2024-05-02 00:00 UTC/);
    expect(out).toMatch(/warning: only 2 users/);
    expect(out.trimEnd().split('\n').at(-1)).toBe(`next: tensorec init ${path}`);
  });

  it('shows bad lines beyond the beginning and goes on', async () => {
    const rows = Array.from(
      { length: 60_000 },
      (_, n) => `user${n % 50},item${n % 70},${1 + (n % 5)}`,
    );
    rows.push('user1,item1');
    writeFiles(folder, { 'long.csv': `user,item,rating\n${rows.join('\n')}\n` });
    const { exitCode, out } = await tensorec('inspect', join(folder, 'long.csv'));
    expect(exitCode).toBe(0);
    expect(out).toMatch(/lines +60,002, 1 of them bad/);
    expect(out).toMatch(/bad line: .*long\.csv:60002:/);
    expect(out).toMatch(/values +1 to 5, mean 3 \(1: 20 %, 2: 20 %/);
  });

  it('prints JSON', async () => {
    const { kind, guess, statistics } = await inspected(join(folder, 'shop/ratings.csv'));
    expect(kind).toBe('interactions');
    expect(guess).toMatchObject({ values: 'ratings', order: 'timestamps' });
    const text = readFileSync(join(folder, 'shop/ratings.csv'), 'utf8');
    expect(statistics).toMatchObject({ interactions: text.trimEnd().split('\n').length - 1 });
  });

  it('names the train part that a test part needs, and quotes its path', async () => {
    writeFiles(folder, { 'my test.txt': '1 2\t3\n4\t5\n' });
    const { out } = await tensorec('inspect', join(folder, 'my test.txt'));
    expect(out).toContain(`next: tensorec init TRAIN_FILE --test '${join(folder, 'my test.txt')}'`);
  });

  it.each([
    [
      'shop/items.csv',
      /holds no interactions of users with items: it has the columns "item", "title"/,
    ],
    ['shop/users.csv', /holds no interactions/],
    ['shop/social.csv', /holds no interactions/],
    ['nowhere.csv', /there is no such file/],
  ])('%s is an error', async (name, message) => {
    const { exitCode, error } = await tensorec('inspect', join(folder, name));
    expect(exitCode).toBe(1);
    expect(error).toMatch(message);
  });

  it('lets no control character of a file reach the terminal', async () => {
    writeFiles(folder, { 'escape.csv': 'user,item,\u001b[31mred\n1,2,x\n1,3,y\n' });
    const { out } = await tensorec('inspect', join(folder, 'escape.csv'));
    expect(out).not.toContain('\u001b');
  });
});

describe('inspect ARTIFACT', () => {
  it('shows what a model is and that it is whole', async () => {
    const { exitCode, out } = await tensorec('inspect', artifact);
    expect(exitCode).toBe(0);
    expect(out).toMatch(/model +popular/);
    expect(out).toMatch(/parameters +kind "all-time"/);
    expect(out).toMatch(/users +60/);
    expect(out).toMatch(/itemCounts +int32 +\d+ +\d+/);
    expect(out).toContain('whole: length and checksum are right, and the model can be restored');
  });

  it('prints JSON', async () => {
    expect(await inspected(artifact)).toMatchObject({
      kind: 'artifact',
      users: 60,
      known: true,
      description: { model: 'popular', formatVersion: 1 },
    });
  });

  it('reports a damaged one and exits with 1', async () => {
    const name = readdirSync(artifact).find((file) => file.endsWith('.safetensors')) ?? '';
    const path = join(artifact, name);
    const whole = readFileSync(path);
    try {
      writeFileSync(path, whole.subarray(0, whole.length - 1));
      const cut = await tensorec('inspect', artifact);
      expect(cut.exitCode).toBe(1);
      expect(cut.out).toMatch(/model +popular/);
      expect(cut.error).toMatch(/^error: damaged: .*truncated/);
      const json = await tensorec('inspect', artifact, '--json');
      expect(json.exitCode).toBe(1);
      expect(JSON.parse(json.out)).toMatchObject({ tensors: [] });
    } finally {
      writeFileSync(path, whole);
    }
    expect((await tensorec('inspect', artifact)).exitCode).toBe(0);
  });

  it('refuses a model.json that is none', async () => {
    writeFiles(folder, { 'broken/model.json': '{' });
    const { exitCode, error } = await tensorec('inspect', join(folder, 'broken'));
    expect(exitCode).toBe(1);
    expect(error).toMatch(/not JSON, so this is not a whole artifact/);
  });
});

describe('inspect FOLDER', () => {
  it('lists what the files seem to be and suggests init', async () => {
    const { exitCode, out } = await tensorec('inspect', join(folder, 'shop'));
    expect(exitCode).toBe(0);
    expect(out).toMatch(/items\.csv +items: id item, title title/);
    expect(out).toMatch(/interactions\.csv +interactions: delimited/);
    expect(out).toMatch(/social\.csv +no interactions/);
    expect(out).toContain(
      `next: tensorec init ${join(folder, 'shop/interactions.csv')} --items ${join(folder, 'shop/items.csv')}`,
    );
  });

  it('finds the parts of a split', async () => {
    writeFiles(folder, {
      'parts/train.txt': '0 1 2 3\n1 2 4\n2 1 3 4 5\n',
      'parts/test.txt': '0 4\n1 1 3\n',
      'parts/valid.txt': '0 5\n2 2 6\n',
      'parts/trust.txt': '0 1\n1 2\n',
    });
    const { out } = await tensorec('inspect', join(folder, 'parts'));
    const at = (name: string): string => join(folder, 'parts', name);
    expect(out).toContain(
      `tensorec init ${at('train.txt')} --test ${at('test.txt')} --validation ${at('valid.txt')}`,
    );
  });

  it('says why a folder without interactions has none', async () => {
    writeFiles(folder, { 'none/items.csv': 'item,title\na,Heat\nb,Alien\n' });
    const { exitCode, error } = await tensorec('inspect', join(folder, 'none'));
    expect(exitCode).toBe(1);
    expect(error).toMatch(/No file in .* holds interactions.*\n {2}items\.csv: it has the columns/);
  });
});
