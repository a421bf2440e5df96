import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { prepareData } from '../src/node/index.js';
import type { PreparedData } from '../src/prepared-data.js';
import { experimentOf } from './support.js';

const folder = mkdtempSync(join(tmpdir(), 'tensorec-prepare-'));
const files = {
  'data.txt': 'u1 a b\nu2 b c\nu3 a c\n',
  'items.csv': 'id;title;kind\na;Alpha;x|y\nb;Beta;y\nc;Gamma;\n',
  'items.jsonl':
    '{"id":"a","title":"Alpha","kind":["x","y"]}\n{"id":"b","title":"Beta","kind":["y"]}\n',
  'users.csv': 'user,age\nu1,young\nu2,old\n',
  'users.jsonl': '{"user":"u1","age":"young"}\n',
};
for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function prepare(sections: object): Promise<PreparedData> {
  const data = { format: 'adjacency', path: 'data.txt', ...sections };
  return prepareData(experimentOf({ data, split: { method: 'leave-one-out' } }), folder, {});
}

const items = { path: 'items.csv', separator: ';', id: 'id', categories: 'kind' };

describe('what describes items and users', () => {
  it('has one category an item, or several where a separator is given', async () => {
    const one = await prepare({ items });
    expect(one.items).toMatchObject({ title: 'title', categories: 'kind' });
    expect(one.items?.table.columns.get('kind')).toEqual({
      kind: 'category',
      values: ['x|y', 'y', undefined],
    });
    const several = await prepare({ items: { ...items, tagSeparator: '|' } });
    expect(several.items?.table.columns.get('kind')).toEqual({
      kind: 'tags',
      values: [['x', 'y'], ['y'], []],
    });
    expect(several.items?.table.text('a', 'title')).toBe('Alpha');
  });

  it('is read from JSON lines as it stands there', async () => {
    const path = 'items.jsonl';
    const found = await prepare({
      items: { path, format: 'jsonl', id: 'id', categories: 'kind' },
      users: { path: 'users.jsonl', format: 'jsonl', group: 'age' },
    });
    expect(found.items?.table.columns.get('kind')?.kind).toBe('tags');
    expect(found.users?.table.columns.get('age')).toEqual({ kind: 'category', values: ['young'] });
  });

  it('has groups of users', async () => {
    const { users } = await prepare({ users: { path: 'users.csv', group: 'age' } });
    expect(users?.group).toBe('age');
    expect(users?.table.columns.get('age')).toEqual({ kind: 'category', values: ['young', 'old'] });
  });

  it.each([
    [{ items: { ...items, categories: 'sort' } }, 'has no column "sort" for data.items.categories'],
    [{ users: { path: 'users.csv', group: 'sex' } }, 'has no column "sex" for data.users.group'],
    [{ users: { path: 'nowhere.csv', group: 'sex' } }, 'Cannot find the data file nowhere.csv'],
  ])('is refused where a column or a file is missing: %j', async (sections, message) => {
    await expect(prepare(sections)).rejects.toThrow(message);
  });

  it('is refused where the experiment file contradicts itself', () => {
    expect(() =>
      experimentOf({
        data: { format: 'adjacency', path: 'x', items: { path: 'y', tagSeparator: '|' } },
      }),
    ).toThrow('name their column in data.items.categories');
    const jsonl = { ...items, format: 'jsonl', tagSeparator: '|', separator: undefined };
    expect(() => experimentOf({ data: { format: 'adjacency', path: 'x', items: jsonl } })).toThrow(
      'data.items.tagSeparator is for delimited files',
    );
    expect(() =>
      experimentOf({ data: { format: 'adjacency', path: 'x', users: { path: 'y' } } }),
    ).toThrow('data.users.group');
  });
});
