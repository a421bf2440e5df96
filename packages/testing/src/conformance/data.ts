import {
  decodeArtifact,
  encodeArtifact,
  Interactions,
  isTensorecError,
  type Model,
} from '@tensorec/core';
import { columnCounts, mergeRepeats } from '@tensorec/kernels';
import { check, describe, failure, refused, sameNumbers } from '../assert.js';
import { checkerboard } from '../known-data/index.js';
import { artifactReader } from './files.js';
import {
  allLists,
  allScores,
  checkItems,
  checkLists,
  checkScores,
  qualifyingItems,
} from './lists.js';
import { withoutSome } from './parts.js';
import { recommender, rulesOf, withModel, type Rule } from './rule.js';

/** Promises about the data that `fit` takes, and what the model remembers of it. */
export const dataRules: readonly Rule[] = rulesOf('every model', [
  {
    name: 'the training record describes the data',
    async check(subject) {
      const { train } = checkerboard();
      for (const data of [train, withoutSome(train).train]) {
        await withModel(
          subject,
          data,
          (model) => {
            checkRecord(model, data, 11);
          },
          { seed: 11 },
        );
      }
    },
  },
  {
    name: 'empty data is refused',
    async check(subject) {
      const { train } = checkerboard();
      await refused(
        () => recommender(subject).fit(train.select(new Int32Array(0))),
        'empty-data',
        'no events',
      );
      const nothing = Interactions.fromColumns<string, string>({ users: [], items: [] });
      await refused(() => recommender(subject).fit(nothing), 'empty-data', 'no events and no ids');
    },
  },
  {
    name: 'validation and test data are refused by fit',
    async check(subject) {
      const { train, test } = checkerboard();
      const validation = train.part(Int32Array.of(0, 1, 2), 'validation', train.splitId);
      // @ts-expect-error a test part is not training data
      await refused(() => recommender(subject).fit(test), 'role', 'a test part', ['test']);
      await refused(
        // @ts-expect-error a validation part is not training data
        () => recommender(subject).fit(validation),
        'role',
        'a validation part',
        ['validation'],
      );
    },
  },
  {
    name: 'a seed that is not a whole number of at least 0 is refused',
    async check(subject) {
      const { train } = checkerboard();
      for (const seed of [-1, 0.5, NaN, 2 ** 53]) {
        await refused(
          () => recommender(subject).fit(train, { seed }),
          'invalid-argument',
          `seed ${seed}`,
        );
      }
    },
  },
  {
    name: 'the seed is recorded, whatever its size, and an artifact keeps it',
    async check(subject) {
      const { train } = checkerboard();
      for (const seed of [1, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER]) {
        const checkSeed = (model: Model, what: string): void => {
          const found = model.training.seed;
          check(found === seed, `the seed of ${what} is ${found}, expected ${seed}`);
        };
        await withModel(
          subject,
          train,
          async (model) => {
            checkSeed(model, 'the model');
            const artifact = await encodeArtifact(model);
            const loaded = await decodeArtifact(artifactReader(artifact), {
              models: [subject.descriptor],
            });
            checkSeed(loaded, 'the loaded model');
            loaded.dispose();
          },
          { seed },
        );
      }
    },
  },
  {
    name: 'fit takes a validation part, and no other part in its place',
    async check(subject) {
      const { train, test } = checkerboard();
      const validation = train.part(Int32Array.of(0, 1, 2), 'validation', train.splitId);
      await withModel(
        subject,
        train,
        (model) => {
          check(model.training.fingerprint === train.fingerprint, 'fit learned from other data');
        },
        { validation },
      );
      for (const part of [train, test]) {
        await refused(
          // @ts-expect-error neither is a validation part
          () => recommender(subject).fit(train, { validation: part }),
          'role',
          `a ${part.role} part as validation`,
          [part.role],
        );
      }
    },
  },
  {
    name: 'one event, one user and one item are enough',
    async check(subject) {
      const shapes = { 'one event': [1, 1], 'one user': [1, 6], 'one item': [6, 1] } as const;
      for (const [what, [users, items]] of Object.entries(shapes)) {
        const train = grid(users, items);
        const failed = await failure(() =>
          withModel(subject, train, async (model) => {
            const lists = await model.recommend({ users: [...model.users], k: 3 });
            check(
              lists.size === 0,
              `${what}: everything was seen, but ${lists.size} rows come back`,
            );
            checkLists(await allLists(model), what);
          }),
        );
        // Where there is nothing to learn from (a sequence model and one event), fit says so.
        const nothingToLearn =
          what === 'one event' && isTensorecError(failed?.thrown, 'empty-data');
        if (failed !== undefined && !nothingToLearn) {
          throw new Error(`${what}: ${describe(failed.thrown)}`, { cause: failed.thrown });
        }
      }
    },
  },
  {
    name: 'repeated pairs are legal',
    async check(subject) {
      const { train } = checkerboard();
      const positions = Int32Array.from({ length: 2 * train.size }, (_, n) => (n * 5) % train.size);
      const repeated = train.select(positions);
      const pairs = mergeRepeats(repeated.byUser(), 'one');
      await withModel(subject, repeated, async (model) => {
        sameNumbers(model.training.itemCounts, columnCounts(pairs), 'distinct users an item');
        sameNumbers(model.training.history.indices, pairs.indices, 'distinct items a user');
        const lists = await model.recommend({ users: [...model.users], k: model.items.size });
        checkLists(lists, 'repeated pairs');
        checkItems(lists, (row) => qualifyingItems(model, row), 'repeated pairs');
      });
    },
  },
  {
    name: 'odd values give finite scores or a clear error',
    async check(subject) {
      const { train } = checkerboard();
      const valuesOf: Readonly<Record<string, (position: number) => number>> = {
        'all zero': () => 0,
        'all the same': () => 3,
        'below zero': (position) => (position % 5) - 2,
        huge: (position) => 1e30 * (1 + (position % 3)),
        tiny: (position) => 1e-30 * (1 + (position % 3)),
      };
      for (const [what, value] of Object.entries(valuesOf)) {
        const values = Float32Array.from({ length: train.size }, (_, position) => value(position));
        const odd = new Interactions({ ...train.columns(), values });
        const failed = await failure(() =>
          withModel(subject, odd, (model) => checkAnswers(model, what)),
        );
        const refusedClearly =
          isTensorecError(failed?.thrown, 'invalid-argument') ||
          isTensorecError(failed?.thrown, 'numerical');
        if (failed !== undefined && !refusedClearly) {
          throw new Error(`values ${what}: ${describe(failed.thrown)}`, { cause: failed.thrown });
        }
      }
    },
  },
]);

