import type { FeatureTable, Id, Interactions, Model } from '@tensorec/core';

/** A few users of the test part, spread over it. */
export function sampleUsers(test: Interactions | undefined, count: number): readonly Id[] {
  if (test === undefined) return [];
  const rows = [...new Set(test.userRows)];
  const wanted = Math.min(count, rows.length);
  return Array.from({ length: wanted }, (_, n) =>
    test.users.id(rows[Math.floor(((n + 0.5) * rows.length) / wanted)] ?? 0),
  );
}

/** What a model recommends to each user, as titles. */
export async function sampleLists(
  model: Model,
  users: readonly Id[],
  items: { readonly table: FeatureTable; readonly title: string } | undefined,
): Promise<readonly (readonly string[])[]> {
  const recommendations = await model.recommend({ users, k: 8, unknown: 'empty' });
  return users.map((_, position) =>
    recommendations
      .list(position)
      .map(({ item }) => items?.table.text(item, items.title) ?? String(item)),
  );
}
