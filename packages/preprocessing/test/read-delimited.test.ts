import { describe, expect, it } from 'vitest';
import { parseInteractions, type DataSpec, type DelimitedSpec } from '../src/index.js';
import { errorOf } from './error-of.js';
import { read, readRows, source } from './sources.js';

const plain: DelimitedSpec = { format: 'delimited' };
const rated: DelimitedSpec = {
  format: 'delimited',
  columns: { user: 0, item: 1, value: 2, timestamp: 3 },
};

async function messageOf(content: string | Uint8Array, spec: DataSpec): Promise<string> {
  const error = await errorOf(() => read(content, spec));
  return `${error.code}: ${error.message}`;
}

describe('delimited interactions', () => {
  it('are read by index, with values and times', async () => {
    const { interactions, skippedLines } = await read('ann,x,4.5,1000\nbob,y,-1e1,2000\n', rated);
    expect(interactions.role).toBe('whole');
    expect([...interactions.users]).toEqual(['ann', 'bob']);
    expect([...interactions.items]).toEqual(['x', 'y']);
    expect(interactions.values).toEqual(Float32Array.of(4.5, -10));
    expect(interactions.timestamps).toEqual(Float64Array.of(1e6, 2e6));
    expect(skippedLines).toBe(0);
  });

  it('have no values and no times where no column is given', async () => {
    const { interactions } = await read('a,x,1\nb,x,2\n', plain);
    expect(interactions.values).toBeUndefined();
    expect(interactions.timestamps).toBeUndefined();
    expect(interactions.userRows).toEqual(Int32Array.of(0, 1));
  });

  it('are read by name from a header, in any order of columns', async () => {
    const spec: DataSpec = { format: 'delimited', columns: { user: 'who', item: 'what' } };
    expect(await readRows('what,when,who\nx,1,ann\n', spec)).toEqual([['ann', 'x']]);
    const header: DataSpec = { format: 'delimited', header: true };
    expect(await readRows('user,item\nann,x\n', header)).toEqual([['ann', 'x']]);
  });

  it.each(['\t', ';', '::', '|', ' ', ' - ', '→'])('are separated by %j', async (separator) => {
    const text = `a${separator}x${separator}3\nb${separator}y${separator}4\n`;
    const columns = { user: 0, item: 1, value: 2 };
    expect(await readRows(text, { format: 'delimited', separator, columns })).toEqual([
      ['a', 'x', 3],
      ['b', 'y', 4],
    ]);
  });

  it('may quote cells, with separators, quotes and line ends within', async () => {
    const text = '"a,1","x ""y"""\r\n"b\n2",z\n';
    expect(await readRows(text, plain)).toEqual([
      ['a,1', 'x "y"'],
      ['b\n2', 'z'],
    ]);
  });

  it.each([
    ['LF', 'a,x\nb,y\nc,z\n'],
    ['CRLF', 'a,x\r\nb,y\r\nc,z\r\n'],
    ['CR', 'a,x\rb,y\rc,z\r'],
    ['mixed', 'a,x\rb,y\r\nc,z\n'],
    ['missing at the end', 'a,x\nb,y\nc,z'],
    ['doubled', 'a,x\n\nb,y\r\n\r\nc,z\n\n'],
    ['after a byte order mark', '\ufeffa,x\nb,y\nc,z\n'],
  ])('end lines with %s, whatever the blocks are', async (_, text) => {
    const expected = [
      ['a', 'x'],
      ['b', 'y'],
      ['c', 'z'],
    ];
    for (const blockSize of [1, 2, 3, 100]) {
      const { interactions } = await parseInteractions(source(text, blockSize), plain);
      expect([...interactions.users], `blocks of ${blockSize}`).toEqual(['a', 'b', 'c']);
      expect([...interactions.items]).toEqual(expected.map(([, item]) => item));
    }
  });

  it('keep ids as text, or read them as numbers', async () => {
    expect(await readRows('007,7\n7,07\n', plain)).toEqual([
      ['007', '7'],
      ['7', '07'],
    ]);
    const numbers: DataSpec = { format: 'delimited', ids: 'number' };
    const { interactions } = await read('007,-0\n7.0,0\n7,1e2\n', numbers);
    expect([...interactions.users]).toEqual([7]);
    expect([...interactions.items]).toEqual([0, 100]);
  });

  it('tell apart ids of all lengths, also those that share beginnings and ends', async () => {
    const ids = Array.from({ length: 40 }, (_, length) => 'é'.repeat(length) + 'a');
    const text = ids.map((id) => `${id},${id}b\n`).join('');
    const { interactions } = await read(text + text, plain);
    expect([...interactions.users]).toEqual(ids);
    expect([...interactions.userRows]).toEqual([...ids.keys(), ...ids.keys()]);
  });
});

