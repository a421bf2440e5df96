import type { CandidateLists } from '@tensorec/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../src/index.js';
import { NegativeSampler } from '../src/negative-sampler.js';
import { expectError } from './error-of.js';
import { part, recordOf, TableModel, world } from './models.js';

const ids = world('uvw', 'ABCDEFGH');
/** G and H have no training event. */
const train = part('train', ids, [
  ['u', 'A'],
  ['v', 'B'],
  ['w', 'A'],
  ['w', 'B'],
  ['w', 'C'],
  ['w', 'D'],
  ['w', 'E'],
  ['w', 'F'],
]);
const model = new TableModel(recordOf(train), [
  [0.9, 0.5, 0.4, 0.3, 0.2, 0.1, 1, 1],
  [0.5, 0.5, 0.5, 0.1, 0.1, 0.1, 0.1, 0.1],
  [0, 0, 0, 0, 0, 0, 0, 0],
]);

function lists(...ofInteraction: readonly string[]): CandidateLists {
  const offsets = new Int32Array(ofInteraction.length + 1);
  ofInteraction.forEach((items, n) => {
    offsets[n + 1] = offsets[n]! + items.length;
  });
  return {
    offsets,
    itemRows: Int32Array.from(
      Array.from(ofInteraction.join('')),
      (item) => ids.items.row(item) ?? -1,
    ),
  };
}

describe('given candidates', () => {
  it('rank each interaction among its own, averaged over users of averages', async () => {
    const test = part('test', ids, [
      ['u', 'C'],
      ['v', 'C'],
      ['u', 'E'],
    ]);
    const candidates = lists('ABD', 'ADE', 'DFB');
    const { perUser, metrics, protocol } = await evaluate(model, test, {
      candidates,
      metrics: ['hit@2', 'mrr@4', 'ndcg@4'],
    });
    // u, C: A .9, B .5, C .4 → rank 3 (seen items are ranked as given). u, E: B .5, D .3, E .2 → rank 3.
    // v, C: A .5 and C .5 tie, A first → rank 2.
    expect([...perUser.values['mrr@4']!]).toEqual([1 / 3, 1 / 2]);
    expect([...perUser.values['hit@2']!]).toEqual([0, 1]);
    expect(metrics['ndcg@4']).toBeCloseTo((1 / 2 + 1 / Math.log2(3)) / 2, 12);
    expect(protocol.candidates).toContain("a user's interactions are averaged, then the users");
    expect(protocol.excludeSeen).toBe(false);
    expect(protocol.tieShare).toBe(0);
  });

  it('report ties across a cut', async () => {
    const test = part('test', ids, [
      ['u', 'C'],
      ['v', 'C'],
    ]);
    const candidates = lists('AB', 'AD');
    const at = async (metric: string): Promise<number> =>
      (await evaluate(model, test, { candidates, metrics: [metric] })).protocol.tieShare;
    expect(await at('hit@1')).toBe(1 / 2);
    expect(await at('hit@2')).toBe(0);
    expect(await at('hit@3')).toBe(0);
  });

  it('rank items without a training event last, by item row', async () => {
    const test = part('test', ids, [
      ['u', 'H'],
      ['v', 'G'],
      ['w', 'C'],
    ]);
    const { perUser, protocol } = await evaluate(model, test, {
      candidates: lists('GF', 'HF', 'GH'),
      metrics: ['mrr@3'],
    });
    expect([...perUser.values['mrr@3']!]).toEqual([1 / 3, 1 / 2, 1]);
    expect(protocol.notes).toContain(
      '2 of the 3 interactions are with items without a training event; they ranked last.',
    );
  });

  it('are empty lists for users whom the model does not know', async () => {
    const others = { users: world('zu', '').users, items: ids.items };
    const test = part('test', others, [
      ['z', 'C'],
      ['u', 'C'],
    ]);
    const { perUser } = await evaluate(model, test, {
      candidates: lists('H', 'E'),
      metrics: ['hit@1'],
    });
    expect([...perUser.values['hit@1']!]).toEqual([0, 1]);
  });

  it('follow ids where the model has another order of items', async () => {
    const reversed = { users: ids.users, items: world('', 'HGFEDCBA').items };
    const test = part('test', reversed, [['u', 'C']]);
    const itemRows = Int32Array.from('ABD', (item) => reversed.items.row(item) ?? -1);
    const { metrics } = await evaluate(model, test, {
      candidates: { offsets: Int32Array.of(0, 3), itemRows },
      metrics: ['mrr@4'],
    });
    expect(metrics['mrr@4']).toBe(1 / 3);
  });

  it('do not rank the item itself twice', async () => {
    const test = part('test', ids, [['u', 'C']]);
    const { metrics, protocol } = await evaluate(model, test, {
      candidates: lists('CACD'),
      metrics: ['mrr@4', 'hit@2'],
    });
    expect(metrics).toEqual({ 'mrr@4': 1 / 2, 'hit@2': 1 });
    expect(protocol.tieShare).toBe(0);
    expect(protocol.notes.join()).toContain('2 given candidates are the item of their own');
  });

  it('must fit the test part', async () => {
    const test = part('test', ids, [
      ['u', 'C'],
      ['v', 'C'],
    ]);
    const refuse = (candidates: CandidateLists, message: RegExp): Promise<void> =>
      expectError(
        evaluate(model, test, { candidates, metrics: ['hit@1'] }),
        'invalid-argument',
        message,
      );
    await refuse(lists('A'), /have 1 lists over 1 items; give one list for each of the 2/);
    await refuse(lists('A', ''), /Test interaction 1 .* has no negatives/);
    await refuse(lists('A', 'CC'), /Test interaction 1 .* has no negatives/);
    await refuse(
      { offsets: Int32Array.of(0, 1, 2), itemRows: Int32Array.of(0, 8) },
      /Candidate 0 of test interaction 1 is row 8, outside the 8 items/,
    );
    await refuse(
      { offsets: Int32Array.of(0, 3, 2), itemRows: Int32Array.of(0, 1) },
      /Candidate 2 of test interaction 0 is row -1/,
    );
  });

  it('refuse a model that scores NaN', async () => {
    const broken = new TableModel(recordOf(train), [[NaN, 0, NaN, 0, 0, 0, 0, 0], [], []]);
    const test = part('test', ids, [['u', 'C']]);
    await expectError(
      evaluate(broken, test, { candidates: lists('B'), metrics: ['hit@1'] }),
      'numerical',
      /table gave the item of row 2 the score NaN/,
    );
  });
});

