import { join } from 'node:path';
import type { CallOptions } from '@tensorec/core';
import { eventWeights } from '../shop/events.js';
import { readShopOptions, type ShopOptions } from '../shop/options.js';
import { userRow } from '../shop/shop.js';
import { visitsOf } from '../shop/visits.js';
import { World } from '../shop/world.js';
import { AtomicWriter } from './atomic-writer.js';
import { csvLine } from './csv.js';

const headers = {
  'items.csv': ['item', 'title', 'category', 'tags', 'price', 'description'],
  'users.csv': ['user', 'name', 'segment', 'country'],
  'social.csv': ['user', 'friend'],
  'ratings.csv': ['user', 'item', 'rating', 'timestamp'],
  'interactions.csv': ['user', 'item', 'event', 'weight', 'timestamp'],
} as const;

/**
 * Writes the shop of `generateShop` as CSV files with a header line, without holding its events in memory (a million
 * users make some 28 million events):
 *
 * - `interactions.csv`: user, item, event, weight, timestamp (ms since 1970), user by user, each in the order of time
 * - `ratings.csv`: user, item, rating, timestamp
 * - `items.csv`: item, title, category, tags (separated by `|`), price, description
 * - `users.csv`: user, name, segment, country
 * - `social.csv`: user, friend
 *
 * Each file appears whole or not at all, and none before all are written; an error or abort before that leaves the
 * folder as it was.
 *
 * @param folder - made when missing; files of these names are replaced
 * @throws TensorecError `invalid-argument` for an option, `file` when something cannot be written; the signal's reason
 * once it is aborted.
 */
export async function writeShop(
  folder: string,
  options: ShopOptions = {},
  { signal, onProgress }: CallOptions = {},
): Promise<void> {
  const size = readShopOptions(options);
  signal?.throwIfAborted();
  const writers: AtomicWriter[] = [];
  const start = async (name: keyof typeof headers): Promise<AtomicWriter> => {
    const writer = await AtomicWriter.open(join(folder, name));
    writers.push(writer);
    writer.add(csvLine(headers[name]));
    return writer;
  };
  const flush = async (fraction: number): Promise<void> => {
    for (const writer of writers) if (writer.full) await writer.flush();
    signal?.throwIfAborted();
    onProgress?.({ stage: 'write shop', fraction });
  };
  try {
    const items = await start('items.csv');
    const users = await start('users.csv');
    const social = await start('social.csv');
    const ratings = await start('ratings.csv');
    const interactions = await start('interactions.csv');

    const world = new World(size);
    const { catalogue, population } = world;
    for (const item of catalogue.items) {
      const { id, title, category, tags, price, description } = item;
      items.add(csvLine([id, title, category, tags.join('|'), price, description]));
      if (items.full) await flush(0);
    }
    for (let row = 0; row < size.users; row++) {
      const person = population.person(row);
      const { id, name, segment, country } = userRow(person);
      users.add(csvLine([id, name, segment, country]));
      for (const { item, event, rating, timestamp } of visitsOf(world, person)) {
        const itemId = catalogue.items[item]!.id;
        interactions.add(csvLine([id, itemId, event, eventWeights[event], timestamp]));
        if (event === 'rating') ratings.add(csvLine([id, itemId, rating, timestamp]));
      }
      if (interactions.full) await flush((0.97 * row) / size.users);
    }
    for (const [user, friend] of population.links()) {
      social.add(csvLine([population.id(user), population.id(friend)]));
      if (social.full) await flush(0.97);
    }
    for (const writer of writers) await writer.finish();
    signal?.throwIfAborted();
    for (const writer of writers) await writer.commit();
    onProgress?.({ stage: 'write shop', fraction: 1 });
  } catch (error) {
    for (const writer of writers) await writer.discard();
    throw error;
  }
}
