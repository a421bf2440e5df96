import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  inspectInteractions,
  type DataSpec,
  type InspectOptions,
  type InteractionStatistics,
} from '../src/index.js';
import { errorOf } from './error-of.js';
import { source } from './sources.js';

const columns = { user: 0, item: 1, value: 2, timestamp: 3 };
const full: DataSpec = { format: 'delimited', columns };
const pairs: DataSpec = { format: 'delimited' };

function inspect(
  text: string,
  spec: DataSpec = full,
  options: InspectOptions = {},
): Promise<InteractionStatistics> {
  return inspectInteractions(source(text, [3, 11, 5]), spec, options);
}

describe('inspectInteractions', () => {
  // Seconds: the half hour lies between 1000000100 and 1000003600.
  const text = [
    'a,x,1,1000000000',
    'a,y,2,1000000100',
    'a,x,1,1000003600',
    '',
    'b,x,5,1000000000',
    'b,x,5,1000000000',
    'b,z,what,1000000000',
    'c,z,4,1000000050',
  ].join('\n');

  it('counts by hand', async () => {
    const found = await inspect(text);
    expect(found).toMatchObject({
      lines: 8,
      skippedLines: 1,
      users: 3,
      items: 3,
      interactions: 6,
      singleUsers: 1,
      singleItems: 2,
      duplicates: { pairs: 2, rows: 1 },
      sampledUsers: 1,
      times: { first: 1_000_000_000_000, last: 1_000_003_600_000 },
    });
    expect(found.skipped[0]).toMatch(/^data:7:5: found "what"/);
    // 4 different pairs of 9.
    expect(found.density).toBeCloseTo(4 / 9, 12);
    expect(found.perUser).toEqual({
      minimum: 1,
      mean: 2,
      maximum: 3,
      // The n-th decile of 1, 2, 3 is the number at place ⌈3n/10⌉.
      deciles: [1, 1, 1, 2, 2, 2, 3, 3, 3],
    });
    expect(found.values).toEqual({
      minimum: 1,
      maximum: 5,
      mean: 3,
      integers: true,
      bins: [
        { from: 1, to: 1, count: 2 },
        { from: 2, to: 2, count: 1 },
        { from: 4, to: 4, count: 1 },
        { from: 5, to: 5, count: 2 },
      ],
    });
    // a: x and y, then x; b: both at once; c: one.
    expect(found.sessions?.count).toBe(4);
    expect(found.sessions?.lengths.deciles[4]).toBe(1);
    expect(found.sessions?.lengths.maximum).toBe(2);
  });

  it('counts milliseconds and dates alike', async () => {
    const inMilliseconds = await inspect('a,x,1,1500000000000\na,y,1,1500001900000\n');
    const asDates = await inspect('a,x,1,2017-07-14T02:40:00Z\na,y,1,2017-07-14T03:11:40Z\n');
    for (const found of [inMilliseconds, asDates]) {
      expect(found.times).toEqual({ first: 1_500_000_000_000, last: 1_500_001_900_000 });
      expect(found.sessions?.count).toBe(2);
    }
  });

  it('knows the long tail', async () => {
    // Items with 1, 2, 3, 4 events: Gini = 2 · (1 + 4 + 9 + 16) / (4 · 10) − 5/4 = 0.25.
    const rows = [1, 2, 3, 4].flatMap((count) =>
      Array.from({ length: count }, (_, n) => `u${n},i${count}`),
    );
    const { longTail } = await inspect(rows.join('\n'), pairs);
    expect(longTail.gini).toBeCloseTo(0.25, 12);
    // One item is the first of four that 1, 10 and 20 % round up to.
    expect([longTail.top1, longTail.top10, longTail.top20]).toEqual([0.4, 0.4, 0.4]);
  });

  it('bins values where there are many', async () => {
    const rows = Array.from({ length: 100 }, (_, n) => `u,i${n},${n}`);
    const { values } = await inspect(rows.join('\n'), {
      format: 'delimited',
      columns: { user: 0, item: 1, value: 2 },
    });
    expect(values?.bins).toEqual([
      { from: 0, to: 0, count: 1 },
      { from: 1, to: 2, count: 1 },
      { from: 2, to: 5, count: 3 },
      { from: 5, to: 10, count: 5 },
      { from: 10, to: 20, count: 10 },
      { from: 20, to: 50, count: 30 },
      { from: 50, to: 100, count: 50 },
    ]);
  });

  it('mirrors the bins of negative values', async () => {
    const rows = Array.from({ length: 100 }, (_, n) => `u,i${n},${-n / 2}`);
    const { values } = await inspect(rows.join('\n'), {
      format: 'delimited',
      columns: { user: 0, item: 1, value: 2 },
    });
    expect(values?.integers).toBe(false);
    expect(values?.bins[0]).toEqual({ from: -50, to: -20, count: 60 });
    expect(values?.bins.at(-1)).toEqual({ from: 0, to: 0, count: 1 });
    expect(values?.bins.reduce((sum, { count }) => sum + count, 0)).toBe(100);
  });

  it('reads the other formats, and test parts', async () => {
    expect(await inspect('1 5 6\n2 5\n', { format: 'adjacency' })).toMatchObject({
      users: 2,
      items: 2,
      interactions: 3,
      values: undefined,
      times: undefined,
      sessions: undefined,
    });
    const held = await inspectInteractions(
      source('1 2\t3\n4\t3\n'),
      { format: 'sessions' },
      { heldOut: true },
    );
    expect(held).toMatchObject({ users: 2, items: 1, interactions: 2 });
    const candidates = await inspectInteractions(source('(1,2)\t3\t4\n'), { format: 'candidates' });
    expect(candidates).toMatchObject({ users: 1, items: 1, interactions: 1 });
  });

  it.each([
    ['future', 'a,x,1,4102444800\nb,x,1,4102444801\n', /lie in the future/],
    ['1970', 'a,x,1,0\nb,x,1,1500000000\n', /lie before 1971/],
    ['one time', 'a,x,1,1500000000\nb,x,1,1500000000\n', /all timestamps are the same/],
    ['one value', 'a,x,1,1500000000\nb,x,1,1500000001\n', /all values are 1/],
    ['few users', 'a,x,1,1500000000\n', /only 1 users/],
    ['single events', 'a,x,1,1500000000\n', /1 users \(100 %\) have a single event/],
    ['density', 'a,x,1,1500000000\n', /100 % of all pairs have an event/],
    ['negative', 'a,x,-2,1500000000\nb,x,1,1500000001\n', /negative, down to -2/],
    [
      'case',
      'a,X1,1,1500000000\na,x1,1,1500000001\n',
      /1 item ids differ .* case alone, such as "x1"/,
    ],
    [
      'spaces',
      'a ,x,1,1500000000\na,x,1,1500000001\n',
      /1 user ids begin or end with a space, such as "a "/,
    ],
    ['duplicates', 'a,x,1,1500000000\na,x,1,1500000001\n', /50 % of the events repeat a pair/],
  ])('warns of %s', async (_, rows, warning) => {
    const { warnings } = await inspect(rows);
    expect(warnings.some((text) => warning.test(text))).toBe(true);
  });

  it('refuses a file without a good line, and stops when it is told to', async () => {
    const error = await errorOf(() => inspect('a,b,c,d\n'));
    expect(error.code).toBe('empty-data');
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(inspect('a,x,1,1\n', full, { signal })).rejects.toThrow('enough');
  });

  it('reports progress that never falls and ends at 1', async () => {
    const fractions: number[] = [];
    await inspect(text, full, { onProgress: ({ fraction }) => fractions.push(fraction) });
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions.at(-1)).toBe(1);
  });
});

