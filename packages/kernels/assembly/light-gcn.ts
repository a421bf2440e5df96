// The forward half of a training step of LightGCN, and the loss with the gradients of the nodes of the batch. Layers are
// kept as D^-½·x, for which a hop is a plain sum of rows; D^-½ and D^½ are 1 where a node has no neighbours.
import { sigmoid4, softplus4 } from './elementary';
import { addScaled, copyScaled, scaleRow, sumRows } from './graph';
import { nextChunk, parameter, realParameter, threadIndex } from './pool';
import { laneSum, multiplyAdd } from './simd';

@inline
function product(x: usize, y: usize, bytes: usize): f32 {
  let a = f32x4.splat(0);
  let b = a;
  for (const end = x + bytes; x < end; x += 32) {
    a = multiplyAdd(a, v128.load(x), v128.load(y));
    b = multiplyAdd(b, v128.load(x, 16), v128.load(y, 16));
    y += 32;
  }
  return laneSum(f32x4.add(a, b));
}

/** Nodes of a list between the one whose row is read and the one whose row is touched. */
const AHEAD: usize = 8;

/** What touched lines held: a load whose result nobody uses would be left out. */
let touched: i32 = 0;

/** Touches the row of a listed node, so that it is there when its turn comes. */
function touchRow(row: usize, bytes: usize): void {
  let sum = 0;
  for (const end = row + bytes; row < end; row += 64) sum += load<i32>(row);
  touched = sum;
}

/**
 * Adds a layer to the sums of listed nodes.
 *
 * Parameters: 0 nodes, 1 how many, 2 nodes a chunk; 3 table, 4 bytes of a row, 5 weight; 6 sums, 7 whether they begin
 * with this layer.
 */
export function addLayer(): void {
  const nodes = parameter(0);
  const table = parameter(3);
  const bytes = parameter(4);
  const weight = <f32>realParameter(5);
  const begin = parameter(7) != 0;
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const from = <usize>chunk * parameter(2);
    const end = min(from + parameter(2), parameter(1));
    let sum = parameter(6) + from * bytes;
    for (let n = from; n < end; n++) {
      const ahead = min(n + AHEAD, end - 1);
      touchRow(table + <usize>load<i32>(nodes + (ahead << 2)) * bytes, bytes);
      const row = table + <usize>load<i32>(nodes + (n << 2)) * bytes;
      if (begin) copyScaled(sum, row, bytes, weight);
      else addScaled(sum, row, bytes, weight);
      sum += bytes;
    }
  }
}

/**
 * Adds the last layer to the sums of listed nodes, for which alone it is computed, and takes D^-½ back.
 *
 * Parameters: 0 nodes, 1 how many, 2 nodes a chunk; 3 table of the layer before, 4 bytes of a row, 5 weight; 6 sums; 7
 * offsets and 8 lists of neighbours; 9 scale of each node; 10 D^½ of each node; 11 room for a row a thread.
 */
export function addLastLayer(): void {
  const bytes = parameter(4);
  const weight = <f32>realParameter(5);
  const neighbors = parameter(8);
  const room = parameter(11) + threadIndex() * bytes;
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const from = <usize>chunk * parameter(2);
    const end = min(from + parameter(2), parameter(1));
    for (let n = from; n < end; n++) {
      const at = <usize>load<i32>(parameter(0) + (n << 2)) << 2;
      const sum = parameter(6) + n * bytes;
      const list = neighbors + (<usize>load<i32>(parameter(7) + at) << 2);
      const listEnd = neighbors + (<usize>load<i32>(parameter(7) + at, 4) << 2);
      sumRows(parameter(3), bytes, list, listEnd, listEnd - 4, room);
      addScaled(sum, room, bytes, weight * load<f32>(parameter(9) + at));
      scaleRow(sum, bytes, load<f32>(parameter(10) + at));
    }
  }
}

/**
 * Losses of pairs: softplus(row · negative − row · positive) for each negative, and its derivative by what is in brackets.
 *
 * Parameters: 0 embeddings of the nodes of the batch, 1 bytes of a row; 2 places of rows, 3 of positives and 4 of
 * negatives among them; 5 pairs, 6 negatives a pair, 7 pairs a chunk; 8 factor of derivatives; 9 losses, 10 derivatives.
 */
export function comparePairs(): void {
  const table = parameter(0);
  const bytes = parameter(1);
  const negatives = parameter(6);
  const factor = <f32>realParameter(8);
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const from = <usize>chunk * parameter(7);
    const end = min(from + parameter(7), parameter(5));
    for (let pair = from; pair < end; pair++) {
      const row = table + <usize>load<i32>(parameter(2) + (pair << 2)) * bytes;
      const positive = product(row, table + <usize>load<i32>(parameter(3) + (pair << 2)) * bytes, bytes);
      for (let term = pair * negatives; term < (pair + 1) * negatives; term++) {
        const o = term << 2;
        const negative = product(row, table + <usize>load<i32>(parameter(4) + o) * bytes, bytes);
        const difference = f32x4.splat(negative - positive);
        store<f32>(parameter(9) + o, f32x4.extract_lane(softplus4(difference), 0));
        store<f32>(parameter(10) + o, factor * f32x4.extract_lane(sigmoid4(difference), 0));
      }
    }
  }
}

/**
 * Gradients of the loss by the embeddings of the nodes of the batch, times D^-½, and squared norms of their parameters.
 * A node's gradient is a sum of multiples of other embeddings, in the order of its list.
 *
 * Parameters: 0 embeddings of the nodes of the batch, 1 bytes of a row; 2 offsets of the lists, 3 places of the other
 * embeddings, 4 terms whose derivative is the factor: t, or −1 − t for its negative; 5 derivatives; 6 nodes, 7 how many, 8
 * nodes a chunk; 9 D^-½ of each node, 10 parameters; 11 gradients, 12 squared norms, doubles.
 */
export function gatherGradients(): void {
  const embeddings = parameter(0);
  const bytes = parameter(1);
  const others = parameter(3);
  const terms = parameter(4);
  const derivatives = parameter(5);
  const parameters = parameter(10);
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const from = <usize>chunk * parameter(8);
    const end = min(from + parameter(8), parameter(7));
    for (let n = from; n < end; n++) {
      const gradient = parameter(11) + n * bytes;
      const node = <usize>load<i32>(parameter(6) + (n << 2));
      memory.fill(gradient, 0, bytes);
      const row = parameters + node * bytes;
      touchRow(row, bytes);
      const listEnd = <usize>load<i32>(parameter(2) + (n << 2), 4);
      for (let entry = <usize>load<i32>(parameter(2) + (n << 2)); entry < listEnd; entry++) {
        const other = embeddings + <usize>load<i32>(others + (entry << 2)) * bytes;
        const term = load<i32>(terms + (entry << 2));
        addScaled(gradient, other, bytes, signedTerm(derivatives, term));
      }
      scaleRow(gradient, bytes, load<f32>(parameter(9) + (node << 2)));
      store<f64>(parameter(12) + (n << 3), <f64>product(row, row, bytes));
    }
  }
}

/** The derivative of a term, or its negative. */
@inline
function signedTerm(derivatives: usize, term: i32): f32 {
  return term >= 0
    ? load<f32>(derivatives + (<usize>term << 2))
    : -load<f32>(derivatives + (<usize>(-1 - term) << 2));
}