describe('timestamps', () => {
  const times = async (cells: string[], unit?: 'seconds' | 'milliseconds'): Promise<number[]> => {
    const text = cells.map((cell) => `a,x,${cell}\n`).join('');
    const columns = { user: 0, item: 1, timestamp: 2 };
    const spec: DataSpec = { format: 'delimited', columns, timestampUnit: unit };
    return [...((await read(text, spec)).interactions.timestamps ?? [])];
  };

  it('are seconds when all are below 1e11', async () => {
    expect(await times(['881250949', '99999999999'])).toEqual([881250949000, 99999999999000]);
  });

  it('are milliseconds when one is not', async () => {
    expect(await times(['1', '100000000000'])).toEqual([1, 1e11]);
  });

  it('are what the unit says', async () => {
    expect(await times(['5'], 'milliseconds')).toEqual([5]);
    expect(await times(['1600000000000'], 'seconds')).toEqual([1.6e15]);
  });

  it('are ISO-8601 dates, UTC without a zone', async () => {
    // From the definition of Unix time: 2000-01-01 is day 10957.
    const newYear = 10957 * 86_400_000;
    expect(
      await times([
        '2000-01-01',
        '2000-01-01T00:00:01Z',
        '2000-01-01 01:00:00+01:00',
        '1999-12-31T19:00-0500',
        '2000-01-01T00:00:00.250Z',
      ]),
    ).toEqual([newYear, newYear + 1000, newYear, newYear, newYear + 250]);
  });

  it.each(['2000-02-30', '2000-13-01', '2000-01-01T24:00:00Z', 'yesterday', '', 'NaN', '1/2/2000'])(
    'are never %j',
    async (cell) => {
      const error = await errorOf(() => times([cell]));
      expect(error.message).toMatch(/^data:1:5: found .*expected a timestamp/);
    },
  );

  it('are not partly dates', async () => {
    const error = await errorOf(() => times(['1', '2000-01-01']));
    expect(error.message).toMatch(/^data:2:5: found a date, expected numbers/);
  });
});

describe('a bad line', () => {
  it.each<[string, string, DelimitedSpec, RegExp]>([
    [
      'has too few fields',
      'a,x\nb\n',
      plain,
      /data:2:1: found 1 field .* expected at least 2; correct/,
    ],
    ['has another separator', 'a\tx\n', plain, /data:1:1: found 1 field .*set separator to "\\t"/],
    [
      'has no number',
      'a,x,good,1\n',
      rated,
      /data:1:5: found "good", expected a finite number.*header/,
    ],
    ['has NaN', 'a,x,1,1\na,x,NaN,1\n', rated, /data:2:5: found "NaN", expected a finite number/],
    ['has Infinity', 'a,x,Infinity,1\n', rated, /data:1:5: found "Infinity"/],
    ['has a number beyond 32 bits', 'a,x,1e39,1\n', rated, /data:1:5: found "1e39"/],
    ['has a hexadecimal number', 'a,x,0x10,1\n', rated, /data:1:5: found "0x10"/],
    ['has an empty id', 'é,x\n,y\n', plain, /data:2:1: found an empty cell, expected an id/],
    ['has an empty item', 'é,\n', plain, /data:1:3: found an empty cell, expected an id/],
    [
      'has an unclosed quote',
      'a,x\nb,"y\nc,z\n',
      plain,
      /data:2:3: found an opening quote without/,
    ],
    ['has text after a quote', 'a,"x"y\n', plain, /data:1:6: found text after a closing quote/],
    ['has a NUL', 'a,x\nb,\0\n', plain, /data:2:3: found a NUL byte/],
    [
      'has an id that is no number',
      'a,1\n',
      { format: 'delimited', ids: 'number' },
      /data:1:1: found "a", expected a number; set ids to "string"/,
    ],
    [
      'has not the column named',
      'usr,item\na,x\n',
      { format: 'delimited', columns: { user: 'user', item: 'item' } },
      /data:1:1: found the columns "usr", "item", expected one named "user"; did you mean "usr"/,
    ],
    [
      'is a header with another separator',
      'user;item\na;x\n',
      { format: 'delimited', columns: { user: 'user', item: 'item' } },
      /set separator to ";"/,
    ],
  ])('that %s', async (_, text, spec, message) => {
    const found = await messageOf(text, spec);
    expect(found).toMatch(message);
    expect(found).toMatch(/^parse: /);
  });

  it('counts the lines within quotes', async () => {
    expect(await messageOf('"a\nb\r\nc",x\nd\n', plain)).toMatch(/data:4:1:/);
  });

  it('is not UTF-8', async () => {
    expect(await messageOf(Uint8Array.of(97, 44, 0xe9, 10), plain)).toMatch(
      /parse: data:1:3: found bytes that are not UTF-8.*convert the file/,
    );
  });

  it('is longer than 1 MiB', async () => {
    expect(await messageOf(`a,x\n${'b'.repeat(1 << 20)},y\n`, plain)).toMatch(
      /parse: data:2:1: found a line of more than 1 MiB/,
    );
    const skipping: DataSpec = { ...plain, skipBadLines: true };
    const text = `a,x\n${'b'.repeat(3 << 20)},y\nc,z\n`;
    expect(await readRows(text, skipping)).toEqual([
      ['a', 'x'],
      ['c', 'z'],
    ]);
  });

  it('is left out where that is allowed, and nothing of it is kept', async () => {
    const text = 'a,x,1,1\nnew,y,bad,1\nb,,1,1\nb,z,2,2\n';
    const result = await read(text, { ...rated, skipBadLines: true });
    expect([...result.interactions.users]).toEqual(['a', 'b']);
    expect([...result.interactions.items]).toEqual(['x', 'z']);
    expect(result.skippedLines).toBe(2);
    expect(result.skipped).toHaveLength(2);
    expect(result.skipped[0]).toMatch(/^data:2:7: found "bad"/);
  });

  it('is an error beyond the number allowed', async () => {
    const text = 'a,x\nb\nc\nd,y\n';
    expect((await read(text, { ...plain, skipBadLines: 2 })).skippedLines).toBe(2);
    expect(await messageOf(text, { ...plain, skipBadLines: 1 })).toMatch(
      /data:3:1: .*This is bad line 2; skipBadLines allows 1/,
    );
  });

  it('is shown ten times at most', async () => {
    const result = await read(`a,x\n${'bad\n'.repeat(30)}`, { ...plain, skipBadLines: true });
    expect(result.skippedLines).toBe(30);
    expect(result.skipped).toHaveLength(10);
  });
});

