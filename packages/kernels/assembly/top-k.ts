// Products of queries with many items, and the greatest of them: scored block by block, so that scores never leave the
// first-level cache. Items lie packed in panels of 8 as in gemm.ts, in order of descending norm: by Cauchy and Schwarz,
// once the norm of a query times the greatest norm of a block is below the query's k-th best score, neither this block
// nor any later one can change its list.
import { copyRows, DEPTH, PANEL, STRIDE, TILE_ROWS, tile } from './gemm';
import { nextChunk, parameter, threadIndex } from './pool';
import { multiplyAdd } from './simd';
import { holds, insert, lengthOfList, threshold, useList } from './top-k-list';

/** Queries of a chunk and items of a block: their scores fit into the first-level cache. */
const QUERIES: usize = 40;
const BLOCK: usize = 128;
/** Bytes of the scores of a query with a block. */
const SCORES: usize = BLOCK << 2;
/** Makes up for the rounding of norms and scores. */
const MARGIN: f32 = 1.0001;

/** Bytes of the copied queries. */
@inline
function querySpace(depth: usize): usize {
  return ((depth + DEPTH - 1) / DEPTH) * QUERIES * STRIDE;
}

/** Bytes of a thread's work space. */
export function topKSpace(depth: usize): usize {
  return (querySpace(depth) + QUERIES * (SCORES + 4) + 63) & ~63;
}

/** Products of one query with 32 items, in 4 panels. */
function rowTile(query: usize, panel: usize, depth: usize, out: usize): void {
  const step = depth << 5;
  let b = panel;
  let c = b + step;
  let d = c + step;
  let e = d + step;
  let b0 = f32x4.splat(0);
  let b1 = b0;
  let c0 = b0;
  let c1 = b0;
  let d0 = b0;
  let d1 = b0;
  let e0 = b0;
  let e1 = b0;
  for (const end = query + (depth << 2); query < end; query += 4) {
    const s = v128.load_splat<f32>(query);
    b0 = multiplyAdd(b0, s, v128.load(b));
    b1 = multiplyAdd(b1, s, v128.load(b, 16));
    c0 = multiplyAdd(c0, s, v128.load(c));
    c1 = multiplyAdd(c1, s, v128.load(c, 16));
    d0 = multiplyAdd(d0, s, v128.load(d));
    d1 = multiplyAdd(d1, s, v128.load(d, 16));
    e0 = multiplyAdd(e0, s, v128.load(e));
    e1 = multiplyAdd(e1, s, v128.load(e, 16));
    b += 32;
    c += 32;
    d += 32;
    e += 32;
  }
  v128.store(out, b0);
  v128.store(out, b1, 16);
  v128.store(out, c0, 32);
  v128.store(out, c1, 48);
  v128.store(out, d0, 64);
  v128.store(out, d1, 80);
  v128.store(out, e0, 96);
  v128.store(out, e1, 112);
}

/**
 * Scores of queries, copied to `rows`, with a block of items: of those groups of 5 whose bit is set. One or two queries
 * are scored as they lie, for a tile of five would be mostly in vain.
 */
function scoreBlock(
  queries: usize,
  queryStride: usize,
  count: usize,
  groups: i32,
  rows: usize,
  block: usize,
  depth: usize,
  scores: usize,
): void {
  if (count <= 2) {
    for (let i: usize = 0; i < count; i++) {
      const query = queries + i * queryStride;
      for (let o: usize = 0; o < BLOCK; o += 32) {
        rowTile(query, block + ((o * depth) << 2), depth, scores + i * SCORES + (o << 2));
      }
    }
    return;
  }
  for (let k: usize = 0; k < depth; k += DEPTH) {
    const width = min(DEPTH, depth - k);
    for (let j: usize = 0; j < BLOCK; j += PANEL) {
      const panel = block + ((j * depth + k * PANEL) << 2);
      let from = rows + (k / DEPTH) * (QUERIES * STRIDE);
      let to = scores + (j << 2);
      for (let left = groups; left != 0; left >>= 1) {
        if (left & 1) tile(from, panel, to, SCORES, width, k == 0);
        from += TILE_ROWS * STRIDE;
        to += TILE_ROWS * SCORES;
      }
    }
  }
}

/** One bit for each group of 5 among `count` queries. */
@inline
function allGroups(count: usize): i32 {
  return (1 << <i32>((count + TILE_ROWS - 1) / TILE_ROWS)) - 1;
}

