import { FeatureTable, Vocabulary } from '@tensorec/core';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../src/index.js';
import { expectError } from './error-of.js';
import { part, recordOf, SuccessorModel, TableModel, world } from './models.js';

/** Items A to E have 4, 3, 2, 1 and 1 of the 4 training users; F has none. x is not in training. */
const ids = world('tuvwx', 'ABCDEF');
const train = part('train', ids, [
  ['t', 'A'],
  ['u', 'A'],
  ['u', 'B'],
  ['v', 'A'],
  ['v', 'B'],
  ['v', 'C'],
  ['w', 'A'],
  ['w', 'B'],
  ['w', 'C'],
  ['w', 'D'],
  ['w', 'E'],
]);
const test = part('test', ids, [
  ['t', 'B'],
  ['t', 'D'],
  ['u', 'E'],
  ['v', 'D'],
  ['v', 'F'],
  ['x', 'A'],
]);
// Lists of two: t: D B; u: C D; v: E D; x none.
const scores = [
  [9, 4, 3, 5, 2, 8],
  [9, 8, 7, 6, 5, 4],
  [9, 8, 7, 5, 6, 4],
  [1, 1, 1, 1, 1, 1],
  [1, 1, 1, 1, 1, 1],
];
const model = new TableModel(recordOf(train), scores);
const genres = FeatureTable.fromRows(
  [
    { id: 'A', genre: 'war', tags: ['war', 'old'], year: 1950, name: 'a' },
    { id: 'B', genre: 'war', tags: ['war'], year: 1960, name: 'b' },
    { id: 'C', genre: 'love', tags: ['love', 'old'], year: 1970, name: 'c' },
    { id: 'D', genre: 'love', tags: ['love'], year: 1980, name: 'd' },
    { id: 'E', tags: [], year: 1990, name: 'e' },
    { id: 'other', genre: 'war', tags: ['old'], year: 2000, name: 'o' },
  ],
  'id',
  { genre: 'category', tags: 'tags', year: 'number', name: 'text' },
);
const ofGenre = { table: genres, column: 'genre' };
const ofTags = { table: genres, column: 'tags' };
const countries = FeatureTable.fromRows(
  [
    { id: 't', country: 'at' },
    { id: 'u', country: 'de' },
    { id: 'v', country: 'de' },
    { id: 'x', country: undefined },
  ],
  'id',
  { country: 'category' },
);
const byCountry = { table: countries, column: 'country' };

/** Values of users t, u, v and x. */
async function ofUsers(
  metric: string,
  options: Partial<Parameters<typeof evaluate<string, string>>[2]> = {},
): Promise<number[]> {
  const { perUser, metrics } = await evaluate(model, test, { metrics: [metric], ...options });
  const values = [...perUser.values[metric]!];
  expect(metrics[metric]).toBeCloseTo(values.reduce((sum, value) => sum + value, 0) / 4, 14);
  return values;
}

function expectAll(found: readonly number[], expected: readonly number[]): void {
  expect(found).toHaveLength(expected.length);
  expected.forEach((value, n) => {
    expect(found[n], `value ${n}`).toBeCloseTo(value, 12);
  });
}