describe('a file', () => {
  it('that is empty is an error', async () => {
    expect(await messageOf('', plain)).toMatch(/^empty-data: data is empty/);
  });

  it.each(['\ufeff', '\n\n'])('of nothing but %j is an error', async (text) => {
    expect(await messageOf(text, plain)).toMatch(/^empty-data: data holds no interactions/);
  });

  it('of a header only is an error', async () => {
    expect(await messageOf('user,item\n', { format: 'delimited', header: true })).toMatch(
      /^empty-data: data holds no interactions: .*header/,
    );
  });

  it('whose lines are all bad is an error that shows the first', async () => {
    expect(await messageOf('a\nb\n', { ...plain, skipBadLines: true })).toMatch(
      /^empty-data: .*all 2 lines were bad, the first: data:1:1/,
    );
  });

  it.each([
    ['gzip data', [0x1f, 0x8b, 8]],
    ['a zip archive', [0x50, 0x4b, 3, 4]],
    ['a Parquet file', [0x50, 0x41, 0x52, 0x31, 0x15]],
    ['UTF-16 text', [0xff, 0xfe, 0x61, 0]],
  ])('that is %s is recognised', async (kind, bytes) => {
    const found = await messageOf(
      Uint8Array.from([...bytes, ...Array<number>(20).fill(32)]),
      plain,
    );
    expect(found).toContain(`parse: data:1:1: found ${kind}`);
  });
});

describe('a specification', () => {
  it.each<[string, unknown, RegExp]>([
    [
      'unknown key',
      { format: 'delimited', seperator: ';' },
      /unknown key "seperator"; did you mean "separator"/,
    ],
    ['key of another format', { format: 'adjacency', header: true }, /unknown key "header"/],
    ['unknown format', { format: 'csv' }, /format/],
    ['empty separator', { format: 'delimited', separator: '' }, /separator/],
    ['quote as separator', { format: 'delimited', separator: '"' }, /holds no quote/],
    ['negative column', { format: 'delimited', columns: { user: -1, item: 0 } }, /columns\.user/],
    [
      'name without header',
      { format: 'delimited', header: false, columns: { user: 'user', item: 1 } },
      /"user" is given by name and header is false/,
    ],
  ])('with an %s is an error', async (_, spec, message) => {
    const error = await errorOf(() => read('a,x\n', spec as DataSpec));
    expect(error.code).toBe('invalid-argument');
    expect(error.message).toMatch(message);
  });

  it('is typed', () => {
    // @ts-expect-error -- an unknown format
    const format: DataSpec = { format: 'csv' };
    // @ts-expect-error -- adjacency has no columns
    const columns: DataSpec = { format: 'adjacency', columns: { user: 0, item: 1 } };
    expect([format, columns]).toHaveLength(2);
  });
});

describe('a long read', () => {
  const long = 'user,item\n'.repeat(400_000);

  it('reports progress that never decreases', async () => {
    const fractions: number[] = [];
    const bytes = new TextEncoder().encode(long);
    let given = 0;
    async function* blocks(): AsyncGenerator<Uint8Array> {
      for (; given < bytes.length; given += 1 << 16) {
        yield await Promise.resolve(bytes.subarray(given, given + (1 << 16)));
      }
    }
    const counted = { name: 'long', bytes: blocks(), fractionRead: () => given / bytes.length };
    await parseInteractions(counted, plain, {
      onProgress: ({ stage, fraction }) => {
        expect(stage).toBe('read long');
        fractions.push(fraction);
      },
    });
    expect(fractions.at(-1)).toBe(1);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
  });

  it('can be aborted', async () => {
    const reason = new Error('enough');
    const controller = new AbortController();
    setTimeout(() => {
      controller.abort(reason);
    }, 1);
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) yield await Promise.resolve(new TextEncoder().encode('a,x\n'.repeat(1000)));
    }
    const call = parseInteractions({ name: 'endless', bytes: endless() }, plain, {
      signal: controller.signal,
    });
    await expect(call).rejects.toBe(reason);
  });
});
