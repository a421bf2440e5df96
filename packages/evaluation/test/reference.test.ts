import { Interactions, Vocabulary } from '@tensorec/core';
import { Random } from '@tensorec/kernels';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate, type EvaluateOptions } from '../src/index.js';
import { part, recordOf, TableModel } from './models.js';

const names = ['recall', 'precision', 'f1', 'hit', 'ndcg', 'map', 'mrr'] as const;
const cuts = [1, 3, 50];
const metrics = names.flatMap((name) => cuts.map((k) => `${name}@${k}`));

/** The definitions, word by word, for a list of items. */
function definition(
  name: (typeof names)[number],
  k: number,
  list: readonly number[],
  relevant: ReadonlySet<number>,
): number {
  const first = list.slice(0, k);
  const hits = first.filter((item) => relevant.has(item)).length;
  const gain = (rank: number): number => 1 / Math.log2(rank + 1);
  switch (name) {
    case 'recall':
      return hits / relevant.size;
    case 'precision':
      return hits / k;
    case 'f1': {
      const recall = hits / relevant.size;
      const precision = hits / k;
      return hits === 0 ? 0 : (2 * recall * precision) / (recall + precision);
    }
    case 'hit':
      return hits > 0 ? 1 : 0;
    case 'ndcg': {
      let ideal = 0;
      for (let rank = 1; rank <= Math.min(k, relevant.size); rank++) ideal += gain(rank);
      let found = 0;
      first.forEach((item, n) => (found += relevant.has(item) ? gain(n + 1) : 0));
      return found / ideal;
    }
    case 'map': {
      let sum = 0;
      first.forEach((item, n) => {
        if (!relevant.has(item)) return;
        sum += first.slice(0, n + 1).filter((other) => relevant.has(other)).length / (n + 1);
      });
      return sum / Math.min(k, relevant.size);
    }
    case 'mrr': {
      const place = first.findIndex((item) => relevant.has(item));
      return place < 0 ? 0 : 1 / (place + 1);
    }
  }
}

type Pair = readonly [user: number, item: number];

/** A world of numbers: ids are rows. */
const worlds = fc
  .record({ users: fc.integer({ min: 1, max: 6 }), items: fc.integer({ min: 1, max: 12 }) })
  .chain(({ users, items }) => {
    const pair: fc.Arbitrary<Pair> = fc.tuple(fc.nat(users - 1), fc.nat(items - 1));
    const pairs = (minLength: number): fc.Arbitrary<Pair[]> =>
      fc.array(pair, { minLength, maxLength: 25 });
    return fc.record({
      users: fc.constant(users),
      items: fc.constant(items),
      train: pairs(1),
      validation: pairs(0),
      test: pairs(1),
      // Few distinct scores, so that ties are common.
      scores: fc.array(
        fc.array(fc.integer({ min: -2, max: 3 }), { minLength: items, maxLength: items }),
        { minLength: users, maxLength: users },
      ),
      task: fc.constantFrom('ranking' as const, 'next-item' as const),
      excludeSeen: fc.constantFrom(true, false, 'train' as const, 'train+validation' as const),
      users_: fc.constantFrom('all' as const, 'known' as const),
    });
  });

describe('evaluate', () => {
  it('agrees with sorting all items and the definitions of the metrics', async () => {
    await fc.assert(
      fc.asyncProperty(worlds, async (case_) => {
        const { train, validation, test, scores, task, excludeSeen } = case_;
        const ids = {
          users: Vocabulary.from(Array(case_.users).keys()),
          items: Vocabulary.from(Array(case_.items).keys()),
        };
        const itemsOf = (pairs: readonly Pair[], user: number): number[] =>
          pairs.filter(([other]) => other === user).map(([, item]) => item);
        const testUsers = [...ids.users].filter((user) => itemsOf(test, user).length > 0);
        const known = testUsers.filter((user) => itemsOf(train, user).length > 0);
        const users = known.length > 0 ? case_.users_ : 'all';
        const evaluated = users === 'known' ? known : testUsers;

        const evaluation = await evaluate(
          new TableModel(recordOf(part('train', ids, train)), scores),
          part('test', ids, test),
          { metrics, task, excludeSeen, users, validation: part('validation', ids, validation) },
        );

        expect([...evaluation.perUser.userRows]).toEqual(evaluated);
        const withValidation =
          excludeSeen === 'train+validation' || (excludeSeen === true && task === 'next-item');
        const trained = new Set(train.map(([, item]) => item));
        let tied = 0;
        const expected = evaluated.map((user) => {
          const seen = new Set(excludeSeen === false ? [] : itemsOf(train, user));
          if (withValidation) for (const item of itemsOf(validation, user)) seen.add(item);
          const score = scores[user]!;
          const list = [...ids.items]
            .filter((item) => known.includes(user) && trained.has(item) && !seen.has(item))
            .sort((a, b) => score[b]! - score[a]! || a - b);
          if (cuts.some((k) => k < list.length && score[list[k - 1]!] === score[list[k]!])) tied++;
          const own = itemsOf(test, user);
          const targets = task === 'ranking' ? [own] : own.map((item) => [item]);
          return names.flatMap((name) =>
            cuts.map((k) => {
              const values = targets.map((items) => definition(name, k, list, new Set(items)));
              return values.reduce((sum, value) => sum + value, 0) / values.length;
            }),
          );
        });
        metrics.forEach((metric, position) => {
          let sum = 0;
          evaluated.forEach((_, n) => {
            sum += expected[n]![position]!;
            const found = evaluation.perUser.values[metric]![n]!;
            expect(found, metric).toBeCloseTo(expected[n]![position]!, 12);
          });
          expect(evaluation.metrics[metric], metric).toBeCloseTo(sum / evaluated.length, 12);
        });
        expect(evaluation.protocol.tieShare).toBeCloseTo(tied / evaluated.length, 12);
      }),
      { numRuns: 300 },
    );
  });

  it('gives the same for a model over other rows of the same ids, where scores do not tie', async () => {
    await fc.assert(
      fc.asyncProperty(worlds, fc.nat(), async (case_, seed) => {
        const { train, validation, test, task, excludeSeen } = case_;
        const random = new Random(seed);
        const userOrder = random.permutation(case_.users);
        const itemOrder = random.permutation(case_.items);
        const scoreOf = (user: number, item: number): number => ((user + 1) * 31 + item * 17) % 97;
        const options = (over: Ids): EvaluateOptions<number, number> => ({
          metrics,
          task,
          excludeSeen,
          validation: part('validation', over, validation),
        });
        const own: Ids = {
          users: Vocabulary.from(Array(case_.users).keys()),
          items: Vocabulary.from(Array(case_.items).keys()),
        };
        const other: Ids = {
          users: Vocabulary.from(userOrder),
          items: Vocabulary.from(itemOrder),
        };
        const model = (over: Ids): TableModel<number, number> =>
          new TableModel(
            recordOf(part('train', over, train)),
            Array.from(over.users, (user) => Array.from(over.items, (item) => scoreOf(user, item))),
          );
        const shared = await evaluate(model(own), part('test', own, test), options(own));
        const mapped = await evaluate(model(other), part('test', own, test), options(own));
        const moved = await evaluate(model(own), part('test', own, test), options(other));
        expect(mapped).toEqual(shared);
        expect(moved).toEqual(shared);
      }),
      { numRuns: 100 },
    );
  });
});

