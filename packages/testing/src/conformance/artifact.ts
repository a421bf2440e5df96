import {
  decodeArtifact,
  encodeArtifact,
  hasCapability,
  Interactions,
  Vocabulary,
  type Model,
} from '@tensorec/core';
import { check, refused, sameNumbers, samePlain } from '../assert.js';
import { checkerboard } from '../known-data/index.js';
import { checkCapabilities } from './contract.js';
import { artifactReader } from './files.js';
import { allLists, allScores, sameLists } from './lists.js';
import { rulesOf, withModel, type Rule, type Subject } from './rule.js';

/** Promises of saving and loading, in memory: what is on disk is the same bytes. */
export const artifactRules: readonly Rule[] = rulesOf('every model', [
  {
    name: 'a loaded model is the saved one, to the bit',
    async check(subject) {
      await withModel(subject, checkerboard().train, async (model) => {
        await withLoaded(subject, model, true, async (loaded) => {
          check(loaded.name === model.name, `the loaded model is called "${loaded.name}"`);
          samePlain(loaded.parameters, model.parameters, 'parameters');
          check(loaded.answersAnyone === model.answersAnyone, 'answersAnyone changed');
          checkCapabilities(loaded, subject);
          const { training } = loaded;
          samePlain(
            [training.fingerprint, training.splitId, training.seed, training.repeats],
            [
              model.training.fingerprint,
              model.training.splitId,
              model.training.seed,
              model.training.repeats,
            ],
            'training record',
          );
          sameNumbers(allScores(loaded), allScores(model), 'scores');
          sameLists(await allLists(loaded), await allLists(model), 'lists');
          const seen = { users: [...model.users], k: 5 };
          sameLists(
            await loaded.recommend(seen),
            await model.recommend(seen),
            'lists without seen items',
          );
          await sameItemSide(loaded, model);
          await sameRatings(loaded, model);

          const [first, second] = [await encodeArtifact(model), await encodeArtifact(loaded)];
          check(
            first.tensors.name === second.tensors.name,
            'saved again, the loaded model has other tensors',
          );
        });
      });
    },
  },
  {
    name: 'saved without users, it holds none and keeps the item side and fold-in',
    async check(subject) {
      const { train } = checkerboard();
      const users = Vocabulary.from([...train.users].map((user) => `private-${user}`));
      const data = new Interactions({ ...train.columns(), users });
      await withModel(subject, data, async (model) => {
        const { tensors, model: file } = await encodeArtifact(model, { users: false });
        for (const { name, bytes } of [tensors, file]) {
          const text = new TextDecoder().decode(bytes);
          check(!text.includes('private-'), `${name} holds the id of a user`);
        }
        await withLoaded(subject, model, false, async (loaded) => {
          check(loaded.users.size === 0, `the loaded model knows ${loaded.users.size} users`);
          checkCapabilities(loaded, subject);
          if (hasCapability(loaded, 'has-factors')) {
            check(loaded.userFactors.length === 0, 'the loaded model has factors of users');
          }
          const user = users.id(0);
          await refused(
            () => loaded.recommend({ users: [user] }),
            'unknown-id',
            'a user left out',
            [user],
          );
          const popular = { users: [user], unknown: 'popular', exclude: 'none' } as const;
          const other = { ...popular, users: ['nobody'] };
          const [found, expected] = [await loaded.recommend(popular), await model.recommend(other)];
          sameNumbers(found.itemRows, expected.itemRows, 'what is popular');
          await sameItemSide(loaded, model);
        });
      });
    },
  },
]);

/** Saves a model, loads it, gives it to `use` and disposes it. */
async function withLoaded(
  subject: Subject,
  model: Model<string, string>,
  users: boolean,
  use: (loaded: Model) => Promise<void>,
): Promise<void> {
  const artifact = await encodeArtifact(model, { users });
  const loaded = await decodeArtifact(artifactReader(artifact), { models: [subject.descriptor] });
  try {
    await use(loaded);
  } finally {
    loaded.dispose();
  }
}

/** Requires what does not need users to be the same: fold-in and similar items. */
async function sameItemSide(loaded: Model, model: Model<string, string>): Promise<void> {
  const items = [...model.items];
  if (hasCapability(loaded, 'folds-in') && hasCapability(model, 'folds-in')) {
    const histories = [items.slice(0, 3), [{ item: items[5]!, value: 4 }], items.slice(2, 12)];
    const request = { histories, k: items.length };
    sameLists(await loaded.recommend(request), await model.recommend(request), 'fold-in');
  }
  if (hasCapability(loaded, 'finds-similar') && hasCapability(model, 'finds-similar')) {
    const request = { items, k: items.length };
    sameLists(await loaded.similar(request), await model.similar(request), 'similar items');
  }
}

async function sameRatings(loaded: Model, model: Model<string, string>): Promise<void> {
  if (!hasCapability(loaded, 'rates-items') || !hasCapability(model, 'rates-items')) return;
  const items = [...model.items, 'nothing', [...model.items][0]!];
  const users = items.map(
    (_, n) => [...model.users, 'nobody'][n % 3 === 0 ? model.users.size : n]!,
  );
  const [found, expected] = [
    await loaded.rate({ users, items }),
    await model.rate({ users, items }),
  ];
  sameNumbers(found.ratings, expected.ratings, 'ratings');
  check(
    found.fallbacks === expected.fallbacks,
    `${found.fallbacks} fallbacks, expected ${expected.fallbacks}`,
  );
}
