import type { EventKind, Shop } from '@tensorec/datasets';

const day = 86_400_000;
const start = Date.UTC(2025, 0, 1);

/** What of a shop's structure shows in its data, by the names of the table in the README. */
export function measure(shop: Shop): Readonly<Record<string, number>> {
  return {
    'median events of a user': median(counts(shop.interactions.userRows, shop.users.ids.size)),
    'purchases in the user’s two strongest categories': strongestShare(shop),
    'purchases in the user’s strongest style': strongestStyleShare(shop),
    'Gini of events over items': gini(counts(shop.interactions.itemRows, shop.items.ids.size)),
    'peak quarter against the opposite one, Snow sports': seasonRatio(shop, 'Snow sports', 10),
    'peak quarter against the opposite one, Pets': seasonRatio(shop, 'Pets', 10),
    'complement bought within 7 days': complementRate(shop, 0),
    'another pair’s second item bought within 7 days': complementRate(shop, 1),
    'taste cosine of friends': tasteCosine(shop, true),
    'taste cosine of strangers': tasteCosine(shop, false),
    'last third against first, category the user turns to': driftRatio(shop, 1),
    'last third against first, category the user leaves': driftRatio(shop, -1),
    'second half against first, rising third of communities': trendRatio(shop, 1),
    'second half against first, falling third of communities': trendRatio(shop, -1),
    'correlation of ratings with the true match': ratingCorrelation(shop),
    'purchases of consumables that are repeats': repeatShare(shop),
    'events from 18 to 23 h UTC': eveningShare(shop),
  };
}

