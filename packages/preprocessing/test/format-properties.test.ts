import { Interactions } from '@tensorec/core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  parseInteractions,
  type DataFormat,
  type DataSpec,
  type FeatureSpec,
} from '../src/index.js';
import { interactionLines } from '../src/write/interaction-lines.js';
import { features, readRows, rowsOf, source, split, type Row } from './sources.js';

/** A file of a format, and the rows that it holds. */
interface Written {
  readonly lines: readonly string[];
  readonly rows: readonly Row[];
}

const word = fc.stringMatching(/^[a-zé0-9_.-]{1,8}$/);
/** Any text that a JSON file or a quoted cell can hold. */
const text = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 6 })
  .filter((id) => !/[\0\p{Surrogate}]/u.test(id));
const value = fc.float({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0);
const time = fc.integer({ min: -8e12, max: 8e12 });
const events = <T>(id: fc.Arbitrary<T>): fc.Arbitrary<[T, T, number, number][]> =>
  fc.array(fc.tuple(id, id, value, time), { minLength: 1, maxLength: 12 });
const lists = fc.array(fc.tuple(word, fc.array(word, { minLength: 1, maxLength: 6 })), {
  minLength: 1,
  maxLength: 8,
});

const userLists = lists.map((users): Written => ({
  lines: users.map(([user, items]) => [user, ...items].join(' ')),
  rows: users.flatMap(([user, items]) => items.map((item): Row => [user, item])),
}));
const quoted = (cell: string | number): string => `"${String(cell).replaceAll('"', '""')}"`;

/** Each format with what is written in it; a format without an entry does not compile. */
const formats: Readonly<
  Record<
    DataFormat,
    { readonly spec: DataSpec | { format: 'candidates' }; readonly files: fc.Arbitrary<Written> }
  >
> = {
  delimited: {
    spec: {
      format: 'delimited',
      columns: { user: 'the user', item: 'item', value: 3, timestamp: 0 },
      timestampUnit: 'milliseconds',
    },
    files: fc.tuple(events(text), fc.boolean()).map(([rows, quotes]): Written => ({
      lines: [
        'time,item,the user,value',
        ...rows.map(([user, item, number, when]) => {
          const needsQuotes = quotes || /[",\r\n]/.test(user + item);
          const cells = [when, item, user, number];
          return cells.map(needsQuotes ? quoted : String).join(',');
        }),
      ],
      rows,
    })),
  },
  adjacency: { spec: { format: 'adjacency' }, files: userLists },
  sequences: { spec: { format: 'sequences' }, files: userLists },
  sessions: {
    spec: { format: 'sessions' },
    files: lists.map((sessions): Written => ({
      lines: sessions.map(([, items]) => items.join(' ')),
      rows: sessions.flatMap(([, items], n) =>
        items.map((item): Row => [`session-${n + 1}`, item]),
      ),
    })),
  },
  dst: {
    spec: { format: 'dst' },
    files: lists.map((users): Written => ({
      lines: [
        'A,1,1,"a title","/a"',
        ...users.flatMap(([user, items]) => [
          `C,"${user}",${user}`,
          ...items.map((item) => `V,${item},1`),
        ]),
      ],
      rows: users.flatMap(([user, items]) => items.map((item): Row => [user, item])),
    })),
  },
  recbole: {
    spec: { format: 'recbole', timestampUnit: 'milliseconds' },
    files: events(word).map((rows): Written => ({
      lines: [
        'user_id:token\titem_id:token\trating:float\ttimestamp:float',
        ...rows.map((row) => row.join('\t')),
      ],
      rows,
    })),
  },
  jsonl: {
    spec: {
      format: 'jsonl',
      columns: { user: 'u', item: 'i', value: 'v', timestamp: 't' },
      timestampUnit: 'milliseconds',
    },
    files: events(text).map((rows): Written => ({
      lines: rows.map(([u, i, v, t]) => JSON.stringify({ more: { t }, t, i, v, u })),
      rows,
    })),
  },
  candidates: {
    spec: { format: 'candidates' },
    files: fc.tuple(lists, fc.boolean()).map(([tests, pairs]): Written => ({
      lines: tests.map(([user, [positive, ...negatives]]) =>
        pairs
          ? [`(${user},${positive!})`, ...negatives].join('\t')
          : [user, positive, 'ignored', negatives.join(' ')].join('\t'),
      ),
      rows: tests.map(([user, [positive]]): Row => [user, positive!]),
    })),
  },
};

const lineEnd = fc.constantFrom('\n', '\r\n', '\r');

describe.each(Object.values(formats))('$spec.format', ({ spec, files }) => {
  it('gives the rows that were written, no more and no fewer', async () => {
    await fc.assert(
      fc.asyncProperty(files, lineEnd, fc.boolean(), async ({ lines, rows }, end, ends) => {
        const content = lines.join(end) + (ends ? end : '');
        if (spec.format !== 'candidates') {
          expect(await readRows(content, spec)).toEqual(rows);
          return;
        }
        const { test } = await split(['a b', { format: 'adjacency' }], [content, spec]);
        expect(rowsOf(test)).toEqual(rows);
      }),
    );
  });
});

describe('bad lines that may be left out', () => {
  it.each([
    [formats.delimited, 'one cell'],
    [formats.recbole, 'one cell'],
    [formats.jsonl, '{"u":'],
  ] as const)('%o cost no good line', async ({ spec, files }, badLine) => {
    const places = fc.array(fc.nat(), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(files, places, async ({ lines, rows }, bad) => {
        const mixed = [...lines];
        for (const place of bad) mixed.splice(1 + (place % mixed.length), 0, badLine);
        const result = await parseInteractions(source(mixed.join('\n')), {
          ...(spec as DataSpec),
          skipBadLines: true,
        });
        expect(rowsOf(result.interactions)).toEqual(rows);
        expect(result.skippedLines).toBe(bad.length);
      }),
    );
  });
});

describe('sessions as a test part', () => {
  it('give each target to a user of its own, with the prefix as history', async () => {
    const sessions = fc.array(fc.tuple(fc.array(word, { minLength: 1, maxLength: 5 }), word), {
      minLength: 1,
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(sessions, async (tests) => {
        const content = tests
          .map(([prefix, target]) => `${prefix.join(' ')}\t${target}`)
          .join('\n');
        const spec = { format: 'sessions' } as const;
        const { test, histories } = await split(['a b', spec], [content, spec]);
        expect(rowsOf(test)).toEqual(tests.map(([, target], n) => [`test-${n + 1}`, target]));
        expect(rowsOf(histories!)).toEqual(
          tests.flatMap(([prefix], n) => prefix.map((item) => [`test-${n + 1}`, item])),
        );
      }),
    );
  });
});

const table = fc.uniqueArray(
  fc.record({
    id: text,
    title: text,
    price: fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0),
  }),
  { selector: ({ id }) => id, minLength: 1, maxLength: 10 },
);

describe('features', () => {
  it.each<[FeatureSpec, (rows: readonly { id: string; title: string; price: number }[]) => string]>(
    [
      [
        { format: 'delimited', id: 'id', kinds: { price: 'number' } },
        (rows) =>
          [
            'id,title,price',
            ...rows.map(({ id, title, price }) => [id, title, price].map(quoted).join(',')),
          ].join('\n'),
      ],
      [{ format: 'jsonl', id: 'id' }, (rows) => rows.map((row) => JSON.stringify(row)).join('\n')],
    ],
  )('as %o read back', async (spec, write) => {
    await fc.assert(
      fc.asyncProperty(table, async (rows) => {
        const { ids, columns } = await features(write(rows), spec);
        expect([...ids]).toEqual(rows.map(({ id }) => id));
        expect([...columns.get('title')!.values]).toEqual(rows.map(({ title }) => title));
        expect([...columns.get('price')!.values]).toEqual(rows.map(({ price }) => price));
      }),
    );
  });
});

describe('what interactionLines writes', () => {
  it('reads back to the same fingerprint, with any ids, values and times', async () => {
    const special = fc.array(
      fc.constantFrom('"', ',', '\n', '\r', '=', '-', "'", '\ufeff', ' ', '1'),
      {
        minLength: 1,
        maxLength: 5,
      },
    );
    const id = fc.oneof(
      text,
      special.map((parts) => parts.join('')),
    );
    await fc.assert(
      fc.asyncProperty(events(id), fc.boolean(), fc.boolean(), async (rows, values, times) => {
        const data = Interactions.fromColumns({
          users: rows.map(([user]) => user),
          items: rows.map(([, item]) => item),
          ...(values && { values: rows.map(([, , number]) => number) }),
          ...(times && { timestamps: rows.map(([, , , when]) => when) }),
        });
        const lines = [...interactionLines(data, { format: 'delimited', formulas: 'keep' })];
        const { interactions } = await parseInteractions(source(lines.join('')), {
          format: 'delimited',
          columns: {
            user: 'user',
            item: 'item',
            ...(values && { value: 'value' }),
            ...(times && { timestamp: 'timestamp' }),
          },
          timestampUnit: 'milliseconds',
        });
        expect(interactions.fingerprint).toBe(data.fingerprint);
      }),
    );
  });
});
