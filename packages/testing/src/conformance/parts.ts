import type { Id, Interactions } from '@tensorec/core';

/** Training data whose vocabularies hold users and items without any event. */
export interface PartOfData<User extends Id, Item extends Id> {
  readonly train: Interactions<User, Item, 'train'>;
  /** Users without events. */
  readonly silentUsers: readonly User[];
  /** Items without events. */
  readonly silentItems: readonly Item[];
}

/** The data without the events of the first and the last user, and of the first and the last two items. */
export function withoutSome<User extends Id, Item extends Id>(
  data: Interactions<User, Item, 'train'>,
): PartOfData<User, Item> {
  const users = [0, data.users.size - 1];
  const items = [0, data.items.size - 2, data.items.size - 1];
  const kept: number[] = [];
  for (let n = 0; n < data.size; n++) {
    if (!users.includes(data.userRows[n]!) && !items.includes(data.itemRows[n]!)) kept.push(n);
  }
  return {
    train: data.select(Int32Array.from(kept)),
    silentUsers: users.map((row) => data.users.id(row)),
    silentItems: items.map((row) => data.items.id(row)),
  };
}