function checkRecord(
  model: Model<string, string>,
  data: Interactions<string, string>,
  wanted: number,
): void {
  const { users, items, history, itemCounts, fingerprint, splitId, seed } = model.training;
  check(users === data.users && items === data.items, 'the vocabularies are not those of the data');
  check(
    model.users === users && model.items === items,
    'model and record have different vocabularies',
  );
  check(fingerprint === data.fingerprint, `the fingerprint is ${fingerprint}`);
  check(splitId === data.splitId, `the split id is ${String(splitId)}`);
  check(seed === wanted, `the seed is ${seed}, expected ${wanted}`);
  check(
    history.rows === users.size && history.columns === items.size,
    `the history is ${history.rows} × ${history.columns}`,
  );
  const pairs = mergeRepeats(data.byUser(), 'one');
  sameNumbers(history.offsets, pairs.offsets, 'offsets of the history');
  sameNumbers(history.indices, pairs.indices, 'items of the history');
  sameNumbers(itemCounts, columnCounts(pairs), 'users an item');
}

async function checkAnswers(model: Model<string, string>, what: string): Promise<void> {
  checkScores(allScores(model), `values ${what}, pair`);
  checkLists(await allLists(model), `values ${what}`);
}

/** Every user with every item, once. */
function grid(users: number, items: number): Interactions<string, string, 'whole'> {
  const pairs = Array.from({ length: users * items }, (_, n) => [n % users, Math.floor(n / users)]);
  return Interactions.fromColumns({
    users: pairs.map(([user]) => `user-${user!}`),
    items: pairs.map(([, item]) => `item-${item!}`),
    values: pairs.map((_, n) => 3 + (n % 3)),
    timestamps: pairs.map((_, n) => 1000 * n),
  });
}