describe('metrics of users', () => {
  it('user coverage', async () => {
    expectAll(await ofUsers('user-coverage@2'), [1, 1, 1, 0]);
  });

  it('novelty, by the four training users', async () => {
    const one = 2; // −log2(1/4)
    const three = -Math.log2(3 / 4);
    expectAll(await ofUsers('novelty@2'), [(one + three) / 2, (1 + one) / 2, one, 0]);
  });

  it('average popularity, at two cuts', async () => {
    expectAll(await ofUsers('average-popularity@2'), [2, 3 / 2, 1, 0]);
    expectAll(await ofUsers('average-popularity@1'), [1, 2, 1, 0]);
  });

  it('tail share: four of the five items with training users', async () => {
    expectAll(await ofUsers('tail-share@2'), [1, 1, 1, 0]);
    const seen = await ofUsers('tail-share@2', { excludeSeen: false });
    // t: A D; u: A B; v: A B
    expectAll(seen, [1 / 2, 1 / 2, 1 / 2, 0]);
  });

  it('serendipity: hits that stand above their popularity', async () => {
    // Ranks A 1, B 2, C 3, D and E 4. t: D at 1 gains 3, B at 2 nothing; u: no hit; v: D at 2 gains 2.
    expectAll(await ofUsers('serendipity@2'), [3 / 5 / 2, 0, 2 / 5 / 2, 0]);
  });

  it('diversity by training users', async () => {
    // D: w. B: u v w. C: v w. E: w.
    expectAll(await ofUsers('diversity@2'), [1 - 1 / Math.sqrt(3), 1 - 1 / Math.sqrt(2), 0, 0]);
  });

  it('diversity by given tags or categories', async () => {
    // D love, B war; C love old, D love; E has none.
    expectAll(await ofUsers('diversity@2', { itemFeatures: ofTags }), [1, 1 - Math.SQRT1_2, 1, 0]);
    expectAll(await ofUsers('diversity@2', { itemFeatures: ofGenre }), [1, 0, 1, 0]);
  });

  it('calibration: the history against the list', async () => {
    // t: all war, half of the list; u: all war, none of the list; v: 2/3 war and 1/3 love, all love in the list.
    expectAll(await ofUsers('calibration@2', { itemFeatures: ofGenre }), [
      Math.log(1 / (0.99 / 2 + 0.01)),
      Math.log(100),
      (2 / 3) * Math.log(100) + (1 / 3) * Math.log(1 / 3 / (0.99 + 0.01 / 3)),
      0,
    ]);
  });

  it('go by the given histories', async () => {
    const histories = part('whole', ids, [
      ['t', 'D'],
      ['x', 'C'],
    ]);
    const values = await ofUsers('calibration@2', { itemFeatures: ofGenre, histories });
    // t had love and gets A B, all war; u and v have no history now. x has one that this model cannot read: no list.
    expectAll(values, [Math.log(100), 0, 0, Math.log(100)]);
  });
});

describe('figures of all lists', () => {
  it('have no values of users', async () => {
    const metrics = ['item-coverage@2', 'novelty@2', 'gini@2', 'recall@1', 'recall-gap@1'];
    const evaluation = await evaluate(model, test, { metrics });
    expect(Object.keys(evaluation.metrics)).toEqual(metrics);
    expect(Object.keys(evaluation.perUser.values)).toEqual(['novelty@2', 'recall@1']);
  });

  it('are of the items with a training event', async () => {
    const { metrics } = await evaluate(model, test, {
      metrics: ['item-coverage@1', 'item-coverage@2', 'gini@2', 'entropy@2'],
    });
    // At 1: D C E of five; at 2 places: B 1, C 1, D 3, E 1 of six.
    expect(metrics['item-coverage@1']).toBe(3 / 5);
    expect(metrics['item-coverage@2']).toBe(4 / 5);
    // Ascending 0 1 1 1 3: (−2 · 1 + 0 + 2 · 1 + 4 · 3) / (5 · 6)
    expect(metrics['gini@2']).toBeCloseTo(12 / 30, 14);
    expect(metrics['entropy@2']).toBeCloseTo(Math.log(2) / 2 + Math.log(6) / 2, 14);
  });

  it('popularity bias is over the users with a list and a history', async () => {
    const { metrics } = await evaluate(model, test, { metrics: ['popularity-bias@2'] });
    // Lists 2, 3/2, 1; histories 4, 7/2, 3.
    expect(metrics['popularity-bias@2']).toBeCloseTo((4.5 - 10.5) / 10.5, 14);
  });

  it('are 0 where nobody has a list', async () => {
    const strangers = part('test', ids, [['x', 'B']]);
    const names = ['popularity-bias@2', 'item-coverage@2', 'gini@2', 'entropy@2', 'novelty@2'];
    const { metrics } = await evaluate(model, strangers, { metrics: names });
    expect(metrics).toEqual(Object.fromEntries(names.map((name) => [name, 0])));
  });
});