describe('sampled candidates', () => {
  const test = part('test', ids, [
    ['u', 'C'],
    ['v', 'C'],
    ['v', 'D'],
  ]);
  const validation = part('validation', ids, [['u', 'B']]);

  it('rank the relevant items of a user among all negatives left where those are few', async () => {
    const { perUser, protocol } = await evaluate(model, test, {
      candidates: { sampled: 100 },
      metrics: ['mrr@8', 'recall@2'],
      validation,
    });
    // u: C among D, E, F, G, H (A is in train, B in validation) → rank 1.
    // v: {C, D} among A, E, F, G, H: A .5, C .5, D .1 (ties with E, F broken by row).
    expect([...perUser.values['mrr@8']!]).toEqual([1, 1 / 2]);
    expect([...perUser.values['recall@2']!]).toEqual([1, 1 / 2]);
    expect(protocol.candidates).toBe(
      "100 negatives a user, drawn uniformly without replacement from the items not in the user's train, validation or test (seed 0)",
    );
    expect(protocol.notes.join()).toContain('Krichene and Rendle 2020');
    expect(protocol.notes.join()).toContain('2 users had fewer than 100 items to draw from');
  });

  it('avoid only train and test where asked to', async () => {
    const metrics = ['mrr@8'];
    const avoiding = async (avoid: 'all' | 'train'): Promise<number> => {
      const candidates = { sampled: 100, avoid } as const;
      const { perUser } = await evaluate(model, test, { candidates, metrics, validation });
      return perUser.values['mrr@8']![0]!;
    };
    expect(await avoiding('all')).toBe(1);
    expect(await avoiding('train')).toBe(1 / 2);
  });

  it('avoid the items of given histories', async () => {
    const histories = part('whole', world('u', 'B'), [['u', 'B']]);
    const { perUser } = await evaluate(model, test, {
      candidates: { sampled: 100 },
      metrics: ['mrr@8'],
      histories,
    });
    expect(perUser.values['mrr@8']![0]).toBe(1);
  });

  it('rank each target of next-item alone', async () => {
    const { perUser } = await evaluate(model, test, {
      task: 'next-item',
      candidates: { sampled: 100 },
      metrics: ['mrr@8'],
    });
    // v, C: A, C → 1/2. v, D: A, D → 1/2, for C is no negative of v.
    expect(perUser.values['mrr@8']![1]).toBe(1 / 2);
  });

  it('drawn by popularity are never items without a training event', async () => {
    const high = new TableModel(recordOf(train), [
      [0, 0, 0.5, 0, 0, 0, 1, 1],
      [0, 0, 0.5, 0.5, 0, 0, 1, 1],
      [],
    ]);
    const { protocol, metrics } = await evaluate(high, test, {
      candidates: { sampled: 3, by: 'popularity' },
      metrics: ['hit@1'],
    });
    expect(metrics['hit@1']).toBe(1);
    expect(protocol.candidates).toContain('3 negatives a user, drawn by popularity');
    const strangers = part('test', world('u', 'XY'), [['u', 'X']]);
    await expectError(
      evaluate(high, strangers, {
        candidates: { sampled: 3, by: 'popularity' },
        metrics: ['hit@1'],
      }),
      'empty-data',
      /none can be drawn by popularity/,
    );
  });

  it('are the same for a user whoever else is evaluated', async () => {
    const many = world('abcdefgh', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ');
    const events = [...many.users].flatMap((user, n) =>
      [...many.items].slice(n, n + 15).map((item) => [user, item] as const),
    );
    const random = new TableModel(
      recordOf(part('train', many, events)),
      [...many.users].map((_, user) =>
        [...many.items].map((__, item) => (user * 7 + item * 11) % 26),
      ),
    );
    const all = part(
      'test',
      many,
      [...many.users].map((user) => [user, 'Z'] as const),
    );
    for (const replacement of [false, true]) {
      const options = {
        candidates: { sampled: 4, replacement, seed: 3 },
        metrics: ['mrr@5', 'ndcg@3'],
      };
      const together = await evaluate(random, all, options);
      for (let user = 0; user < 8; user++) {
        const alone = await evaluate(random, all.select(Int32Array.of(user)), options);
        for (const metric of options.metrics) {
          expect(alone.perUser.values[metric]![0]).toBe(together.perUser.values[metric]![user]);
        }
      }
    }
  });

  it.each([
    [{ sampled: 0 }, /candidates.sampled is 0/],
    [{ sampled: 1.5 }, /candidates.sampled is 1.5/],
    [{ sampled: 1, seed: -1 }, /candidates.seed is -1/],
    [{ sampled: 1, by: 'weight' }, /candidates.by is "weight"/],
    [{ sampled: 1, avoid: 'none' }, /candidates.avoid is "none"/],
  ] as const)('refuse %o', async (candidates, message) => {
    const options = { metrics: ['hit@1'] };
    await expectError(
      // @ts-expect-error -- two of these do not compile
      evaluate(model, test, { ...options, candidates }),
      'invalid-argument',
      message,
    );
  });
});

describe('the sampler', () => {
  it('draws distinct items that are not avoided, all of them where they are few', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ weight: fc.nat({ max: 1000 }), avoided: fc.boolean() }), {
          minLength: 1,
          maxLength: 40,
        }),
        fc.integer({ min: 1, max: 50 }),
        fc.boolean(),
        fc.nat(),
        (items, sampled, replacement, user) => {
          fc.pre(items.some(({ weight }) => weight > 0));
          const weights = Float64Array.from(items, ({ weight }) => weight);
          const avoided = Uint8Array.from(items, (item) => (item.avoided ? 1 : 0));
          const before = avoided.slice();
          const sampler = new NegativeSampler(weights, {
            by: 'popularity',
            avoid: 'all',
            sampled,
            replacement,
            seed: 1,
          });
          const drawn = sampler.draw(user, avoided);
          const available = items.filter((item) => item.weight > 0 && !item.avoided).length;
          expect(avoided).toEqual(before);
          expect(drawn.every((item) => weights[item]! > 0 && before[item] === 0)).toBe(true);
          if (replacement) {
            expect(drawn.length).toBe(available > 0 ? sampled : 0);
          } else {
            expect(new Set(drawn).size).toBe(drawn.length);
            expect(drawn.length).toBe(Math.min(sampled, available));
          }
          expect(sampler.draw(user, avoided)).toEqual(drawn);
        },
      ),
    );
  });

  it.each([
    ['draws that are soon found', [1, 2, 3, 4], 0],
    ['draws from what is left', [1, 2, 3, 4], 1e9],
  ])('weighs %s', (_, weights, avoidedWeight) => {
    // The avoided item takes nearly all draws where it is heavy, and the rest is drawn from a list.
    const all = Float64Array.of(...weights, avoidedWeight);
    const users = 20_000;
    for (const replacement of [false, true]) {
      const sampler = new NegativeSampler(all, {
        sampled: 2,
        by: 'popularity',
        avoid: 'all',
        replacement,
        seed: 0,
      });
      const avoided = Uint8Array.of(0, 0, 0, 0, 1);
      const first = new Float64Array(4);
      const pairs = new Float64Array(4);
      for (let user = 0; user < users; user++) {
        const [one, two] = sampler.draw(user, avoided);
        first[one!]! += 1 / users;
        if (one === 3) pairs[two!]! += 1;
      }
      const after3 = pairs.map((count) => count / pairs.reduce((a, b) => a + b, 0));
      // Standard deviations are below 0.0036 for the first and 0.0055 for the second draw.
      [0.1, 0.2, 0.3, 0.4].forEach((share, item) => {
        expect(Math.abs(first[item]! - share)).toBeLessThan(0.016);
      });
      const expected = replacement ? [0.1, 0.2, 0.3, 0.4] : [1 / 6, 2 / 6, 3 / 6, 0];
      expected.forEach((share, item) => {
        expect(Math.abs(after3[item]! - share)).toBeLessThan(0.025);
      });
    }
  });
});
