import type { Id, Interactions, Model } from '@tensorec/core';
import type { Fold, PreparedData } from './prepared-data.js';
import type { SampleItem, SampleUser } from './report.js';
import type { ModelOutcome } from './run-model.js';

/** Items of a list, and of what a user did before and next, at most. */
const longest = 8;

/** A few users of the test part, spread over it. */
export function sampleUsers(test: Interactions | undefined, count: number): readonly Id[] {
  if (test === undefined) return [];
  const rows = [...new Set(test.userRows)];
  const wanted = Math.min(count, rows.length);
  return Array.from({ length: wanted }, (_, n) =>
    test.users.id(rows[Math.floor(((n + 0.5) * rows.length) / wanted)] ?? 0),
  );
}

/** What a model recommends to each user, best first. */
export async function sampleLists(
  model: Model,
  users: readonly Id[],
): Promise<readonly (readonly Id[])[]> {
  const recommendations = await model.recommend({ users, k: longest, unknown: 'empty' });
  return users.map((_, position) => recommendations.list(position).map(({ item }) => item));
}

/** Users with titles of what they did last, what they did next and what each model recommends them. */
export function describeSamples(
  { items }: PreparedData,
  fold: Fold | undefined,
  users: readonly Id[],
  outcomes: readonly ModelOutcome[],
): readonly SampleUser[] {
  const models = outcomes.flatMap(({ model, first }) =>
    first?.lists === undefined ? [] : [{ name: model.name, lists: first.lists }],
  );
  if (fold === undefined || models.length === 0) return [];
  const title = titleOf(items);
  return users.map((user, position) => {
    const next = itemsOf(fold.test, user);
    const relevant = new Set(next);
    const describe = (item: Id): SampleItem => ({ title: title(item), hit: relevant.has(item) });
    return {
      user: String(user),
      history: itemsOf(fold.split.train, user).slice(-longest).map(title),
      next: next.slice(0, longest).map(title),
      lists: Object.fromEntries(
        models.map(({ name, lists }) => [name, (lists[position] ?? []).map(describe)]),
      ),
    };
  });
}

/** The items of a user's interactions, in the order of the data. */
function itemsOf(part: Interactions, user: Id): readonly Id[] {
  const row = part.users.row(user);
  if (row === undefined) return [];
  const { offsets, indices } = part.byUser();
  return Array.from(indices.subarray(offsets[row], offsets[row + 1]), (item) =>
    part.items.id(item),
  );
}

/** The title of an item for people, or its id. */
function titleOf(items: PreparedData['items']): (id: Id) => string {
  return (id) => items?.table.text(id, items.title) ?? String(id);
}
