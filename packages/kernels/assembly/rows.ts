// Copies of rows and parts of arrays of 4-byte numbers: gathering, adding up by segment, copying with strides.
import { nextChunk, parameter } from './pool';
import { transposeTile } from './simd';

/** Rows up to this length are copied faster by hand. */
const FEW_BYTES: usize = 512;

@inline
function copyRow(to: usize, from: usize, bytes: usize): void {
  if (bytes == 4) {
    store<u32>(to, load<u32>(from));
  } else if (bytes > FEW_BYTES || (bytes & 15) != 0) {
    memory.copy(to, from, bytes);
  } else {
    for (let o: usize = 0; o < bytes; o += 16) v128.store(to + o, v128.load(from + o));
  }
}

/**
 * Rows of a matrix by their numbers, `outer` matrices one after the other.
 *
 * Parameters: matrices, their rows, row numbers, how many; bytes of a row; result, outer, rows of the result a chunk.
 */
export function gatherNumbers(): void {
  const rows = parameter(1);
  const count = parameter(3);
  const bytes = parameter(4);
  const all = parameter(6) * count;
  const numbers = parameter(2);
  const result = parameter(5);
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const from = <usize>chunk * parameter(7);
    const end = min(from + parameter(7), all);
    let number = from % count;
    let matrix = parameter(0) + (from / count) * rows * bytes;
    for (let n = from; n < end; n++) {
      const row = <usize>load<i32>(numbers + (number << 2));
      copyRow(result + n * bytes, matrix + row * bytes, bytes);
      if (++number == count) {
        number = 0;
        matrix += rows * bytes;
      }
    }
  }
}

function addRow(to: usize, x: usize, count: usize): void {
  const end = to + (count << 2);
  for (const whole = to + ((count & ~3) << 2); to < whole; to += 16) {
    v128.store(to, f32x4.add(v128.load(to), v128.load(x)));
    x += 16;
  }
  for (; to < end; to += 4) {
    store<f32>(to, load<f32>(to) + load<f32>(x));
    x += 4;
  }
}

/**
 * Sums of the rows of each segment, in their order. A chunk makes a range of segments and looks at all numbers of
 * segments, so the sums do not depend on the threads. Numbers outside 0 … segments − 1 take no part.
 *
 * Parameters: rows, numbers of their segments, how many; columns; result, segments, segments a chunk.
 */
export function sumSegments(): void {
  const count = parameter(2);
  const columns = parameter(3);
  const bytes = columns << 2;
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const from = <usize>chunk * parameter(6);
    const end = min(from + parameter(6), parameter(5));
    memory.fill(parameter(4) + from * bytes, 0, (end - from) * bytes);
    for (let n: usize = 0; n < count; n++) {
      const segment = load<i32>(parameter(1) + (n << 2));
      if (segment < <i32>from || segment >= <i32>end) continue;
      addRow(parameter(4) + <usize>segment * bytes, parameter(0) + n * bytes, columns);
    }
  }
}

/** A row with other strides than 4 bytes. */
function copySpread(to: usize, toStep: usize, from: usize, step: usize, count: usize): void {
  for (; count > 0; count--) {
    store<u32>(to, load<u32>(from));
    to += toStep;
    from += step;
  }
}

/**
 * Copies an array of four axes between two orders in memory.
 *
 * Parameters: source, target; four sizes; four strides of the source in bytes; four of the target; rows a chunk, counted
 * over the first three axes.
 */
export function copyNumbers(): void {
  const second = parameter(3);
  const third = parameter(4);
  const count = parameter(5);
  const step = parameter(9);
  const toStep = parameter(13);
  const thirdStep = parameter(8);
  const toThirdStep = parameter(12);
  const rows = parameter(2) * second * third;
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const begin = <usize>chunk * parameter(14);
    const end = min(begin + parameter(14), rows);
    for (let row = begin; row < end; ) {
      const k = row % third;
      const rest = row / third;
      const j = rest % second;
      const i = rest / second;
      let from = parameter(0) + i * parameter(6) + j * parameter(7) + k * thirdStep;
      let to = parameter(1) + i * parameter(10) + j * parameter(11) + k * toThirdStep;
      for (const last = min(end, row + third - k); row < last; row++) {
        if (step == 4 && toStep == 4) copyRow(to, from, count << 2);
        else copySpread(to, toStep, from, step, count);
        from += thirdStep;
        to += toThirdStep;
      }
    }
  }
}

/** Columns `from` … `end` − 1 of a matrix as rows. */
function transposeColumns(x: usize, rows: usize, columns: usize, from: usize, end: usize, to: usize): void {
  const stride = columns << 2;
  const toStride = rows << 2;
  let j = from;
  for (; j + 4 <= end; j += 4) {
    let i: usize = 0;
    for (; i + 4 <= rows; i += 4) {
      transposeTile(x + i * stride + (j << 2), stride, to + j * toStride + (i << 2), toStride);
    }
    for (; i < rows; i++) {
      for (let n = j; n < j + 4; n++) {
        store<u32>(to + n * toStride + (i << 2), load<u32>(x + i * stride + (n << 2)));
      }
    }
  }
  for (; j < end; j++) copySpread(to + j * toStride, 4, x + (j << 2), stride, rows);
}

/**
 * Transposes matrices that lie one after the other.
 *
 * Parameters: matrices, result, how many, rows, columns; chunks a matrix, columns a chunk.
 */
export function transposeNumbers(): void {
  const rows = parameter(3);
  const columns = parameter(4);
  const parts = parameter(5);
  const size = (rows * columns) << 2;
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const matrix = <usize>chunk / parts;
    const from = (<usize>chunk - matrix * parts) * parameter(6);
    const end = min(from + parameter(6), columns);
    if (from >= end) continue;
    transposeColumns(parameter(0) + matrix * size, rows, columns, from, end, parameter(1) + matrix * size);
  }
}