/** The greatest scores of a block, lane by lane. */
function greatestOf(scores: usize): v128 {
  let a = v128.load(scores);
  let b = v128.load(scores, 16);
  let c = v128.load(scores, 32);
  let d = v128.load(scores, 48);
  for (const end = scores + SCORES - 64; scores < end; ) {
    scores += 64;
    a = f32x4.max(a, v128.load(scores));
    b = f32x4.max(b, v128.load(scores, 16));
    c = f32x4.max(c, v128.load(scores, 32));
    d = f32x4.max(d, v128.load(scores, 48));
  }
  return f32x4.max(f32x4.max(a, b), f32x4.max(c, d));
}

/** Offers the items of a block to the list. */
function offer(
  scores: usize,
  rows: usize,
  eligible: usize,
  excluded: usize,
  excludedCount: usize,
): void {
  let least = threshold();
  let leasts = f32x4.splat(least);
  for (let o: usize = 0; o < SCORES; o += 64) {
    const greatest = f32x4.max(
      f32x4.max(v128.load(scores + o), v128.load(scores + o, 16)),
      f32x4.max(v128.load(scores + o, 32), v128.load(scores + o, 48)),
    );
    if (!v128.any_true(f32x4.ge(greatest, leasts))) continue;
    for (let at = o; at < o + 64; at += 4) {
      const score = load<f32>(scores + at);
      if (score < least) continue;
      const item = load<i32>(rows + at);
      if (item < 0) continue;
      if (eligible != 0 && load<u8>(eligible + <usize>item) == 0) continue;
      if (excludedCount > 0 && holds(excluded, excludedCount, item)) continue;
      insert(score, item);
      least = threshold();
      leasts = f32x4.splat(least);
    }
  }
}

/**
 * The k best items of queries. A chunk is 40 queries with one part of the blocks; each part has lists of its own.
 *
 * Parameters: 0 queries, 1 their stride in bytes, 2 how many, 3 depth, 4 packed items, 5 blocks, 6 item of each place
 * or −1, 7 greatest norm of each block, 8 norms of the queries, 9 eligible: a byte an item, or 0, 10 offsets and 11
 * indices of excluded items by query, or 0, 12 k, 13 parts, 14 out: scores and 15 items, k for each query and part, 16
 * out: lengths of the lists; 17 work space, `topKSpace` bytes a thread.
 */
export function topK(): void {
  const queries = parameter(0);
  const stride = parameter(1);
  const count = parameter(2);
  const depth = parameter(3);
  const items = parameter(4);
  const blocks = parameter(5);
  const places = parameter(6);
  const norms = parameter(7);
  const queryNorms = parameter(8);
  const eligible = parameter(9);
  const offsets = parameter(10);
  most = parameter(12);
  const parts = parameter(13);
  outScores = parameter(14);
  outItems = parameter(15);
  const lengths = parameter(16);
  const indices = parameter(11);
  const space = parameter(17) + threadIndex() * topKSpace(depth);
  const scores = space + querySpace(depth);
  const least = scores + QUERIES * SCORES;
  const blockBytes = (depth * BLOCK) << 2;
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const part = <usize>chunk % parts;
    const first = (<usize>chunk / parts) * QUERIES;
    const here = min(QUERIES, count - first);
    const own = queries + first * stride;
    const ownNorms = queryNorms + (first << 2);
    const ownLengths = lengths + ((first * parts + part) << 2);
    copyQueries(own, stride, here, depth, space);
    for (let i: usize = 0; i < here; i++) {
      store<i32>(ownLengths + ((i * parts) << 2), 0);
      store<f32>(least + (i << 2), -Infinity);
    }
    const end = ((part + 1) * blocks) / parts;
    for (let block = (part * blocks) / parts; block < end; block++) {
      const norm = load<f32>(norms + (block << 2)) * MARGIN;
      let groups: i32 = 0;
      for (let i: usize = 0; i < here; i++) {
        if (load<f32>(ownNorms + (i << 2)) * norm >= load<f32>(least + (i << 2))) {
          groups |= 1 << <i32>(i / TILE_ROWS);
        }
      }
      if (groups == 0) break;
      scoreBlock(own, stride, here, groups, space, items + block * blockBytes, depth, scores);
      for (let i: usize = 0; i < here; i++) {
        if ((groups & (1 << <i32>(i / TILE_ROWS))) == 0) continue;
        const query = first + i;
        const length = ownLengths + ((i * parts) << 2);
        const ownScores = scores + i * SCORES;
        const enough = v128.load_splat<f32>(least + (i << 2));
        if (!v128.any_true(f32x4.ge(greatestOf(ownScores), enough))) continue;
        openList(query * parts + part, <usize>load<i32>(length));
        const from = offsets == 0 ? 0 : <usize>load<i32>(offsets + (query << 2));
        const to = offsets == 0 ? 0 : <usize>load<i32>(offsets + (query << 2), 4);
        offer(ownScores, places + block * SCORES, eligible, indices + (from << 2), to - from);
        store<i32>(length, <i32>lengthOfList());
        store<f32>(least + (i << 2), threshold());
      }
    }
  }
}

