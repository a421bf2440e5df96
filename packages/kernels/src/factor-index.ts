import type { ReadonlyFloat32Array } from './arrays.js';
import type { Csr } from './csr.js';
import { requireEngine } from './engine/engine.js';
import { Resident } from './engine/resident.js';
import type { Scope } from './engine/scope.js';
import { requireArgument, TensorecError } from './errors.js';
import { partOf, type Steps } from './steps.js';

/** Items of a block, in panels of 8, and queries of a chunk. */
const BLOCK = 128;
const PANEL = 8;
const CHUNK_QUERIES = 40;
/** Chunks that keep many threads busy, and the fewest blocks that are worth one. */
const ENOUGH_CHUNKS = 16;
const LEAST_BLOCKS = 16;
/** Queries whose lists are made together. */
const BATCH = 8192;

/** Lists of the greatest products. */
export interface TopKLists {
  /** The most that a list can hold. */
  readonly k: number;
  /** How long each list is: k, or fewer where fewer items qualify. */
  readonly lengths: Int32Array<ArrayBuffer>;
  /** Rows of the items, k for each query, the greatest product first, ties by ascending row. */
  readonly items: Int32Array<ArrayBuffer>;
  /** Their products. */
  readonly scores: Float32Array<ArrayBuffer>;
  /** 1 where a product that was left out equals the last one of a full list. */
  readonly tied: Uint8Array<ArrayBuffer>;
}

/** Which items may appear in a list. */
export interface TopKOptions {
  /** Items that may not appear in the list of a query: a row a query, columns ascending. */
  readonly excluded?: Pick<Csr, 'offsets' | 'indices'> | undefined;
  /** 0 for items that appear in no list. */
  readonly eligible?: Uint8Array | undefined;
}

/**
 * The factors of many items, kept in the engine's memory for products with factors of queries: all of them, or exactly
 * the k greatest. Items lie in order of descending norm, and blocks that cannot hold a product as great as the k-th
 * best so far are passed over (Cauchy–Schwarz), which leaves the result as it is. A product is one sum over ascending
 * factors in single precision: the same bits from both methods, for any number of threads, alone or with others.
 */
export class FactorIndex extends Resident {
  /** How many items there are. */
  readonly size: number;
  /** How many factors each has. */
  readonly factors: number;
  readonly #blocks: number;
  readonly #packed: number;
  readonly #places: number;
  readonly #norms: number;
  readonly #greatestNorm: number;

