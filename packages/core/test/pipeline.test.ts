import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  describeStage,
  Interactions,
  loadPipeline,
  pipeline,
  savePipeline,
  type DescribedStage,
  type Id,
  type Role,
  type StageDescriptor,
} from '../src/index.js';
import { errorOf } from './error-of.js';

interface Keep {
  <User extends Id, Item extends Id, R extends Role>(
    data: Interactions<User, Item, R>,
  ): Interactions<User, Item, R>;
}

/** A stage as packages write them: an interface with one generic call signature, so that id types survive. */
interface KeepStage extends Keep, DescribedStage {}

/** Keeps the first interactions. */
function first(count: number): KeepStage {
  return describeStage<Keep>({ name: 'first', parameters: { count } }, (data) =>
    data.select(Int32Array.from({ length: Math.min(count, data.size) }, (_, n) => n)),
  );
}

/** Keeps every second interaction. */
const everySecond: KeepStage = describeStage<Keep>(
  { name: 'every-second', parameters: {} },
  (data) => data.select(Int32Array.from({ length: Math.ceil(data.size / 2) }, (_, n) => 2 * n)),
);

interface Halve {
  <User extends Id, Item extends Id>(
    data: Interactions<User, Item>,
  ): { train: Interactions<User, Item, 'train'>; test: Interactions<User, Item, 'test'> };
}

interface HalveStage extends Halve, DescribedStage {}

const halve: HalveStage = describeStage<Halve>({ name: 'halve', parameters: {} }, (data) => ({
  train: data.part(Int32Array.of(0), 'train', 'half'),
  test: data.part(Int32Array.of(1), 'test', 'half'),
}));

const data = Interactions.fromColumns<string, number>({
  users: ['a', 'b', 'c', 'd', 'e', 'f'],
  items: [1, 2, 3, 4, 5, 6],
});

describe('pipeline', () => {
  it('runs stages from left to right and keeps the types of ids', () => {
    const { train, test } = pipeline(first(5), everySecond, halve)(data);
    expectTypeOf(train).toEqualTypeOf<Interactions<string, number, 'train'>>();
    expectTypeOf(test).toEqualTypeOf<Interactions<string, number, 'test'>>();
    expect([...train.itemRows, ...test.itemRows]).toEqual([0, 2]);
    const piped = data.pipe(first(2)).pipe(halve);
    expectTypeOf(piped.test).toEqualTypeOf<Interactions<string, number, 'test'>>();
    expect(pipeline(first(3))(data).size).toBe(3);
    expect(pipeline(first(6), everySecond, everySecond, first(1), halve).length).toBe(1);
  });

  it('refuses stages in the wrong order when it compiles', () => {
    const wrong = [
      // @ts-expect-error -- halve returns two parts, first takes one
      () => pipeline(halve, first(2)),
      // @ts-expect-error -- text has no next stage
      () => pipeline((text: string) => text.length, first(2)),
    ];
    expect(wrong).toHaveLength(2);
  });
});

describe('savePipeline and loadPipeline', () => {
  const factories = {
    first: (parameters: object) => first((parameters as { count: number }).count),
    'every-second': () => everySecond,
  };

  it('make the same pipeline again, nested ones laid flat', () => {
    const nested = pipeline(pipeline(first(5), everySecond), first(2));
    const saved = savePipeline(nested);
    expect(saved).toEqual([
      { name: 'first', parameters: { count: 5 } },
      { name: 'every-second', parameters: {} },
      { name: 'first', parameters: { count: 2 } },
    ]);
    const loaded = loadPipeline(JSON.parse(JSON.stringify(saved)) as StageDescriptor[], factories);
    const again = loaded(data);
    expect(again).toBeInstanceOf(Interactions);
    expect((again as typeof data).fingerprint).toBe(nested(data).fingerprint);
    expect(savePipeline(loaded)).toEqual(saved);
    expect(savePipeline(first(1))).toHaveLength(1);
    expect(loadPipeline([], factories)(data)).toBe(data);
  });

  it('name the stage that has no descriptor', async () => {
    const shuffle = (input: typeof data): typeof data => input;
    const named = await errorOf(() => savePipeline(pipeline(first(3), shuffle)));
    expect(named.code).toBe('invalid-argument');
    expect(named.message).toContain('the function "shuffle" has no descriptor');
    const unnamed = await errorOf(() => savePipeline(pipeline(first(3), (input) => input)));
    expect(unnamed.message).toContain('an unnamed function has no descriptor');
  });

  it('name a stage that is not known', async () => {
    for (const [name, hint] of [
      ['frist', '; did you mean "first"?'],
      ['constructor', '; known: first, every-second'],
      ['__proto__', '; known: first, every-second'],
    ] as const) {
      const error = await errorOf(() => loadPipeline([{ name, parameters: {} }], factories));
      expect(error.code).toBe('unknown-name');
      expect(error.message).toBe(`There is no stage "${name}"${hint}`);
    }
  });
});
