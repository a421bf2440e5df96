import { isTensorecError } from '@tensorec/core';
import { engineStatus, ready } from '@tensorec/kernels';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseInteractions, parseSplit, type DataSpec } from '../src/index.js';
import { source } from './sources.js';

// Texts of more than 64 KiB in long blocks are read by the kernels where their lines are plain; in short blocks every
// line is read by itself. Both must give the same.

const columns = { user: 0, item: 1, value: 2, timestamp: 3 };

interface Case {
  readonly spec: DataSpec;
  readonly header: string;
  readonly separator: string;
}

const cases: readonly Case[] = [
  { spec: { format: 'delimited', columns }, header: '', separator: ',' },
  {
    spec: { format: 'delimited', columns, ids: 'number', timestampUnit: 'seconds' },
    header: '',
    separator: ',',
  },
  {
    spec: { format: 'delimited', columns, separator: '::', timestampUnit: 'milliseconds' },
    header: '',
    separator: '::',
  },
  { spec: { format: 'delimited' }, header: '', separator: ',' },
  {
    spec: { format: 'delimited', columns: { user: 'b', item: 'a' }, separator: '\t' },
    header: 'a\tb\tc\td',
    separator: '\t',
  },
  {
    spec: { format: 'delimited', columns: { user: 0, item: 0, timestamp: 3 }, header: true },
    header: 'x',
    separator: ',',
  },
  {
    spec: { format: 'recbole' },
    header: 'user_id:token\titem_id:token\trating:float\ttimestamp:float',
    separator: '\t',
  },
];

const id = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: -5, max: 400 }).map(String) },
  fc.constantFrom('7.0', '007', '12345678', '123456789', '1234567890123456789'),
  fc.constantFrom('a', 'é', 'abcdefgh', 'abcdefghi', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'x"y', ' 7'),
);
const number = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: -9, max: 99999 }).map(String) },
  { weight: 8, arbitrary: fc.constantFrom('4.5', '-0', '0.1', '.5', '5.', '-.25', '123456.789') },
  fc.constantFrom('999999999999999', '-12345678901234.5', '1234567890123456', '-123456789012345.'),
  fc.constantFrom('1e3', '+1', ' 4', '4 ', '0.000000000000001', '3.4028235e38', '1.2.3'),
);
const plainNumber = fc.oneof(fc.integer({ min: 0, max: 99999 }).map(String), fc.constant('4.5'));
const plainId = fc.oneof(
  fc.integer({ min: 0, max: 300 }).map(String),
  fc.integer({ min: 0, max: 300 }).map((n) => `1000000${n}`),
);

/** Lines that are plain for nearly every specification. */
const plain = fc
  .tuple(plainId, plainId, plainNumber, plainNumber, fc.constantFrom('\n', '\n', '\n', '\r\n'))
  .map(([user, item, value, time, end]) => [`${user}\0${item}\0${value}\0${time}`, end] as const);

/** Lines of which many are not; a NUL stands for the separator. */
const odd = fc.oneof(
  fc
    .tuple(id, id, number, number, fc.constantFrom('\n', '\r\n', '\r'))
    .map(([user, item, value, time, end]) => [`${user}\0${item}\0${value}\0${time}`, end] as const),
  fc
    .constantFrom(
      ...['', ' ', '"1"\0"2"\0"3"\0"4"', '"1\n2"\0x\0' + '3\0' + '4', '"a""b"\0c\0' + '1\0' + '2'],
      ...['1', '1\0', '\0' + '2\0' + '3\0' + '4', '1\0\0' + '3\0' + '4', '1\0' + '2\0x\0' + '4'],
      ...[
        '1\0' + '2\0' + '3\0' + '2020-01-01',
        '1\0' + '2\0' + '3\0' + '1e12',
        '1:2\0' + '3\0' + '4\0' + '5',
      ],
      ...[
        '1\0' + '2\0' + '3\0' + '4\0' + '5\0"6"',
        '1\0' + '2\0' + '3\0' + '4\0\u0001',
        'NUL\0' + '2\0' + '3\0' + '4',
      ],
      ...[
        '"open\0' + '2\0' + '3\0' + '4',
        '"1"2\0' + '3\0' + '4\0' + '5',
        '\ufeff1\0' + '2\0' + '3\0' + '4',
      ],
    )
    .map((line) => [line, '\n'] as const),
);

/** The places of a few odd lines among plain ones, which are repeated until the text is long enough. */
const texts = fc.record({
  lines: fc.array(plain, { minLength: 200, maxLength: 600 }),
  odd: fc.array(fc.tuple(odd, fc.nat()), { maxLength: 12 }),
  bytes: fc.option(fc.tuple(fc.constantFrom(0, 0xff, 0xc3, 13), fc.nat()), { nil: undefined }),
  endsWithLineEnd: fc.boolean(),
});