  /**
   * @param itemFactors - items × factors, row-major; copied
   * @throws TensorecError `invalid-argument` for a length that does not fit, `numerical` for factors that are not
   * finite.
   */
  constructor(itemFactors: ReadonlyFloat32Array, factors: number) {
    super();
    requireArgument(
      Number.isInteger(factors) && factors >= 1 && itemFactors.length % factors === 0,
      () => `There are ${itemFactors.length} numbers; give a multiple of ${factors} factors.`,
    );
    this.factors = factors;
    this.size = itemFactors.length / factors;
    const norms = normsOf(itemFactors, factors, 'item');
    const order = Int32Array.from(norms.keys()).sort((a, b) => norms[b]! - norms[a]! || a - b);
    this.#blocks = Math.ceil(this.size / BLOCK);
    this.#greatestNorm = this.size === 0 ? 0 : norms[order[0]!]!;
    const { memory } = this;
    const places = new Int32Array(this.#blocks * BLOCK).fill(-1);
    places.set(order);
    this.#places = memory.place(places);
    this.#norms = memory.place(
      Float32Array.from({ length: this.#blocks }, (_, block) => norms[order[block * BLOCK]!]!),
    );
    this.#packed = memory.allocate(4 * places.length * factors);
    pack(
      memory.view(Float32Array, this.#packed, places.length * factors),
      itemFactors,
      places,
      factors,
    );
  }

  /**
   * The products of every query with every item.
   *
   * @param queryFactors - queries × factors, row-major
   * @param products - out: queries × items, row-major
   * @throws TensorecError `invalid-argument` for lengths that do not fit.
   */
  products(queryFactors: ReadonlyFloat32Array, products: Float32Array): void {
    this.requireUsable();
    const queries = this.#requireQueries(queryFactors);
    requireArgument(
      products.length === queries * this.size,
      () => `products has ${products.length} numbers; give ${queries} · ${this.size}.`,
    );
    if (products.length === 0) return;
    const { factors, size } = this;
    const memory = requireEngine().open();
    try {
      const { engine } = memory;
      const at = memory.place(queryFactors);
      const out = memory.allocate(4 * products.length);
      const space = memory.allocate(engine.threads * engine.value('topKSpace', factors));
      const [tiles, parts] = this.#chunks(queries);
      const [items, places, blocks] = [this.#packed, this.#places, this.#blocks];
      const stride = 4 * factors;
      const parameters = [
        at,
        stride,
        queries,
        factors,
        items,
        blocks,
        places,
        parts,
        out,
        4 * size,
        space,
      ];
      engine.runChunks('productsWithItems', 0, tiles * parts, parameters);
      products.set(memory.view(Float32Array, out, products.length));
    } finally {
      memory.close();
    }
  }

  /**
   * For each query the k items of the greatest products. At most queries · items · factors multiply-adds, often a
   * tenth of that where norms differ.
   *
   * @param queryFactors - queries × factors, row-major
   * @param k - an integer of 1 or more; meant for lists much shorter than the number of items
   * @throws TensorecError `invalid-argument` for lengths that do not fit or k out of range, `numerical` for factors that
   * are not finite or so great that a product may not be.
   */
  topK(queryFactors: ReadonlyFloat32Array, k: number, options: TopKOptions = {}): Steps<TopKLists> {
    return this.whileUsable(this.#topK(queryFactors, k, options));
  }

  *#topK(queryFactors: ReadonlyFloat32Array, k: number, options: TopKOptions): Steps<TopKLists> {
    const queries = this.#requireQueries(queryFactors);
    requireArgument(
      Number.isInteger(k) && k >= 1 && k <= 0x7fffffff,
      () => `k is ${k}; give an integer of 1 or more.`,
    );
    const { excluded, eligible } = options;
    requireArgument(
      excluded === undefined || excluded.offsets.length === queries + 1,
      () => `excluded has ${(excluded?.offsets.length ?? 1) - 1} rows; give ${queries}.`,
    );
    requireArgument(
      eligible === undefined || eligible.length === this.size,
      () => `eligible has ${eligible?.length ?? 0} bytes; give ${this.size}.`,
    );
    const norms = normsOf(queryFactors, this.factors, 'query');
    for (let query = 0; query < queries; query++) {
      if (norms[query]! * this.#greatestNorm < 1e38) continue;
      throw new TensorecError(
        'numerical',
        `The factors of query ${query} are so great that products overflow; scale them down.`,
      );
    }
    const most = Math.min(k, this.size);
    const lists: TopKLists = {
      k: most,
      lengths: new Int32Array(queries),
      items: new Int32Array(queries * most).fill(-1),
      scores: new Float32Array(queries * most),
      tied: new Uint8Array(queries),
    };
    for (let from = 0; from < queries; from += BATCH) {
      const to = Math.min(queries, from + BATCH);
      const batch = this.#topKOf(queryFactors, norms, from, to, options, lists);
      yield* partOf(batch, from / queries, to / queries);
    }
    return lists;
  }

  /** Writes the lists of queries [from, to). */
  *#topKOf(
    queryFactors: ReadonlyFloat32Array,
    norms: Float32Array,
    from: number,
    to: number,
    { excluded, eligible }: TopKOptions,
    lists: TopKLists,
  ): Steps {
    if (this.size === 0) return;
    const { factors } = this;
    const queries = to - from;
    // One more than asked for tells whether the cut is tied.
    const longest = lists.k + 1;
    const [tiles, parts] = this.#chunks(queries);
    const memory = requireEngine().open();
    try {
      const { engine } = memory;
      const partLists = placeLists(memory, queries * parts, longest);
      const exclusion = placeExcluded(memory, excluded, from, to);
      yield* engine.run('topK', tiles * parts, [
        memory.place(queryFactors.subarray(from * factors, to * factors)),
        4 * factors,
        queries,
        factors,
        this.#packed,
        this.#blocks,
        this.#places,
        this.#norms,
        memory.place(norms.subarray(from, to)),
        eligible === undefined ? 0 : memory.place(eligible),
        exclusion.offsets,
        exclusion.indices,
        longest,
        parts,
        partLists.scores,
        partLists.items,
        partLists.lengths,
        memory.allocate(engine.threads * engine.value('topKSpace', factors)),
      ]);
      let merged = partLists;
      if (parts > 1) {
        merged = placeLists(memory, queries, longest);
        const [source, target] = [partLists, merged].map(({ scores, items, lengths }) => [
          scores,
          items,
          lengths,
        ]);
        engine.runChunks('mergeLists', 0, Math.ceil(queries / 64), [
          queries,
          parts,
          longest,
          ...source!,
          ...target!,
        ]);
      }
      readLists(memory, merged, longest, from, to, lists);
    } finally {
      memory.close();
    }
  }

  /** How many groups of queries, and how many parts of the items for each. */
  #chunks(queries: number): readonly [number, number] {
    const tiles = Math.ceil(queries / CHUNK_QUERIES);
    const parts = Math.min(
      Math.ceil(ENOUGH_CHUNKS / tiles),
      Math.ceil(this.#blocks / LEAST_BLOCKS),
    );
    return [tiles, Math.max(1, tiles >= ENOUGH_CHUNKS ? 1 : parts)];
  }

  #requireQueries(queryFactors: ReadonlyFloat32Array): number {
    const { factors } = this;
    requireArgument(
      queryFactors.length % factors === 0,
      () => `There are ${queryFactors.length} numbers; give a multiple of ${factors} factors.`,
    );
    return queryFactors.length / factors;
  }
}

/** Addresses of lists. */
interface ListsAt {
  readonly scores: number;
  readonly items: number;
  readonly lengths: number;
}

function placeLists(memory: Scope, lists: number, longest: number): ListsAt {
  return {
    scores: memory.allocate(4 * lists * longest),
    items: memory.allocate(4 * lists * longest),
    lengths: memory.allocate(4 * lists),
  };
}

function placeExcluded(
  memory: Scope,
  excluded: TopKOptions['excluded'],
  from: number,
  to: number,
): { readonly offsets: number; readonly indices: number } {
  if (excluded === undefined) return { offsets: 0, indices: 0 };
  const start = excluded.offsets[from]!;
  const offsets = Int32Array.from(
    excluded.offsets.subarray(from, to + 1),
    (offset) => offset - start,
  );
  return {
    offsets: memory.place(offsets),
    indices: memory.place(excluded.indices.subarray(start, excluded.offsets[to])),
  };
}

function readLists(
  memory: Scope,
  at: ListsAt,
  longest: number,
  from: number,
  to: number,
  lists: TopKLists,
): void {
  const queries = to - from;
  const lengths = memory.view(Int32Array, at.lengths, queries);
  const items = memory.view(Int32Array, at.items, queries * longest);
  const scores = memory.view(Float32Array, at.scores, queries * longest);
  const { k } = lists;
  for (let query = 0; query < queries; query++) {
    const found = lengths[query]!;
    const length = Math.min(found, k);
    const source = query * longest;
    const target = (from + query) * k;
    lists.lengths[from + query] = length;
    for (let i = 0; i < length; i++) {
      lists.items[target + i] = items[source + i]!;
      lists.scores[target + i] = scores[source + i]!;
    }
    const tied = found > k && scores[source + k] === scores[source + k - 1];
    lists.tied[from + query] = tied ? 1 : 0;
  }
}

/** Puts the factors of items in panels of 8 places, all factors of a panel in order. */
function pack(
  packed: Float32Array,
  itemFactors: ReadonlyFloat32Array,
  places: Int32Array,
  factors: number,
): void {
  for (let place = 0; place < places.length; place++) {
    const item = places[place]!;
    const lane = place % PANEL;
    const panel = (place - lane) * factors + lane;
    for (let factor = 0; factor < factors; factor++) {
      packed[panel + factor * PANEL] = item < 0 ? 0 : itemFactors[item * factors + factor]!;
    }
  }
}

/** The Euclidean norm of each row. */
function normsOf(matrix: ReadonlyFloat32Array, factors: number, name: string): Float32Array {
  const rows = matrix.length / factors;
  const norms = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    let squares = 0;
    for (let i = row * factors; i < (row + 1) * factors; i++) squares += matrix[i]! * matrix[i]!;
    norms[row] = Math.sqrt(squares);
    if (norms[row]! < Infinity) continue;
    throw new TensorecError(
      'numerical',
      `The factors of ${name} ${row} are not finite; check the model's parameters and its input.`,
    );
  }
  return norms;
}
