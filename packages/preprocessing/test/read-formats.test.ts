import { describe, expect, it } from 'vitest';
import type { DataSpec } from '../src/index.js';
import { errorOf } from './error-of.js';
import { read, readRows } from './sources.js';

describe.each(['adjacency', 'sequences'] as const)('%s', (format) => {
  it('is a line a user', async () => {
    expect(await readRows('u1 a b\t c\nu2  a \n\nu3\n', { format })).toEqual([
      ['u1', 'a'],
      ['u1', 'b'],
      ['u1', 'c'],
      ['u2', 'a'],
    ]);
  });

  it('may name a user again', async () => {
    const { interactions } = await read('1 5\n2 5\n1 6', { format, ids: 'number' });
    expect([...interactions.userRows]).toEqual([0, 1, 0]);
    expect([...interactions.items]).toEqual([5, 6]);
  });

  it('leaves nothing of a bad line behind', async () => {
    const spec: DataSpec = { format, ids: 'number', skipBadLines: true };
    const { interactions, skipped } = await read('1 2\n7 8 x\n3 4\n', spec);
    expect([...interactions.users]).toEqual([1, 3]);
    expect([...interactions.items]).toEqual([2, 4]);
    expect(skipped[0]).toMatch(/^data:2:5: found "x", expected a number/);
  });
});

describe('sessions', () => {
  it('are a line each', async () => {
    expect(await readRows('a b a\n\nc\n', { format: 'sessions' })).toEqual([
      ['session-1', 'a'],
      ['session-1', 'b'],
      ['session-1', 'a'],
      ['session-3', 'c'],
    ]);
  });

  it('have no targets', async () => {
    const error = await errorOf(() => read('a b\tc\n', { format: 'sessions' }));
    expect(error.message).toMatch(/^data:1:4: found a tab/);
  });
});

describe('dst', () => {
  const text = [
    'I,4,"www.example.com","made by hand"',
    'A,1287,1,"International, with a comma","/autoroute"',
    'C,"10001",10001',
    'V,1000,1',
    'V,1001,1',
    '',
    'C,"10002",10002',
    'C,"10003",10003',
    'V,1001,1',
  ];

  it('is cases, each with its visits', async () => {
    expect(await readRows(text.join('\n'), { format: 'dst' })).toEqual([
      ['10001', '1000'],
      ['10001', '1001'],
      ['10003', '1001'],
    ]);
  });

  it('makes no user of a case without visits', async () => {
    const { interactions } = await read(text.join('\r\n'), { format: 'dst', ids: 'number' });
    expect([...interactions.users]).toEqual([10001, 10003]);
    expect([...interactions.items]).toEqual([1000, 1001]);
  });

  it.each([
    ['1,2,3', /^data:1:1: found a line that does not begin with a capital letter and a comma/],
    ['V,1,1', /^data:1:1: found a visit before any user/],
    ['C,"1"', /^data:1:1: found 2 fields in a case line, expected 3/],
    ['C,"1",', /^data:1:7: found an empty cell/],
    ['C,"1",1\nV', /^data:2:1: found a line that does not begin/],
    ['C,"1",1\nV,,1', /^data:2:3: found an empty cell/],
  ])('%j is an error', async (bad, message) => {
    const error = await errorOf(() => read(bad, { format: 'dst' }));
    expect(error.code).toBe('parse');
    expect(error.message).toMatch(message);
  });

  it('gives no visits of a bad case to the one before', async () => {
    const bad = 'C,"1",1\nV,5,1\nC,"x"\nV,6,1\nC,"2",2\nV,7,1\n';
    const { interactions, skippedLines } = await read(bad, { format: 'dst', skipBadLines: true });
    expect([...interactions.items]).toEqual(['5', '7']);
    expect(skippedLines).toBe(2);
  });
});

describe('recbole', () => {
  const text =
    'item_id:token\tuser_id:token\trating:float\ttimestamp:float\n242\t196\t3\t881250949\n';

  it('has a typed header', async () => {
    expect(await readRows(text, { format: 'recbole' })).toEqual([['196', '242', 3, 881250949000]]);
  });

  it('need not have ratings and times', async () => {
    const short = 'user_id:token\titem_id:token\nu "1\t"x\n';
    expect(await readRows(short, { format: 'recbole' })).toEqual([['u "1', '"x']]);
  });

  it('may have other names', async () => {
    const columns = { user: 'rating', item: 'item_id' };
    expect(await readRows(text, { format: 'recbole', columns })).toEqual([['3', '242']]);
  });

  it('without its columns is an error', async () => {
    const error = await errorOf(() => read('a\tb\n1\t2\n', { format: 'recbole' }));
    expect(error.code).toBe('parse');
    expect(error.message).toMatch(
      /^data:1:1: found the columns "a", "b", expected one named "user_id"/,
    );
  });
});

describe('jsonl', () => {
  const columns = { user: 'u', item: 'i', value: 'v', timestamp: 't' };
  const spec: DataSpec = { format: 'jsonl', columns };

  it('is an object a line', async () => {
    const text = '{"u":"a","i":7,"v":0.5,"t":1000}\n\n{"t":2000,"v":1,"i":"y","u":"a","more":[]}';
    expect(await readRows(text, spec)).toEqual([
      ['a', '7', 0.5, 1e6],
      ['a', 'y', 1, 2e6],
    ]);
  });

  it('may have dates', async () => {
    const text = '{"u":"a","i":"x","v":1,"t":"1970-01-02"}\n';
    expect(await readRows(text, spec)).toEqual([['a', 'x', 1, 86_400_000]]);
  });

  it.each([
    ['nonsense', /expected one JSON object/],
    ['[1]', /expected a JSON object/],
    ['{"u":"a","v":1,"t":1}', /found no property "i"/],
    ['{"u":"","i":"x","v":1,"t":1}', /found "" as "u", expected an id/],
    ['{"u":null,"i":"x","v":1,"t":1}', /found null as "u", expected an id/],
    ['{"u":"a","i":"x","v":"1","t":1}', /found "1" as "v", expected a finite number/],
    ['{"u":"a","i":"x","v":1e99,"t":1}', /too great for 32 bits/],
    ['{"u":"a","i":"x","v":1,"t":"soon"}', /found "soon" as "t", expected a timestamp/],
    ['[[[[[['.repeat(10_000), /expected one JSON object/],
  ])('that is bad is an error', async (line, message) => {
    const error = await errorOf(() => read(`${line}\n`, spec));
    expect(error.code).toBe('parse');
    expect(error.message).toMatch(/^data:1:1: /);
    expect(error.message).toMatch(message);
  });
});
