import { mkdtemp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateShop } from '@tensorec/datasets';
import { writeShop } from '@tensorec/datasets/node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { csvLine } from '../src/node/csv.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tensorec-shop-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function lines(name: string): Promise<string[]> {
  const text = await readFile(join(folder, name), 'utf8');
  expect(text.endsWith('\n')).toBe(true);
  return text.slice(0, -1).split('\n');
}

describe('writeShop', () => {
  it('writes what generateShop gives', async () => {
    const options = { users: 40, items: 30, seed: 3 };
    const fractions: number[] = [];
    await writeShop(folder, options, {
      onProgress: ({ fraction, stage }) => {
        expect(stage).toBe('write shop');
        fractions.push(fraction);
      },
    });
    expect(fractions.at(-1)).toBe(1);
    const shop = generateShop(options);
    expect((await readdir(folder)).sort()).toEqual([
      'interactions.csv',
      'items.csv',
      'ratings.csv',
      'social.csv',
      'users.csv',
    ]);

    const [header, ...rows] = await lines('interactions.csv');
    expect(header).toBe('user,item,event,weight,timestamp');
    const { interactions, events } = shop;
    const expected = events.map((event, n) =>
      [
        interactions.users.id(interactions.userRows[n]!),
        interactions.items.id(interactions.itemRows[n]!),
        event,
        interactions.values![n]!,
        interactions.timestamps![n]!,
      ].join(','),
    );
    expect([...rows].sort()).toEqual([...expected].sort());

    const { ratings } = shop;
    const ratingLines = await lines('ratings.csv');
    expect(ratingLines[0]).toBe('user,item,rating,timestamp');
    expect(ratingLines.slice(1).sort()).toEqual(
      Array.from(ratings.values!, (value, n) =>
        [
          ratings.users.id(ratings.userRows[n]!),
          ratings.items.id(ratings.itemRows[n]!),
          value,
          ratings.timestamps![n]!,
        ].join(','),
      ).sort(),
    );

    const itemLines = await lines('items.csv');
    expect(itemLines[0]).toBe('item,title,category,tags,price,description');
    expect(itemLines).toHaveLength(31);
    expect(itemLines[5]!.startsWith(`i0000004,${shop.items.text('i0000004', 'title')!},`)).toBe(
      true,
    );
    const userLines = await lines('users.csv');
    expect(userLines[0]).toBe('user,name,segment,country');
    expect(userLines[40]).toBe(
      ['name', 'segment', 'country'].reduce(
        (line, name) => `${line},${shop.users.text('u000000039', name)!}`,
        'u000000039',
      ),
    );
    expect(await lines('social.csv')).toEqual(['user,friend', ...shop.social.map(String)]);
  });

  it('quotes fields', () => {
    expect(csvLine(['a', 1, 'b,c', 'say "no"', 'two\nlines'])).toBe(
      'a,1,"b,c","say ""no""","two\nlines"\n',
    );
  });

  it('leaves the folder as it was when aborted', async () => {
    await writeFile(join(folder, 'items.csv'), 'mine');
    const controller = new AbortController();
    const reason = new Error('stop');
    await expect(
      writeShop(
        folder,
        { users: 3000, items: 50 },
        {
          signal: controller.signal,
          onProgress: ({ fraction }) => {
            if (fraction > 0.2) controller.abort(reason);
          },
        },
      ),
    ).rejects.toBe(reason);
    expect(await readdir(folder)).toEqual(['items.csv']);
    expect(await readFile(join(folder, 'items.csv'), 'utf8')).toBe('mine');
  });

  it('leaves nothing behind when a file cannot be put in place', async () => {
    await mkdir(join(folder, 'users.csv', 'inside'), { recursive: true });
    await expect(writeShop(folder, { users: 3, items: 3 })).rejects.toMatchObject({ code: 'file' });
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('says why a folder cannot be made, and refuses wrong options', async () => {
    const blocked = join(folder, 'file');
    await writeFile(blocked, '');
    await expect(writeShop(join(blocked, 'shop'), { users: 3 })).rejects.toThrow(/^Cannot write /);
    await expect(writeShop(folder, { users: 0 })).rejects.toMatchObject({
      code: 'invalid-argument',
    });
    await expect(writeShop(folder, {}, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/);
    expect(await readdir(folder)).toEqual(['file']);
  });
});
