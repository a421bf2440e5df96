import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { DelimitedLines, engineStatus, ready, type DelimitedProgress } from '../src/index.js';
import { plainLines } from './reference/delimited.js';

interface Read extends DelimitedProgress {
  readonly firstRows: number[];
  readonly secondRows: number[];
  readonly values: number[];
  readonly times: number[];
  readonly firstKeys: string[];
  readonly secondKeys: string[];
}

/** Reads a text in pieces; `refuse` is a first key to stop at. */
function read(text: string, separator: string, piece: number, refuse?: string): Read {
  const lines = DelimitedLines.open({
    separator: new TextEncoder().encode(separator),
    quotes: true,
    first: 1,
    second: 0,
    value: 2,
    time: 3,
    timeFactor: 1,
  })!;
  const found = { firstRows: [], secondRows: [], values: [], times: [] } as Pick<
    Read,
    'firstRows' | 'secondRows' | 'values' | 'times'
  >;
  const firstKeys: string[] = [];
  const secondKeys: string[] = [];
  const known = new Set<string>();
  const rowOf = (keys: string[], key: string): number => {
    const name = `${keys === firstKeys ? 'first' : 'second'} ${key}`;
    expect(known.has(name)).toBe(false);
    known.add(name);
    return keys.push(key) - 1;
  };
  const bytes = Buffer.from(text, 'latin1');
  let next = 0;
  let lineCount = 0;
  let stopped: boolean;
  try {
    for (;;) {
      const part = bytes.subarray(next, next + piece);
      const progress = lines.read(part, {
        resolve(keys) {
          const first = part.toString('latin1', keys.firstStart, keys.firstEnd);
          const second = part.toString('latin1', keys.secondStart, keys.secondEnd);
          if (first === refuse) return false;
          if (keys.firstRow < 0) keys.firstRow = rowOf(firstKeys, first);
          if (keys.secondRow < 0) keys.secondRow = rowOf(secondKeys, second);
          return true;
        },
        append({ firstRows, secondRows, values, times }) {
          found.firstRows.push(...firstRows);
          found.secondRows.push(...secondRows);
          found.values.push(...values);
          found.times.push(...times);
        },
      });
      next += progress.next;
      lineCount += progress.lines;
      ({ stopped } = progress);
      if (progress.next === 0 || stopped) break;
    }
  } finally {
    lines.close();
  }
  return { ...found, firstKeys, secondKeys, next, lines: lineCount, stopped };
}

function expectLikeReference(text: string, separator: string, piece: number): void {
  const expected = plainLines(text, separator);
  const found = read(text, separator, piece);
  expect(found.firstRows.map((row) => found.firstKeys[row])).toEqual(
    expected.rows.map((row) => row.first),
  );
  expect(found.secondRows.map((row) => found.secondKeys[row])).toEqual(
    expected.rows.map((row) => row.second),
  );
  expect(found.values).toEqual(expected.rows.map((row) => Math.fround(row.value)));
  expect(found.times).toEqual(expected.rows.map((row) => row.time));
  expect([found.next, found.lines]).toEqual([expected.next, expected.lines]);
}

const key = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: 0, max: 60 }).map(String) },
  {
    weight: 5,
    arbitrary: fc.string({ unit: fc.constantFrom('a', '\x80', ' ', '.'), maxLength: 20 }),
  },
  fc.constantFrom('', '"q', '\0', '\r', 'a"', '\t'),
);
const number = fc.oneof(
  { weight: 40, arbitrary: fc.integer({ min: 0, max: 999_999_999_999_999 }).map(String) },
  { weight: 40, arbitrary: fc.integer({ min: -99, max: 99 }).map((n) => String(n / 4)) },
  { weight: 10, arbitrary: fc.constantFrom('-0', '.5', '5.', '00000000', '123456789012345') },
  fc.constantFrom(
    '1234567890123456',
    '1e3',
    '',
    '-',
    '.',
    '-.',
    '1.2.3',
    '12345678x',
    '/',
    ':',
    ' 1',
  ),
);
const line = fc
  .tuple(
    fc.tuple(key, key, number, number),
    fc.constantFrom('', '', '\0more'),
    fc.constantFrom('\n', '\n', '\r\n', '\n\n'),
  )
  .map(
    ([fields, more, end]) =>
      [...fields, ''].join('\x01').slice(0, -1) + more.replace('\0', '\x01') + end,
  );