function counts(rows: Iterable<number>, size: number): number[] {
  const result = new Array<number>(size).fill(0);
  for (const row of rows) result[row]!++;
  return result;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function gini(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const total = sorted.reduce((sum, value) => sum + value, 0);
  const weighted = sorted.reduce((sum, value, n) => sum + (2 * n + 1 - sorted.length) * value, 0);
  return weighted / (sorted.length * total);
}

interface Row {
  readonly user: number;
  readonly item: number;
  readonly event: EventKind;
  readonly time: number;
}

function rows({ interactions, events }: Shop, kind?: EventKind): Row[] {
  return events.flatMap((event, n) =>
    kind === undefined || event === kind
      ? [
          {
            user: interactions.userRows[n]!,
            item: interactions.itemRows[n]!,
            event,
            time: interactions.timestamps![n]!,
          },
        ]
      : [],
  );
}

function taste({ structure }: Shop, user: number): number[] {
  const { categories, tasteAtStart, tasteAtEnd } = structure;
  return categories.map(
    (_, n) =>
      (tasteAtStart[user * categories.length + n]! + tasteAtEnd[user * categories.length + n]!) / 2,
  );
}

function strongestShare(shop: Shop): number {
  return mean(
    rows(shop, 'purchase').map(({ user, item }) => {
      const tastes = taste(shop, user);
      const own = tastes[shop.structure.itemCategory[item]!]!;
      return tastes.filter((other) => other > own).length < 2 ? 1 : 0;
    }),
  );
}

function strongestStyleShare(shop: Shop): number {
  const { styles, styleTaste, itemStyle } = shop.structure;
  return mean(
    rows(shop, 'purchase').map(({ user, item }) => {
      const tastes = styleTaste.subarray(user * styles.length, (user + 1) * styles.length);
      return tastes[itemStyle[item]!] === Math.max(...tastes) ? 1 : 0;
    }),
  );
}

function seasonRatio(shop: Shop, category: string, peakDay: number): number {
  const all = rows(shop, 'view');
  const index = shop.structure.categories.indexOf(category);
  const share = (centre: number): number => {
    const inQuarter = all.filter(({ time }) => {
      const distance = Math.abs((time - start) / day - centre);
      return Math.min(distance, 365 - distance) < 45;
    });
    return mean(inQuarter.map(({ item }) => (shop.structure.itemCategory[item] === index ? 1 : 0)));
  };
  return share(peakDay) / share((peakDay + 182) % 365);
}

/** Rate at which a first purchase of `first` is followed by one of `then`, taken from the pair `shift` further on. */
function complementRate(shop: Shop, shift: number): number {
  const { complements } = shop.structure;
  const { ids } = shop.items;
  const partner = new Map(
    complements.map(({ first }, n) => {
      // Half the list away, so that the other pair is of another kind.
      const other = (n + shift * (complements.length >> 1)) % complements.length;
      return [ids.row(first)!, ids.row(complements[other]!.then)!];
    }),
  );
  const times = new Map<string, number[]>();
  const purchases = rows(shop, 'purchase');
  for (const { user, item, time } of purchases) {
    const key = `${user} ${item}`;
    times.set(key, [...(times.get(key) ?? []), time]);
  }
  const followed = purchases.flatMap(({ user, item, time }) => {
    const then = partner.get(item);
    if (then === undefined || time > start + 358 * day) return [];
    const later = times.get(`${user} ${then}`) ?? [];
    return [later.some((other) => other > time && other < time + 7 * day) ? 1 : 0];
  });
  return mean(followed);
}

function cosine(a: readonly number[], b: readonly number[]): number {
  const dot = (x: readonly number[], y: readonly number[]): number =>
    x.reduce((sum, value, n) => sum + value * y[n]!, 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

function tasteCosine(shop: Shop, friends: boolean): number {
  const { ids } = shop.users;
  return mean(
    shop.social.map(([a, b], n) => {
      const other = friends
        ? b
        : shop.social[(n + (shop.social.length >> 1)) % shop.social.length]![1];
      return cosine(taste(shop, ids.row(a)!), taste(shop, ids.row(other)!));
    }),
  );
}

/** How the share of the category whose taste grows (sign 1) or shrinks most moves from the first to the last third. */
function driftRatio(shop: Shop, sign: number): number {
  const { categories, tasteAtStart, tasteAtEnd, itemCategory } = shop.structure;
  const width = categories.length;
  const moved = Array.from({ length: shop.users.ids.size }, (_, user) => {
    const changes = categories.map(
      (_, n) => sign * (tasteAtEnd[user * width + n]! - tasteAtStart[user * width + n]!),
    );
    return changes.indexOf(Math.max(...changes));
  });
  const share = (from: number, to: number): number =>
    mean(
      rows(shop, 'view')
        .filter(({ time }) => time >= start + from * day && time < start + to * day)
        .map(({ user, item }) => (itemCategory[item] === moved[user] ? 1 : 0)),
    );
  return share(244, 365) / share(0, 121);
}

function trendRatio(shop: Shop, sign: number): number {
  const { communityTrend, itemCommunity } = shop.structure;
  const sorted = [...communityTrend].sort((a, b) => a - b);
  const bound = sign > 0 ? sorted[32]! : sorted[15]!;
  const views = rows(shop, 'view');
  const share = (second: boolean): number =>
    mean(
      views
        .filter(({ time }) => time >= start + 182.5 * day === second)
        .map(({ item }) => {
          const trend = communityTrend[itemCommunity[item]!]!;
          return sign > 0 ? (trend >= bound ? 1 : 0) : trend <= bound ? 1 : 0;
        }),
    );
  return share(true) / share(false);
}

function ratingCorrelation({ ratings, structure }: Shop): number {
  const values = Array.from(ratings.values!);
  const matches = values.map((_, n) =>
    structure.match(ratings.users.id(ratings.userRows[n]!), ratings.items.id(ratings.itemRows[n]!)),
  );
  const centred = (list: readonly number[]): number[] => list.map((value) => value - mean(list));
  return cosine(centred(values), centred(matches));
}

function repeatShare(shop: Shop): number {
  const consumables = new Set(shop.structure.consumables.map((id) => shop.items.ids.row(id)!));
  const seen = new Set<string>();
  return mean(
    rows(shop, 'purchase')
      .filter(({ item }) => consumables.has(item))
      .map(({ user, item }) => {
        const key = `${user} ${item}`;
        const repeat = seen.has(key);
        seen.add(key);
        return repeat ? 1 : 0;
      }),
  );
}

function eveningShare(shop: Shop): number {
  return mean(rows(shop).map(({ time }) => (new Date(time).getUTCHours() >= 18 ? 1 : 0)));
}
