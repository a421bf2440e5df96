// The backward half of a training step of LightGCN: gradients travel along the same edges, and the last hop ends in Adam.
// Gradients are kept as D^-½·h, for which a hop is a plain sum of rows.
import { addScaled, scaleRow, sumRows } from './graph';
import { nextChunk, parameter, realParameter, threadIndex } from './pool';
import { multiplyAdd } from './simd';

/** Where a hop takes gradients from. */
const BATCH: usize = 1; // nodes of the batch alone
const ALL: usize = 2; // a table of all nodes; 0: there is no hop

let offsets: usize = 0; // of the lists of neighbours
let neighbors: usize = 0;
let last: usize = 0; // last neighbour of the chunk
let scales: usize = 0;
let bytes: usize = 0; // of a row
let places: usize = 0;
let batch: usize = 0; // gradients by the embeddings of the batch
let weight: f32 = 0; // of the layer in them
let source: usize = 0;
let table: usize = 0;
let factor: f32 = 0; // of the hop
let room: usize = 0; // for a row
let found: usize = 0; // room for the places of neighbours in the batch
let result: usize = 0;
let roots: usize = 0;
let decays: usize = 0;
let parameters: usize = 0;

/** Reads what all chunks share; a parameter takes longer to read. */
function open(): void {
  offsets = parameter(0);
  neighbors = parameter(1);
  scales = parameter(3);
  bytes = parameter(4);
  places = parameter(6);
  batch = parameter(7);
  weight = <f32>realParameter(8);
  source = parameter(9);
  table = parameter(10);
  factor = <f32>realParameter(11);
  roots = parameter(12);
  decays = parameter(13);
  parameters = parameter(14);
  room = parameter(5) + threadIndex() * (bytes + parameter(15));
  found = room + bytes;
  result = parameter(16);
}

/** Puts the places of those neighbours that are in the batch into `found`; returns the end of the list. */
function findInBatch(list: usize, end: usize): usize {
  const placeOf = places;
  let to = found;
  for (; list < end; list += 4) {
    const place = load<i32>(placeOf + (<usize>load<u32>(list) << 2));
    store<i32>(to, place);
    to += <usize>(place >= 0) << 2;
  }
  return to;
}

/**
 * out = scale · factor · Σ gradients of the neighbours + weight · the gradient by the node's own embedding. Returns the
 * node's place in the batch, or −1.
 */
function pull(node: usize, out: usize): i32 {
  const at = node << 2;
  const list = neighbors + (<usize>load<i32>(offsets + at) << 2);
  const end = neighbors + (<usize>load<i32>(offsets + at, 4) << 2);
  if (source == ALL) sumRows(table, bytes, list, end, last, out);
  else if (source == BATCH) {
    const foundEnd = findInBatch(list, end);
    sumRows(batch, bytes, found, foundEnd, foundEnd - 4, out);
  } else memory.fill(out, 0, bytes);
  scaleRow(out, bytes, factor * load<f32>(scales + at));
  const place = load<i32>(places + at);
  if (place >= 0) addScaled(out, batch + <usize>place * bytes, bytes, weight);
  return place;
}

/** The same for the parameters: takes D^-½ back and adds the regularization. */
function pullLast(node: usize, out: usize): void {
  const place = pull(node, out);
  scaleRow(out, bytes, load<f32>(roots + (node << 2)));
  if (place < 0) return;
  addScaled(out, parameters + node * bytes, bytes, load<f32>(decays + (<usize>place << 2)));
}

/** The first node of a chunk; sets the last neighbour. */
@inline
function firstNode(chunk: i32): usize {
  const end = endNode(chunk);
  last = neighbors + (<usize>load<i32>(offsets + (end << 2)) << 2) - 4;
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
    for (let node = firstNode(chunk); node < end; node++) pull(node, result + node * bytes);
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
    for (let node = firstNode(chunk); node < end; node++) pullLast(node, result + node * bytes);
  }
}

/**
 * Moves the parameters by Adam (Kingma & Ba 2015). Parameters as for `storeGradients`, and 16 D^-½·parameters; 17 D^-½ of
 * each node; 18 first and 19 second moments; 20 β₁, 21 β₂, 22 ε; 23 learning rate / (1 − β₁^t), 24 1 / √(1 − β₂^t).
 */
export function updateNodes(): void {
  open();
  openAdam();
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const end = endNode(chunk);
    for (let node = firstNode(chunk); node < end; node++) {
      pullLast(node, room);
      const row = node * bytes;
      const scale = load<f32>(inverseRoots + (node << 2));
      adam(parameters + row, firstMoments + row, secondMoments + row, result + row, scale);
    }
  }
}

let inverseRoots: usize = 0;
let firstMoments: usize = 0;
let secondMoments: usize = 0;
let beta1: f32 = 0;
let rest1: f32 = 0; // 1 − β₁
let beta2: f32 = 0;
let rest2: f32 = 0;
let epsilon: f32 = 0;
let rate: f32 = 0;
let correction: f32 = 0;

function openAdam(): void {
  inverseRoots = parameter(17);
  firstMoments = parameter(18);
  secondMoments = parameter(19);
  beta1 = <f32>realParameter(20);
  rest1 = <f32>(1 - realParameter(20));
  beta2 = <f32>realParameter(21);
  rest2 = <f32>(1 - realParameter(21));
  epsilon = <f32>realParameter(22);
  rate = <f32>realParameter(23);
  correction = <f32>realParameter(24);
}

/** Moves a row of parameters by the gradient in `room`, and writes it times `scale` to `scaled`. */
function adam(x: usize, first: usize, second: usize, scaled: usize, scale: f32): void {
  const b1 = f32x4.splat(beta1);
  const r1 = f32x4.splat(rest1);
  const b2 = f32x4.splat(beta2);
  const r2 = f32x4.splat(rest2);
  const e = f32x4.splat(epsilon);
  const a = f32x4.splat(rate);
  const c = f32x4.splat(correction);
  const s = f32x4.splat(scale);
  const gradient = room;
  for (let o: usize = 0, end = bytes; o < end; o += 16) {
    const g = v128.load(gradient + o);
    const m = multiplyAdd(f32x4.mul(r1, g), b1, v128.load(first + o));
    const v = multiplyAdd(f32x4.mul(r2, f32x4.mul(g, g)), b2, v128.load(second + o));
    v128.store(first + o, m);
    v128.store(second + o, v);
    const size = multiplyAdd(e, c, f32x4.sqrt(v));
    const moved = f32x4.sub(v128.load(x + o), f32x4.div(f32x4.mul(a, m), size));
    v128.store(x + o, moved);
    v128.store(scaled + o, f32x4.mul(s, moved));
  }
}