describe('a sample of the users', () => {
  it('stands for all: here every user repeats one event in four', async () => {
    const rows: string[] = [];
    for (let user = 0; user < 4000; user++)
      rows.push(`u${user},a`, `u${user},b`, `u${user},b`, `u${user},c`);
    const { sampledUsers, duplicates, interactions } = await inspect(rows.join('\n'), pairs, {
      sampledEvents: 4000,
    });
    expect(interactions).toBe(16_000);
    expect(sampledUsers).toBeLessThan(1);
    expect(Number.isInteger(Math.log2(sampledUsers))).toBe(true);
    // 4,000 repeated events; a sample of some 800 users is within five standard deviations.
    expect(Math.abs(duplicates.pairs - 4000)).toBeLessThan(4000 * 0.18);
  });

  it('gives up on a user with more events than it may keep', async () => {
    const rows = Array.from({ length: 50 }, (_, n) => `u,i${n}`);
    const { interactions, sampledUsers } = await inspect(rows.join('\n'), pairs, {
      sampledEvents: 8,
    });
    expect(interactions).toBe(50);
    expect(sampledUsers).toBeLessThan(1);
  });
});

it('counts as a plain count does, whatever the blocks', async () => {
  const rows = fc.array(fc.tuple(fc.nat(5), fc.nat(5), fc.nat(3), fc.nat(4)), {
    minLength: 1,
    maxLength: 60,
  });
  await fc.assert(
    fc.asyncProperty(
      rows,
      fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }),
      async (events, blocks) => {
        const text = events.map(([u, i, v, t]) => `${u},${i},${v},${t * 3600}`).join('\n');
        const found = await inspectInteractions(source(text, blocks), full);
        const distinct = new Set(events.map(([u, i]) => `${u},${i}`)).size;
        const lines = new Set(events.map((event) => event.join(','))).size;
        const sessions = new Set(events.map(([u, , , t]) => `${u},${t}`)).size;
        expect(found.interactions).toBe(events.length);
        expect(found.users).toBe(new Set(events.map(([u]) => u)).size);
        expect(found.items).toBe(new Set(events.map(([, i]) => i)).size);
        expect(found.duplicates).toEqual({
          pairs: events.length - distinct,
          rows: events.length - lines,
        });
        expect(found.sessions?.count).toBe(sessions);
      },
    ),
    { numRuns: 200 },
  );
});
