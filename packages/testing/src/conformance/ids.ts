import { decodeArtifact, encodeArtifact, Interactions, type Id } from '@tensorec/core';
import { check, refused } from '../assert.js';
import { artifactReader } from './files.js';
import { allLists, checkLists } from './lists.js';
import { rulesOf, withModel, type Rule } from './rule.js';

const oddIds: readonly Id[] = [
  7,
  '7',
  0,
  '0',
  -1,
  0.1,
  1e21,
  '',
  ' ',
  '__proto__',
  'constructor',
  'toString',
  'a\nb\tc',
  '"quoted",\\',
  '\u0000',
  '\ufeffmark',
  'é',
  'e\u0301',
  '👩‍🚀',
  'ид',
];

/** Promises about raw ids. */
export const idRules: readonly Rule[] = rulesOf('every model', [
  {
    name: 'ids keep their type and their characters, also through an artifact',
    async check(subject) {
      await withModel(subject, oddData(), async (model) => {
        checkIds([...model.users], 'users');
        checkIds([...model.items], 'items');
        const lists = await allLists(model);
        checkLists(lists, 'odd ids');
        checkIds([...lists.users], 'users of the lists');
        lists.users.forEach((user, position) => {
          const items = new Set(lists.list(position).map((row) => row.item));
          const missing = oddIds.filter((id) => !items.has(id));
          check(missing.length === 0, `${show(missing)} is missing in the list of ${show(user)}`);
        });

        const artifact = artifactReader(await encodeArtifact(model));
        const loaded = await decodeArtifact(artifact, { models: [subject.descriptor] });
        checkIds([...loaded.users], 'users of the loaded model');
        checkIds([...loaded.items], 'items of the loaded model');
        loaded.dispose();
      });
    },
  },
  {
    name: 'an id of the other type is another id',
    async check(subject) {
      await withModel(subject, oddData(), async (model) => {
        const request = { users: [7], k: 100, exclude: 'none' } as const;
        for (const item of [7, '7']) {
          const { size, items, itemRows } = await model.recommend({
            ...request,
            candidates: [item],
          });
          check(
            size === 1 && items.id(itemRows[0]!) === item,
            `candidates: [${show(item)}] is not its list`,
          );
        }
        for (const id of [1e21, -1]) {
          const other = String(id);
          await refused(
            () => model.recommend({ users: [other] }),
            'unknown-id',
            `user ${show(other)}`,
            [other],
          );
          await refused(
            () => model.score({ users: [7], items: [other] }),
            'unknown-id',
            `item ${show(other)}`,
          );
        }
      });
    },
  },
]);

function checkIds(found: readonly Id[], what: string): void {
  oddIds.forEach((id, n) => {
    check(found[n] === id, `${what}: ${show(found[n])}, expected ${show(id)}`);
  });
}

function show(value: unknown): string {
  return JSON.stringify(value);
}

/** Each odd id as a user and as an item, each user with some of the items. */
function oddData(): Interactions<Id, Id, 'whole'> {
  const users: Id[] = [];
  const items: Id[] = [];
  for (let step = 0; step < 5; step++) {
    oddIds.forEach((user, n) => {
      users.push(user);
      items.push(oddIds[(n + step * step) % oddIds.length]!);
    });
  }
  return Interactions.fromColumns({
    users,
    items,
    values: users.map((_, n) => 1 + ((n * 3) % 5)),
    timestamps: users.map((_, n) => 1000 * n),
  });
}