describe('gaps', () => {
  it('are between the groups of a column', async () => {
    const { metrics, protocol } = await evaluate(model, test, {
      metrics: ['hit-gap@2', 'recall@2'],
      userGroups: byCountry,
    });
    // t hits B and D; of u and v only v hits; x is in no group.
    expect(metrics['hit-gap@2']).toBe(1 / 2);
    expect(protocol.notes).toContain(
      'Gaps are between users by "country": at (1 users), de (2 users); 1 users have none and do not count in gaps.',
    );
  });

  it('are between thirds by the length of the history', async () => {
    const { metrics, protocol } = await evaluate(model, test, { metrics: ['recall-gap@2'] });
    // Lengths x 0, t 1, u 2, v 3: up to position 2, up to position 3, the last. Recalls 0 1 | 0 | 1/2.
    expect(metrics['recall-gap@2']).toBe(1 / 2);
    expect(protocol.notes).toContain(
      'Gaps are between users by the length of their history: 0 to 1 items (2 users), 2 items (1 users), 3 items (1 users).',
    );
  });

  it('are 0 where all users are alike', async () => {
    const alone = part('test', ids, [['t', 'D']]);
    const { metrics, protocol } = await evaluate(model, alone, { metrics: ['ndcg-gap@2'] });
    expect(metrics).toEqual({ 'ndcg-gap@2': 0 });
    expect(protocol.notes.join()).toContain('1 items (1 users).');
  });

  it('do not list many groups one by one', async () => {
    const users = Vocabulary.from(Array.from({ length: 13 }, (_, n) => `u${n}`));
    const everybody = [...users].map((id) => ({ id, own: id }));
    const large = { users, items: ids.items };
    const pairs = [...users].map((user) => [user, 'A'] as const);
    const popular = new SuccessorModel(recordOf(part('train', large, pairs)), [1, 2, 3, 4, 5, 6]);
    const { protocol } = await evaluate(popular, part('test', large, pairs), {
      metrics: ['hit-gap@1'],
      userGroups: {
        table: FeatureTable.fromRows(everybody, 'id', { own: 'category' }),
        column: 'own',
      },
    });
    expect(protocol.notes).toContain('Gaps are between users by "own": 13 of them.');
  });
});

describe('items', () => {
  it('are counted at the longest cut, by row of the test part', async () => {
    const { perItem } = await evaluate(model, test, { metrics: ['recall@1', 'novelty@2'] });
    expect(perItem).toEqual({
      cut: 2,
      recommended: Int32Array.of(0, 1, 1, 3, 1, 0),
      relevant: Int32Array.of(1, 1, 0, 2, 1, 1),
      hits: Int32Array.of(0, 1, 0, 2, 0, 0),
    });
  });

  it('are found by id where the model has other rows', async () => {
    const other = world('xvt', 'FGDEB');
    const moved = part('test', other, [
      ['t', 'B'],
      ['t', 'G'],
      ['v', 'D'],
    ]);
    const { perItem } = await evaluate(model, moved, { metrics: ['recall@2'] });
    expect(perItem).toEqual({
      cut: 2,
      recommended: Int32Array.of(0, 0, 2, 1, 1),
      relevant: Int32Array.of(0, 1, 1, 0, 1),
      hits: Int32Array.of(0, 0, 1, 0, 1),
    });
  });

  it('count once a user in next-item', async () => {
    const repeated = part('test', ids, [
      ['t', 'D'],
      ['t', 'D'],
      ['t', 'E'],
    ]);
    const { perItem, metrics } = await evaluate(model, repeated, {
      task: 'next-item',
      metrics: ['hit@1', 'serendipity@1'],
    });
    expect(metrics).toEqual({ 'hit@1': 2 / 3, 'serendipity@1': 3 / 5 });
    expect(perItem?.recommended).toEqual(Int32Array.of(0, 0, 0, 1, 0, 0));
    expect(perItem?.relevant).toEqual(Int32Array.of(0, 0, 0, 1, 1, 0));
    expect(perItem?.hits).toEqual(Int32Array.of(0, 0, 0, 1, 0, 0));
  });

  it('are not counted among candidates', async () => {
    const { perItem } = await evaluate(model, test, {
      metrics: ['recall@1'],
      candidates: { sampled: 1 },
    });
    expect(perItem).toBeUndefined();
  });
});

