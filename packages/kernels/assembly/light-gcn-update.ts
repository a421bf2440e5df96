// The backward half of a training step of LightGCN: gradients travel along the same edges, and the last hop ends in Adam.
// Gradients are kept as D^-½·h, for which a hop is a plain sum of rows.
import { addScaled, copyScaled, scaleRow, sumRows } from './graph';
import { nextChunk, parameter, realParameter, threadIndex } from './pool';
import { multiplyAdd } from './simd';

/** Where a hop takes gradients from. */
const BATCH: usize = 1; // nodes of the batch alone
const ALL: usize = 2; // a table of all nodes; 0: there is no hop

let bytes: usize = 0; // of a row
let last: usize = 0; // last neighbour of the chunk
let gradient: usize = 0; // a row: what a hop made of the node in turn
let found: usize = 0; // room for the places of neighbours in the batch

/** The node's place in the batch, or −1. */
@inline
function placeOf(node: usize): i32 {
  return load<i32>(parameter(6) + (node << 2));
}

/** Places of the neighbours that are in the batch; returns the end of the list. */
function findInBatch(list: usize, end: usize): usize {
  let to = found;
  for (; list < end; list += 4) {
    const place = placeOf(<usize>load<u32>(list));
    store<i32>(to, place);
    to += <usize>(place >= 0) << 2;
  }
  return to;
}

/** Puts scale · Σ gradients of the neighbours + weight · the gradient by the node's own embedding into `gradient`. */
function pull(node: usize): void {
  const at = node << 2;
  const list = parameter(1) + (<usize>load<i32>(parameter(0) + at) << 2);
  const end = parameter(1) + (<usize>load<i32>(parameter(0) + at, 4) << 2);
  const source = parameter(9);
  if (source == ALL) sumRows(parameter(10), bytes, list, end, last, gradient);
  else if (source == BATCH) {
    const foundEnd = findInBatch(list, end);
    sumRows(parameter(7), bytes, found, foundEnd, foundEnd - 4, gradient);
  } else memory.fill(gradient, 0, bytes);
  scaleRow(gradient, bytes, <f32>realParameter(11) * load<f32>(parameter(3) + at));
  const place = placeOf(node);
  if (place >= 0) addScaled(gradient, parameter(7) + <usize>place * bytes, bytes, <f32>realParameter(8));
}

/** The same for a layer that is the parameters themselves: takes D^-½ back and adds the regularization. */
function pullLast(node: usize): void {
  pull(node);
  scaleRow(gradient, bytes, load<f32>(parameter(12) + (node << 2)));
  const place = placeOf(node);
  if (place < 0) return;
  const decay = load<f32>(parameter(13) + (<usize>place << 2));
  addScaled(gradient, parameter(14) + node * bytes, bytes, decay);
}

/** Reads what all chunks share. */
function open(): void {
  bytes = parameter(4);
  gradient = parameter(5) + threadIndex() * (bytes + parameter(15));
  found = gradient + bytes;
}

/** The first node of a chunk; sets the last neighbour. */
@inline
function firstNode(chunk: i32): usize {
  const end = endNode(chunk);
  last = parameter(1) + (<usize>load<i32>(parameter(0) + (end << 2)) << 2) - 4;
  return <usize>load<i32>(parameter(2) + (<usize>chunk << 2));
}

@inline
function endNode(chunk: i32): usize {
  return <usize>load<i32>(parameter(2) + (<usize>chunk << 2), 4);
}

/**
 * Gradients by a layer from those by the next one.
 *
 * Parameters: 0 offsets and 1 lists of neighbours; 2 first node of each chunk, and the end; 3 scale of each node; 4 bytes
 * of a row; 5 room for a row and 15 bytes of places a thread; 6 place of each node in the batch, or −1; 7 gradients by the
 * embeddings of the batch, 8 the layer's weight in them; 9 0 for no hop, 1 for one from the nodes of the batch alone, 2
 * for one from all of the table 10; 11 factor of the hop; 16 result.
 */
export function propagateBack(): void {
  open();
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const end = endNode(chunk);
    for (let node = firstNode(chunk); node < end; node++) {
      pull(node);
      memory.copy(parameter(16) + node * bytes, gradient, bytes);
    }
  }
}

/**
 * Gradients by the parameters. Parameters as for `propagateBack`, and 12 D^½ of each node; 13 regularization of each node
 * of the batch; 14 parameters.
 */
export function storeGradients(): void {
  open();
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const end = endNode(chunk);
    for (let node = firstNode(chunk); node < end; node++) {
      pullLast(node);
      memory.copy(parameter(16) + node * bytes, gradient, bytes);
    }
  }
}

/**
 * Moves the parameters by Adam (Kingma & Ba 2015). Parameters as for `storeGradients`, and 16 D^-½·parameters; 17 D^-½ of
 * each node; 18 first and 19 second moments; 20 β₁, 21 β₂, 22 ε; 23 learning rate / (1 − β₁^t), 24 1 / √(1 − β₂^t).
 */
export function updateNodes(): void {
  open();
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const end = endNode(chunk);
    for (let node = firstNode(chunk); node < end; node++) {
      pullLast(node);
      const row = node * bytes;
      adam(parameter(14) + row, parameter(18) + row, parameter(19) + row);
      copyScaled(parameter(16) + row, parameter(14) + row, bytes, load<f32>(parameter(17) + (node << 2)));
    }
  }
}

function adam(x: usize, first: usize, second: usize): void {
  const beta1 = f32x4.splat(<f32>realParameter(20));
  const beta2 = f32x4.splat(<f32>realParameter(21));
  const rest1 = f32x4.splat(<f32>(1 - realParameter(20)));
  const rest2 = f32x4.splat(<f32>(1 - realParameter(21)));
  const epsilon = f32x4.splat(<f32>realParameter(22));
  const rate = f32x4.splat(<f32>realParameter(23));
  const correction = f32x4.splat(<f32>realParameter(24));
  for (let o: usize = 0; o < bytes; o += 16) {
    const g = v128.load(gradient + o);
    const m = multiplyAdd(f32x4.mul(rest1, g), beta1, v128.load(first + o));
    const v = multiplyAdd(f32x4.mul(rest2, f32x4.mul(g, g)), beta2, v128.load(second + o));
    v128.store(first + o, m);
    v128.store(second + o, v);
    const size = multiplyAdd(epsilon, correction, f32x4.sqrt(v));
    v128.store(x + o, f32x4.sub(v128.load(x + o), f32x4.div(f32x4.mul(rate, m), size)));
  }
}