/** Copies queries to where `scoreBlock` wants them. */
function copyQueries(queries: usize, stride: usize, count: usize, depth: usize, to: usize): void {
  for (let k: usize = 0; k < depth; k += DEPTH) {
    copyRows(queries + (k << 2), stride, count, min(DEPTH, depth - k), 1, to);
    to += QUERIES * STRIDE;
  }
}

let outScores: usize = 0;
let outItems: usize = 0;
let most: usize = 0;

/** Makes a list the current one. */
@inline
function openList(list: usize, length: usize): void {
  const at = (list * most) << 2;
  useList(outScores + at, outItems + at, length, most);
}

/**
 * The products of queries with all items, in the order of the items. A chunk is 40 queries with one part of the blocks.
 *
 * Parameters: 0 queries, 1 their stride in bytes, 2 how many, 3 depth, 4 packed items, 5 blocks, 6 item of each place or
 * −1, 7 parts, 8 out: products, 9 bytes between their rows, 10 work space, `topKSpace(depth)` bytes a thread.
 */
export function productsWithItems(): void {
  const queries = parameter(0);
  const stride = parameter(1);
  const count = parameter(2);
  const depth = parameter(3);
  const items = parameter(4);
  const blocks = parameter(5);
  const places = parameter(6);
  const parts = parameter(7);
  const out = parameter(8);
  const outStride = parameter(9);
  const space = parameter(10) + threadIndex() * topKSpace(depth);
  const scores = space + querySpace(depth);
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const part = <usize>chunk % parts;
    const first = (<usize>chunk / parts) * QUERIES;
    const here = min(QUERIES, count - first);
    const own = queries + first * stride;
    const groups = allGroups(here);
    copyQueries(own, stride, here, depth, space);
    const end = ((part + 1) * blocks) / parts;
    for (let block = (part * blocks) / parts; block < end; block++) {
      const packed = items + ((block * depth * BLOCK) << 2);
      scoreBlock(own, stride, here, groups, space, packed, depth, scores);
      for (let i: usize = 0; i < here; i++) {
        const row = out + (first + i) * outStride;
        for (let o: usize = 0; o < SCORES; o += 4) {
          const item = load<i32>(places + block * SCORES + o);
          if (item >= 0) store<f32>(row + (<usize>item << 2), load<f32>(scores + i * SCORES + o));
        }
      }
    }
  }
}

/**
 * One list of k for each query out of those of its parts; 64 queries a chunk.
 *
 * Parameters: queries, parts, k, scores, items and lengths of the parts' lists; out: scores, items and lengths.
 */
export function mergeLists(): void {
  const count = parameter(0);
  const parts = parameter(1);
  const most = parameter(2);
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const end = min(count, (<usize>chunk + 1) * 64);
    for (let query = <usize>chunk * 64; query < end; query++) {
      const place = (query * most) << 2;
      useList(parameter(6) + place, parameter(7) + place, 0, most);
      for (let part: usize = 0; part < parts; part++) {
        const list = query * parts + part;
        const length = <usize>load<i32>(parameter(5) + (list << 2));
        for (let i: usize = 0; i < length; i++) {
          const at = (list * most + i) << 2;
          const score = load<f32>(parameter(3) + at);
          if (score < threshold()) break;
          insert(score, load<i32>(parameter(4) + at));
        }
      }
      store<i32>(parameter(8) + (query << 2), <i32>lengthOfList());
    }
  }
}