describe('notes', () => {
  it('say what makes items alike, and how many have no category', async () => {
    const metrics = ['diversity@2'];
    const plain = await evaluate(model, test, { metrics });
    expect(plain.protocol.notes).toContain(
      'Diversity compares items by the training users they share.',
    );
    const { protocol } = await evaluate(model, test, { metrics, itemFeatures: ofGenre });
    expect(protocol.notes).toContain('Diversity compares items by "genre".');
    expect(protocol.notes).toContain('2 items have no "genre".');
  });

  it('do not change for ranking metrics alone', async () => {
    const plain = await evaluate(model, test, { metrics: ['recall@2'] });
    const featured = await evaluate(model, test, {
      metrics: ['recall@2'],
      itemFeatures: ofGenre,
      userGroups: byCountry,
    });
    expect(featured).toEqual(plain);
  });
});

describe('bad requests', () => {
  const metrics = ['novelty@2'];
  const message = /"novelty@2" is of lists that are ranked from all items/;

  it('among candidates are refused', async () => {
    const drawn = evaluate(model, test, { metrics, candidates: { sampled: 2 } });
    await expectError(drawn, 'invalid-argument', message);
    const candidates = {
      offsets: Int32Array.from({ length: 7 }, (_, n) => n),
      itemRows: new Int32Array(6),
    };
    await expectError(evaluate(model, test, { metrics, candidates }), 'invalid-argument', message);
    await expectError(
      evaluate(model, test, { metrics: ['ndcg-gap@2'], candidates }),
      'invalid-argument',
      /"ndcg-gap@2" is of lists/,
    );
  });

  it.each(['novelty@2', 'recall-gap@2'])('for ratings are refused: %s', async (metric) => {
    await expectError(
      evaluate(model, test, { task: 'rating', metrics: [metric] }),
      'invalid-argument',
      /fits the tasks 'ranking' and 'next-item'\. The task is 'rating'/,
    );
  });

  it('for calibration without categories are refused', async () => {
    await expectError(
      evaluate(model, test, { metrics: ['calibration@2'] }),
      'invalid-argument',
      /"calibration@2" compares the categories of items, and none were given\. Pass itemFeatures/,
    );
  });

  it.each([
    [
      { itemFeatures: { table: genres, column: 'gener' } },
      'unknown-name',
      /no column "gener".*genre/,
    ],
    [{ itemFeatures: { table: genres, column: 'year' } }, 'invalid-argument', /of the kind number/],
    [{ itemFeatures: { table: genres, column: 'name' } }, 'invalid-argument', /of the kind text/],
    [{ userGroups: { table: countries, column: 'city' } }, 'unknown-name', /no column "city"/],
    [{ userGroups: { table: genres, column: 'tags' } }, 'invalid-argument', /must be category/],
    [{ userGroups: ofGenre }, 'invalid-argument', /None of the 4 users has an entry/],
    [{ itemFeatures: byCountry }, 'invalid-argument', /None of the 6 items has an entry/],
  ] as const)('for features are refused: %o', async (options, code, expected) => {
    await expectError(
      evaluate(model, test, { metrics: ['hit-gap@2', 'diversity@2'], ...options }),
      code,
      expected,
    );
  });

  it.each(['novelty@2', 'diversity@2'])(
    'of a model that was saved without its users are refused: %s',
    async (metric) => {
      const record = recordOf(part('train', ids, [['t', 'A']]));
      const nobody = part('train', world('', 'ABCDEF'), []);
      const anonymous = new SuccessorModel(
        { ...record, users: nobody.users, history: nobody.byUser() },
        [1, 2, 3, 4, 5, 6],
        true,
      );
      const histories = part('whole', ids, [['t', 'A']]);
      await expectError(
        evaluate(anonymous, test, { metrics: [metric], histories }),
        'invalid-argument',
        /successor was saved without its users/,
      );
    },
  );
});