interface Ids {
  readonly users: Vocabulary<number>;
  readonly items: Vocabulary<number>;
}

describe('a model of many users and items', () => {
  const users = 300;
  const items = 2000;
  const ids: Ids = {
    users: Vocabulary.from(Array(users).keys()),
    items: Vocabulary.from(Array(items).keys()),
  };
  const random = new Random(1);
  const pairs = (count: number): Pair[] =>
    Array.from({ length: count }, () => [random.integer(users), random.integer(items)]);
  const train = part('train', ids, pairs(6000));
  const test = part('test', ids, pairs(900));
  const scores = Array.from({ length: users }, () =>
    Array.from({ length: items }, () => random.integer(500)),
  );
  const model = new TableModel(recordOf(train), scores);
  const options = { metrics: ['recall@20', 'ndcg@7', 'map@50'] };

  it('is scored in blocks of bounded size, on which the figures do not depend', async () => {
    const together = await evaluate(model, test, options);
    expect(model.largestBlock).toBeLessThanOrEqual(1 << 20);
    expect(model.largestBlock).toBeGreaterThan(items);
    expect(model.largestBlock).toBeLessThan(together.perUser.userRows.length * items);
    for (let n = 0; n < together.perUser.userRows.length; n += 7) {
      const user = together.perUser.userRows[n]!;
      const positions = Int32Array.from({ length: test.size }, (_, position) => position);
      const alone = await evaluate(
        model,
        test.select(positions.filter((position) => test.userRows[position] === user)),
        options,
      );
      for (const metric of options.metrics) {
        expect(alone.metrics[metric]).toBe(together.perUser.values[metric]![n]);
      }
    }
  });

  it('does not depend on the order of the test interactions', async () => {
    const together = await evaluate(model, test, options);
    const shuffled = test.select(new Random(2).permutation(test.size));
    expect(await evaluate(model, shuffled, options)).toEqual(together);
  });

  it('reports progress that never decreases and ends at 1', async () => {
    const fractions: number[] = [];
    const stages = new Set<string>();
    await evaluate(model, test, {
      ...options,
      onProgress: ({ stage, fraction }) => {
        stages.add(stage);
        fractions.push(fraction);
      },
    });
    expect([...stages]).toEqual(['evaluate table']);
    expect(fractions.at(-1)).toBe(1);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
  });

  it('stops when it is aborted', async () => {
    const reason = new Error('enough');
    await expect(
      evaluate(model, test, { ...options, signal: AbortSignal.abort(reason) }),
    ).rejects.toBe(reason);
    // The clock is not to decide whether a slice ends, so this model takes longer than one for a block.
    const slow = new (class extends TableModel<number, number> {
      blocks = 0;
      override scoreRows(userRows: Int32Array, into: Float32Array): void {
        this.blocks++;
        const until = performance.now() + 30;
        while (performance.now() < until);
        super.scoreRows(userRows, into);
      }
    })(recordOf(train), scores);
    const controller = new AbortController();
    const promise = evaluate(slow, test, {
      ...options,
      signal: controller.signal,
      onProgress: () => {
        controller.abort(reason);
      },
    });
    await expect(promise).rejects.toBe(reason);
    expect(slow.blocks).toBe(1);
  });

  it('takes interactions of other users and items in stride', async () => {
    const grown = new Interactions({
      ...test.columns(),
      users: Vocabulary.from([...ids.users, users]),
      items: Vocabulary.from([...ids.items, items]),
    });
    const together = await evaluate(model, test, options);
    expect((await evaluate(model, grown, options)).metrics).toEqual(together.metrics);
  });
});