type Text = typeof texts extends fc.Arbitrary<infer Value> ? Value : never;

function textOf(
  { lines, odd: oddLines, bytes, endsWithLineEnd }: Text,
  { header, separator }: Case,
): Uint8Array {
  const all: (readonly [string, string])[] = [];
  for (let length = 0; length < 150_000;) {
    for (const line of lines) {
      all.push(line);
      length += line[0].length + 1;
    }
  }
  for (const [line, place] of oddLines) all.splice(place % (all.length + 1), 0, line);
  let text = header === '' ? '' : `${header}\n`;
  for (const [line, end] of all)
    text += line.replaceAll('\0', separator).replace('NUL', '\0') + end;
  const content = Buffer.from(endsWithLineEnd ? text : text.replace(/[\r\n]+$/, ''));
  if (bytes !== undefined) content[bytes[1] % content.length] = bytes[0];
  return new Uint8Array(content);
}

/** What a call gives, or the code and message of its TensorecError; any other error fails the test. */
async function outcome(
  content: Uint8Array,
  sizes: readonly number[],
  spec: DataSpec,
): Promise<unknown> {
  try {
    const result = await parseInteractions(source(content, sizes), spec);
    const { interactions, ...skipped } = result;
    return { fingerprint: interactions.fingerprint, size: interactions.size, ...skipped };
  } catch (error) {
    if (isTensorecError(error)) return `${error.code}: ${error.message}`;
    throw error;
  }
}

const blocks = fc.constantFrom([1 << 20], [70_000], [100_000, 5, 70_000]);
const skipBadLines = fc.constantFrom(true, true, 3, false);

describe.each([1, 2, 3])('plain lines with %i threads', (threads) => {
  beforeAll(async () => {
    await ready({ threads });
  });

  it.each(cases)('gives what line by line gives: $spec', async (one) => {
    await fc.assert(
      fc.asyncProperty(texts, blocks, skipBadLines, async (text, sizes, skip) => {
        const content = textOf(text, one);
        const spec = { ...one.spec, skipBadLines: skip };
        const together = await outcome(content, sizes, spec);
        expect(together).toEqual(await outcome(content, [4096], spec));
        expect(engineStatus()?.usedBytes).toBe(0);
      }),
      { numRuns: 40 },
    );
  });
});

describe('plain lines', () => {
  it('reads many distinct ids, short and long, as line by line', async () => {
    let text = '';
    for (let n = 0; n < 60_000; n++) {
      text += `${n % 3 === 0 ? '' : 'a-long-prefix-'}${(n * 7919) % 40_009},${'i'.repeat(n % 20)}${n}\n`;
    }
    text += `${'x'.repeat(100_000)},1\n`.repeat(3);
    const content = new TextEncoder().encode(text);
    const spec: DataSpec = { format: 'delimited' };
    const together = await outcome(content, [1 << 20], spec);
    expect(together).toEqual(await outcome(content, [4096], spec));
    expect(together).toMatchObject({ size: 60_003 });
  });

  it('reads long lines and files without plain lines as line by line', async () => {
    const spec: DataSpec = { format: 'delimited', skipBadLines: true };
    const long = `1,2,${'x'.repeat(400_000)}\n`;
    for (const text of [
      '"1","2"\n'.repeat(40_000),
      `1,2\n"3",4\n`.repeat(20_000),
      `${'1,2\n3,4\n'.repeat(9000)}${long}5,6\n${long}${long}${long}7,8\n`,
      `${'1,2\n'.repeat(20_000)}1,${'y'.repeat(1 << 21)}\n3,4\n`,
      '1,2\r'.repeat(40_000),
      '\n'.repeat(70_000) + '1,2\n',
    ]) {
      const content = new TextEncoder().encode(text);
      const together = await outcome(content, [1 << 20], spec);
      expect(together).toEqual(await outcome(content, [4096], spec));
    }
  });

  it('shares ids between the parts of a split', async () => {
    const lines = (step: number): string =>
      Array.from({ length: 20_000 }, (_, n) => `${(n * step) % 977},${(n * step) % 1009}\n`).join(
        '',
      );
    const parts = (size: number): Parameters<typeof parseSplit>[0] => {
      const spec = { format: 'delimited' } as const;
      return {
        train: { source: source(lines(7), size), spec },
        test: { source: source(`new,item\n${lines(11)}`, size), spec },
      };
    };
    const together = await parseSplit(parts(1 << 20));
    const single = await parseSplit(parts(4096));
    expect(together.splitId).toBe(single.splitId);
    expect(together.test.fingerprint).toBe(single.test.fingerprint);
  });
});
