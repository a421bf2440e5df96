import { describe, expect, expectTypeOf, it } from 'vitest';
import { Interactions, startFit, type Role } from '../src/index.js';
import { Cooccurrence, type CooccurrenceModel } from './cooccurrence.js';
import { errorOf } from './error-of.js';

const whole = Interactions.fromColumns<string, number>({
  users: ['a', 'a', 'b', 'a'],
  items: [1, 2, 2, 1],
  values: [5, 3, 4, 2],
});
const positions = Int32Array.of(0, 1, 2, 3);
const asRole = (role: Role): Interactions<string, number, 'train'> =>
  whole.part(positions, role as 'train', 'split');

describe('startFit', () => {
  const recommender = new Cooccurrence();

  it.each([
    ['sum', [7, 3, 4]],
    ['last', [2, 3, 4]],
    ['one', [1, 1, 1]],
  ] as const)('remembers the data, repeats made one by %s', (repeats, values) => {
    const { record, random } = startFit(recommender, asRole('train'), { seed: 3 }, repeats);
    expect(record.users).toBe(whole.users);
    expect([...record.history.offsets]).toEqual([0, 2, 3]);
    expect([...record.history.indices]).toEqual([0, 1, 1]);
    expect([...record.history.values]).toEqual(values);
    expect([...record.itemCounts]).toEqual([1, 2]);
    expect(record).toMatchObject({ repeats, seed: 3, splitId: 'split' });
    expect(record.fingerprint).toBe(whole.fingerprint);
    expect(random.seed).toBe(3);
  });

  it.each(['validation', 'test'] as const)('refuses %s data', async (role) => {
    const error = await errorOf(() => recommender.fit(asRole(role)));
    expect(error.code).toBe('role');
    expect(error.message).toContain(`fit of cooccurrence got ${role} data`);
  });

  it('refuses test data as validation', async () => {
    const test = whole.part(positions, 'test', 's');
    const error = await errorOf(() =>
      // @ts-expect-error -- a test part is no validation part
      recommender.fit(whole, { validation: test }),
    );
    expect(error.code).toBe('role');
    expect(error.message).toContain('got test data as validation');
  });

  it('does not compile with validation or test data', () => {
    const test = whole.part(positions, 'test', 's');
    const validation = whole.part(positions, 'validation', 's');
    const refused = [
      // @ts-expect-error -- fit learns from train data only
      () => recommender.fit(test),
      // @ts-expect-error -- fit learns from train data only
      () => recommender.fit(validation),
      // @ts-expect-error -- no such hyper-parameter
      () => new Cooccurrence({ minimumUser: 2 }),
    ];
    expect(refused).toHaveLength(3);
  });

  it('refuses empty data and bad seeds', async () => {
    const empty = whole.select(new Int32Array(0));
    expect((await errorOf(() => recommender.fit(empty))).code).toBe('empty-data');
    for (const seed of [-1, 0.5, NaN, 2 ** 53]) {
      expect((await errorOf(() => recommender.fit(whole, { seed }))).code).toBe('invalid-argument');
    }
  });

  it('keeps id types in the model, and wrong ids do not compile', async () => {
    const model = await recommender.fit(whole);
    expectTypeOf(model).toEqualTypeOf<CooccurrenceModel<string, number>>();
    const [first] = await model.recommend({ users: ['b'] });
    expectTypeOf(first!.user).toEqualTypeOf<string>();
    expectTypeOf(first!.item).toEqualTypeOf<number>();
    expect(first).toEqual({ user: 'b', item: 1, score: 1, rank: 1 });
    const refused = [
      // @ts-expect-error -- users are strings
      () => model.recommend({ users: [7] }),
      // @ts-expect-error -- items are numbers
      () => model.recommend({ histories: [['1']] }),
      // @ts-expect-error -- items are numbers
      () => model.score({ users: ['a'], items: ['1'] }),
    ];
    expect(refused).toHaveLength(3);
  });

  it('runs parts of a fit one after the other with ascending progress, and aborts', async () => {
    const seen: number[] = [];
    const onProgress = ({ fraction }: { fraction: number }): void => void seen.push(fraction);
    const run = startFit(recommender, whole, { onProgress }, 'one');
    // eslint-disable-next-line require-yield -- two parts of one step each
    function* part(): Generator<number, number, void> {
      return 1;
    }
    await run.run(part(), 0.4);
    await run.run(part(), 1);
    expect(seen).toEqual([0.4, 1]);
    const signal = AbortSignal.abort('stop');
    await expect(recommender.fit(whole, { signal })).rejects.toBe('stop');
  });
});
