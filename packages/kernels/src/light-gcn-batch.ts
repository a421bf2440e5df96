import type { ReadonlyInt32Array } from './arrays.js';
import { requireArgument } from './errors.js';

/**
 * Pairs of a row and a column that belong together, and columns drawn for comparison. Each may be named many times.
 */
export interface PairBatch {
  /** The row of each pair. */
  readonly rows: ReadonlyInt32Array;
  /** The column of each pair. */
  readonly positives: ReadonlyInt32Array;
  /** The same number n ≥ 1 of other columns for each pair: those of pair b from n · b on. */
  readonly negatives: ReadonlyInt32Array;
}

/** A batch by the nodes that it names; a node's place is its number in that list. */
export interface ArrangedBatch {
  readonly pairs: number;
  readonly negativesPerPair: number;
  /** The nodes, ascending. */
  readonly nodes: Int32Array;
  /** How often each occurs: once for each pair that names it, as row, as positive, and as each of the negatives. */
  readonly counts: Int32Array;
  /** Place of each node of the graph, −1 for those that the batch does not name. */
  readonly places: Int32Array;
  /** Places of the batch's three lists. */
  readonly rows: Int32Array;
  readonly positives: Int32Array;
  readonly negatives: Int32Array;
  /** Of what the gradient of each node of the batch is made. */
  readonly gradients: GradientLists;
}

/** For each place, multiples of other embeddings that make the gradient by its own. */
interface GradientLists {
  /** Where the list of each place begins, and the end. */
  readonly offsets: Int32Array;
  /** Places of the other embeddings. */
  readonly others: Int32Array;
  /** The term whose derivative is the factor: t, or −1 − t for its negative. */
  readonly terms: Int32Array;
}

/**
 * @param rows - how many rows there are: nodes from 0 on
 * @param columns - how many columns: nodes after the rows
 * @throws TensorecError `invalid-argument` for an empty batch, lengths that do not agree, numbers out of range.
 */
export function arrangeBatch(batch: PairBatch, rows: number, columns: number): ArrangedBatch {
  const pairs = batch.rows.length;
  requireArgument(pairs >= 1, () => 'The batch is empty; give one pair or more.');
  requireArgument(
    batch.positives.length === pairs,
    () => `positives has ${batch.positives.length} numbers; give one a pair, ${pairs}.`,
  );
  const negativesPerPair = batch.negatives.length / pairs;
  requireArgument(
    Number.isInteger(negativesPerPair) && negativesPerPair >= 1,
    () => `negatives has ${batch.negatives.length} numbers; give ${pairs} or a multiple.`,
  );
  requireNumbers(batch.rows, rows, 'rows');
  requireNumbers(batch.positives, columns, 'positives');
  requireNumbers(batch.negatives, columns, 'negatives');
  const lists = {
    rows: nodesOf(batch.rows, 0),
    positives: nodesOf(batch.positives, rows),
    negatives: nodesOf(batch.negatives, rows),
  };
  const counts = countNodes(Object.values(lists), rows + columns);
  const { places, nodes } = placeNodes(counts);
  for (const list of Object.values(lists)) {
    for (let i = 0; i < list.length; i++) list[i] = places[list[i]!]!;
  }
  return {
    pairs,
    negativesPerPair,
    nodes,
    counts: nodes.map((node) => counts[node]!),
    places,
    ...lists,
    gradients: gradientLists(lists, nodes.length),
  };
}

function requireNumbers(numbers: ReadonlyInt32Array, end: number, name: string): void {
  for (let i = 0; i < numbers.length; i++) {
    const number = numbers[i]!;
    requireArgument(
      number >= 0 && number < end,
      () => `${name}[${i}] is ${number}; give numbers from 0 to ${end - 1}.`,
    );
  }
}

/** The nodes of rows, or of columns, whose nodes begin at `first`. */
function nodesOf(numbers: ReadonlyInt32Array, first: number): Int32Array {
  const nodes = new Int32Array(numbers.length);
  for (let i = 0; i < nodes.length; i++) nodes[i] = first + numbers[i]!;
  return nodes;
}

/** How often the lists name each node of the graph. */
function countNodes(lists: readonly Int32Array[], nodes: number): Int32Array {
  const counts = new Int32Array(nodes);
  for (const list of lists) for (const node of list) counts[node]!++;
  return counts;
}

/** The nodes that are named, and the place of each node among them. */
function placeNodes(counts: Int32Array): Pick<ArrangedBatch, 'places' | 'nodes'> {
  const places = new Int32Array(counts.length).fill(-1);
  const nodes: number[] = [];
  for (let node = 0; node < counts.length; node++) {
    if (counts[node]! > 0) places[node] = nodes.push(node) - 1;
  }
  return { places, nodes: Int32Array.from(nodes) };
}

/**
 * Term t compares row r, positive p and negative n by d = r · n − r · p. Its derivative times n − p is what it adds to the
 * gradient by r, times −r what it adds to that by p, times r what it adds to that by n.
 */
function gradientLists(
  lists: Pick<ArrangedBatch, 'rows' | 'positives' | 'negatives'>,
  places: number,
): GradientLists {
  const { rows, positives, negatives } = lists;
  const terms = negatives.length;
  const negativesPerPair = terms / rows.length;
  const offsets = new Int32Array(places + 1);
  const forEach = (add: (place: number, other: number, term: number) => void): void => {
    for (let term = 0; term < terms; term++) {
      const pair = Math.floor(term / negativesPerPair);
      const [row, positive, negative] = [rows[pair]!, positives[pair]!, negatives[term]!];
      add(row, negative, term);
      add(row, positive, -1 - term);
      add(positive, row, -1 - term);
      add(negative, row, term);
    }
  };
  forEach((place) => (offsets[place + 1] = offsets[place + 1]! + 1));
  for (let place = 0; place < places; place++) {
    offsets[place + 1] = offsets[place + 1]! + offsets[place]!;
  }
  const next = offsets.slice();
  const found = { offsets, others: new Int32Array(4 * terms), terms: new Int32Array(4 * terms) };
  forEach((place, other, term) => {
    const entry = next[place]!;
    next[place] = entry + 1;
    found.others[entry] = other;
    found.terms[entry] = term;
  });
  return found;
}