/** Texts of lines that are repeated, so that there are several chunks. */
const texts = fc
  .tuple(
    fc.array(line, { maxLength: 40 }),
    fc.integer({ min: 1, max: 200 }),
    fc.constantFrom('', '1', '1\x012'),
  )
  .map(([lines, repeats, rest]) => lines.join('').repeat(repeats) + rest);

/** Two keys of 16 bytes with one hash of assembly/keys.ts: the second half makes up for another first half. */
function collidingKeys(): [string, string] {
  const bits = (word: bigint): bigint => BigInt.asUintN(64, word);
  const mix = (word: bigint): bigint => {
    const product = bits(word * 0x9e3779b97f4a7c15n);
    return product ^ (product >> 32n);
  };
  const half = (word: bigint): Buffer => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(word);
    return bytes;
  };
  const isText = (bytes: Buffer): boolean => bytes.every((byte) => byte > 44);
  const first = half(0x6161616161616161n);
  const second = half(0x6262626262626262n);
  for (let n = 0n; ; n++) {
    const otherFirst = half(0x6363636361616161n + n);
    const word = (bytes: Buffer): bigint => mix(16n ^ bytes.readBigUInt64LE());
    const otherSecond = half(second.readBigUInt64LE() ^ word(first) ^ word(otherFirst));
    if (!isText(otherFirst) || !isText(otherSecond)) continue;
    const text = (...parts: Buffer[]): string => Buffer.concat(parts).toString('latin1');
    return [text(first, second), text(otherFirst, otherSecond)];
  }
}

describe.each([1, 2, 3])('DelimitedLines with %i threads', (threads) => {
  beforeAll(async () => {
    await ready({ threads });
  });

  it.each([',', '::', '8'])('reads what the reference reads, separated by %s', (separator) => {
    const pieces = fc.constantFrom(DelimitedLines.most, 40_000, 3000);
    fc.assert(
      fc.property(texts, pieces, (text, piece) => {
        const content = text.replaceAll('8', '9').replaceAll('\x01', separator);
        expectLikeReference(content, separator, piece);
        expect(engineStatus()?.usedBytes).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  it('reads tables of many keys, and lines of any length', () => {
    let text = '';
    for (let n = 0; n < 20_000; n++) text += `k${n},${'key '.repeat(n % 7)}${n},${n},-${n}.5\r\n`;
    text += `a,b,1,2,${'x'.repeat(70_000)}\n`.repeat(5);
    expectLikeReference(text.repeat(2), ',', DelimitedLines.most);
    expectLikeReference('1,1,1,1\n'.repeat(30_000), ',', DelimitedLines.most);
    expectLikeReference('\n'.repeat(100_000), ',', DelimitedLines.most);
    expectLikeReference('', ',', DelimitedLines.most);
  });

  it('tells keys of one hash apart', () => {
    const [one, other] = collidingKeys();
    const text = `${one},1,1,1\n${other},1,1,1\n${one},${other},1,1\n`;
    const { firstRows, secondRows } = read(text, ',', DelimitedLines.most);
    expect([firstRows, secondRows]).toEqual([
      [0, 0, 1],
      [0, 1, 0],
    ]);
  });

  it('stops before a line whose key is refused, and takes what comes before', () => {
    const text = `${'1,2,3,4\n\n'.repeat(9000)}1,no,3,4\n1,2,3,4\n`;
    const found = read(text, ',', DelimitedLines.most, 'no');
    expect(found).toMatchObject({ next: 81_000, lines: 18_000, stopped: true });
    expect(found.firstRows).toHaveLength(9000);
    expect(found.firstKeys).toEqual(['2']);
  });
});
