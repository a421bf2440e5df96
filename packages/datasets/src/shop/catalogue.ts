import { AliasTable, exp, pow, type Random } from '@tensorec/kernels';
import { categories } from './assortment.js';
import { kindComplements, styles, styleSentences } from './categories.js';
import { pick, streams } from './draws.js';
import { dayMilliseconds, shopStart, yearDays } from './time.js';

/** Exponent of the power law of exposure: the item of rank r of its category is shown in proportion to r^-0.8. */
const popularityExponent = 0.8;

/** Shares of the items that came during the year, in its last three weeks, and that are never shown. */
const lateShare = 0.2;
const coldShare = 0.05;
const hiddenShare = 0.02;

/** The last days of the year, in which cold items are added. */
const coldDays = 21;

const secondKinds: ReadonlySet<string> = new Set(kindComplements.map(([, then]) => then));

/** An item as its row of the items table. */
interface ShopItem {
  readonly id: string;
  readonly title: string;
  readonly category: string;
  readonly tags: readonly string[];
  /** Euros. */
  readonly price: number;
  readonly description: string;
}

/** All items: what people read of them, and what decides who looks at them. Item rows index every column. */
export interface Catalogue {
  readonly size: number;
  readonly items: readonly ShopItem[];
  /** Index in `categories`. */
  readonly category: Uint8Array;
  /** Index in `styles`. */
  readonly style: Uint8Array;
  /** Standard normal. */
  readonly quality: Float64Array;
  /** How many standard deviations the logarithm of the price is above that of its like. */
  readonly priceScore: Float64Array;
  /** When the item came, in milliseconds since 1970; no event is earlier. */
  readonly added: Float64Array;
  /** Relative frequency of being shown within the category; 0 for items never shown. */
  readonly exposure: Float64Array;
  /** 1 where an item is used up and bought again. */
  readonly consumable: Uint8Array;
  /** Row of the item that is often bought within days after, or -1. */
  readonly complement: Int32Array;
  /** 1 where the item was added in the last three weeks. */
  readonly cold: Uint8Array;
  /** Rows of each category's items; the first of each is shown from the start. */
  readonly rowsOfCategory: readonly Int32Array[];
  /** Draws an index into `rowsOfCategory` by exposure; undefined for a category without items. */
  readonly shelf: readonly (AliasTable | undefined)[];
}

/** Makes the items of a shop; linear time and memory. */
export function makeCatalogue(size: number, root: Random): Catalogue {
  const random = root.fork(streams.catalogue);
  const category = new Uint8Array(size);
  for (let row = 0; row < size; row++) category[row] = random.integer(categories.length);
  const rowsOfCategory = categories.map((_, index) => rowsWhere(category, index));

  const catalogue = {
    size,
    items: new Array<ShopItem>(size),
    category,
    style: new Uint8Array(size),
    quality: new Float64Array(size),
    priceScore: new Float64Array(size),
    added: new Float64Array(size),
    exposure: new Float64Array(size),
    consumable: new Uint8Array(size),
    complement: new Int32Array(size).fill(-1),
    cold: new Uint8Array(size),
    rowsOfCategory,
  };
  const rowsOfKind = new Map<string, number[]>();
  rowsOfCategory.forEach((rows, index) => {
    fillCategory(catalogue, index, rows, random, rowsOfKind);
  });
  pairComplements(catalogue, rowsOfKind);
  const shelf = rowsOfCategory.map((rows) =>
    rows.length === 0
      ? undefined
      : new AliasTable(Float64Array.from(rows, (row) => catalogue.exposure[row]!)),
  );
  return { ...catalogue, shelf };
}

/** The id of an item: its row in seven digits. */
function itemId(row: number): string {
  return `i${String(row).padStart(7, '0')}`;
}

function rowsWhere(column: Uint8Array, value: number): Int32Array {
  let count = 0;
  for (const entry of column) if (entry === value) count++;
  const rows = new Int32Array(count);
  let next = 0;
  for (let row = 0; row < column.length; row++) if (column[row] === value) rows[next++] = row;
  return rows;
}

function fillCategory(
  catalogue: Omit<Catalogue, 'shelf' | 'items'> & { readonly items: ShopItem[] },
  index: number,
  rows: Int32Array,
  random: Random,
  rowsOfKind: Map<string, number[]>,
): void {
  const category = categories[index]!;
  const { kinds } = category;
  const titles = category.qualities.flatMap((list, style) =>
    list.flatMap((quality) => kinds.map((kind) => ({ style, quality, kind }))),
  );
  const titleOrder = random.permutation(titles.length);
  const ranks = random.permutation(rows.length);
  rows.forEach((row, n) => {
    const { style, quality, kind } = titles[titleOrder[n % titles.length]!]!;
    const edition = Math.floor(n / titles.length) + 1;
    const title = `${quality} ${kind}${edition > 1 ? ` No. ${edition}` : ''}`;
    const priceScore = random.normal();
    const small = category.consumables.includes(kind) || secondKinds.has(kind);
    const median = category.medianPrice * (small ? 0.4 : 1);
    const euros = median * exp(category.priceSpread * priceScore);
    catalogue.items[row] = {
      id: itemId(row),
      title,
      category: category.name,
      tags: [...category.tags, styles[style]!, kind],
      price: Math.max(0.99, Math.round(euros) - 0.01),
      description: `${title} ${pick(category.uses, random)}. ${pick(styleSentences[style]!, random)}`,
    };
    catalogue.style[row] = style;
    catalogue.priceScore[row] = priceScore;
    catalogue.quality[row] = random.normal();
    catalogue.consumable[row] = category.consumables.includes(kind) ? 1 : 0;

    const fate = n === 0 ? 1 : random.uniform();
    const when = random.uniform();
    const cold = fate < coldShare;
    const late = !cold && fate < coldShare + lateShare;
    const hidden = !cold && !late && fate < coldShare + lateShare + hiddenShare;
    const day = cold
      ? yearDays - coldDays * (1 - when)
      : late
        ? when * (yearDays - coldDays)
        : -yearDays * (1 - when);
    catalogue.cold[row] = cold ? 1 : 0;
    catalogue.added[row] = shopStart + Math.floor(day * dayMilliseconds);
    catalogue.exposure[row] = hidden ? 0 : pow(ranks[n]! + 1, -popularityExponent);
    if (!hidden) {
      const sameKind = rowsOfKind.get(kind);
      if (sameKind === undefined) rowsOfKind.set(kind, [row]);
      else sameKind.push(row);
    }
  });
}

/** Gives each item of a first kind the most shown item of the second kind in its own style, or in any. */
function pairComplements(
  { style, exposure, complement }: Pick<Catalogue, 'style' | 'exposure' | 'complement'>,
  rowsOfKind: ReadonlyMap<string, readonly number[]>,
): void {
  for (const [first, then] of kindComplements) {
    const candidates = [...(rowsOfKind.get(then) ?? [])].sort(
      (a, b) => exposure[b]! - exposure[a]!,
    );
    const best = styles.map(
      (_, index) => candidates.find((row) => style[row] === index) ?? candidates[0] ?? -1,
    );
    for (const row of rowsOfKind.get(first) ?? []) complement[row] = best[style[row]!]!;
  }
}
