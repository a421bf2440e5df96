// Eigenvalues and eigenvectors of a symmetric matrix in double precision: reflections to tridiagonal form (Householder;
// Martin, Reinsch & Wilkinson 1968), implicit QL (Bowdler, Martin, Reinsch & Wilkinson 1968) whose rotations are only
// written down, and then reflections and rotations applied to 8 columns of the identity at a time, which stay in the
// first-level cache and do not depend on one another.
import { nextChunk, parameter, threadIndex } from './pool';

/** Columns of the identity that are transformed together. */
const SLAB: usize = 8;
/** Bytes of a rotation: row, cosine, sine. */
const ROTATION: usize = 24;
/** QL iterations for one eigenvalue. */
const MOST_ITERATIONS: i32 = 60;

/** Σ a·b over the numbers [from, n) of two rows. */
function dot(a: usize, b: usize, from: usize, n: usize): f64 {
  let sum0 = f64x2.splat(0);
  let sum1 = f64x2.splat(0);
  let i = from << 3;
  const end = n << 3;
  for (; i + 32 <= end; i += 32) {
    sum0 = f64x2.add(sum0, f64x2.mul(v128.load(a + i), v128.load(b + i)));
    sum1 = f64x2.add(sum1, f64x2.mul(v128.load(a + i, 16), v128.load(b + i, 16)));
  }
  sum0 = f64x2.add(sum0, sum1);
  let sum = f64x2.extract_lane(sum0, 0) + f64x2.extract_lane(sum0, 1);
  for (; i < end; i += 8) sum += load<f64>(a + i) * load<f64>(b + i);
  return sum;
}

/** row −= x · v + y · w over the numbers [from, n). */
function subtractTwo(row: usize, x: f64, v: usize, y: f64, w: usize, from: usize, n: usize): void {
  const x2 = f64x2.splat(x);
  const y2 = f64x2.splat(y);
  let i = from << 3;
  const end = n << 3;
  for (; i + 16 <= end; i += 16) {
    const change = f64x2.add(f64x2.mul(x2, v128.load(v + i)), f64x2.mul(y2, v128.load(w + i)));
    v128.store(row + i, f64x2.sub(v128.load(row + i), change));
  }
  for (; i < end; i += 8) {
    store<f64>(row + i, load<f64>(row + i) - (x * load<f64>(v + i) + y * load<f64>(w + i)));
  }
}

/**
 * Steps [from, to) of n − 1 of the reduction of a full symmetric n × n matrix. Step k makes column k zero below the
 * subdiagonal by the reflection 1 − v·vᵀ, whose v is row k of `reflectors` (n × n, zeros up to k).
 *
 * @param diagonal, subdiagonal - n numbers each; entry k of either is final after step k
 * @param work - n numbers
 */
export function tridiagonalize(
  matrix: usize,
  reflectors: usize,
  diagonal: usize,
  subdiagonal: usize,
  work: usize,
  n: usize,
  from: usize,
  to: usize,
): void {
  const stride = n << 3;
  for (let k = from; k < to; k++) {
    const row = matrix + k * stride;
    const v = reflectors + k * stride;
    const first = k + 1;
    memory.fill(v, 0, stride);
    store<f64>(diagonal + (k << 3), load<f64>(row + (k << 3)));
    memory.copy(v + (first << 3), row + (first << 3), (n - first) << 3);
    const head = load<f64>(v + (first << 3));
    const tail = dot(v, v, first + 1, n);
    if (tail == 0) {
      store<f64>(subdiagonal + (k << 3), head);
      store<f64>(v + (first << 3), 0);
      continue;
    }
    const length = sqrt<f64>(head * head + tail);
    const image = head > 0 ? -length : length;
    store<f64>(subdiagonal + (k << 3), image);
    // v / √(v·v / 2), so that the reflection is 1 − v·vᵀ.
    const newHead = head - image;
    const scale = 1 / sqrt<f64>((newHead * newHead + tail) * 0.5);
    store<f64>(v + (first << 3), newHead);
    for (let i = first; i < n; i++) store<f64>(v + (i << 3), load<f64>(v + (i << 3)) * scale);
    // w = A·v − ½ (v·A·v) · v, then A −= v·wᵀ + w·vᵀ.
    for (let i = first; i < n; i++) {
      store<f64>(work + (i << 3), dot(matrix + i * stride, v, first, n));
    }
    const half = 0.5 * dot(work, v, first, n);
    for (let i = first; i < n; i++) {
      store<f64>(work + (i << 3), load<f64>(work + (i << 3)) - half * load<f64>(v + (i << 3)));
    }
    for (let i = first; i < n; i++) {
      const at = i << 3;
      subtractTwo(matrix + i * stride, load<f64>(v + at), work, load<f64>(work + at), v, first, n);
    }
  }
  if (to == n - 1) {
    const last = (n - 1) << 3;
    store<f64>(diagonal + last, load<f64>(matrix + (n - 1) * stride + last));
    store<f64>(subdiagonal + last, 0);
  }
}

/**
 * Eigenvalues of a tridiagonal matrix, in place of its diagonal, by implicit QL; the subdiagonal is destroyed.
 *
 * @param rotations - room for `room` rotations
 * @returns how many rotations were made, or −1 when they do not fit, a number is not finite or an eigenvalue does not converge
 */
export function diagonalize(
  diagonal: usize,
  subdiagonal: usize,
  n: i32,
  rotations: usize,
  room: i32,
): i32 {
  let count = 0;
  let at = rotations;
  // What rounding leaves of a zero. A measure by the neighbours on the diagonal would never be met where eigenvalues
  // are as small as what rounding did to the greatest ones.
  let greatest: f64 = 0;
  for (let i: usize = 0; i < <usize>n; i++) {
    const size = abs<f64>(load<f64>(diagonal + (i << 3))) + abs<f64>(load<f64>(subdiagonal + (i << 3)));
    greatest = max(greatest, size);
  }
  if (!(greatest < Infinity)) return -1;
  const negligible = f64.EPSILON * greatest;
  for (let first = 0; first < n; first++) {
    for (let iteration = 0; ; iteration++) {
      let last = first;
      for (; last < n - 1; last++) {
        if (!(abs<f64>(load<f64>(subdiagonal + (<usize>last << 3))) > negligible)) break;
      }
      if (last == first) break;
      if (iteration == MOST_ITERATIONS || count + last - first > room) return -1;
      const d = load<f64>(diagonal + (<usize>first << 3));
      const e = load<f64>(subdiagonal + (<usize>first << 3));
      let g = (load<f64>(diagonal + (<usize>first << 3), 8) - d) / (2 * e);
      let r = sqrt<f64>(g * g + 1);
      g = load<f64>(diagonal + (<usize>last << 3)) - d + e / (g + (g < 0 ? -r : r));
      let sine: f64 = 1;
      let cosine: f64 = 1;
      let shift: f64 = 0;
      let i = last - 1;
      for (; i >= first; i--) {
        const here = <usize>i << 3;
        const f = sine * load<f64>(subdiagonal + here);
        const b = cosine * load<f64>(subdiagonal + here);
        r = sqrt<f64>(f * f + g * g);
        store<f64>(subdiagonal + here, r, 8);
        if (r == 0) {
          store<f64>(diagonal + here, load<f64>(diagonal + here, 8) - shift, 8);
          store<f64>(subdiagonal + (<usize>last << 3), 0);
          break;
        }
        sine = f / r;
        cosine = g / r;
        g = load<f64>(diagonal + here, 8) - shift;
        r = (load<f64>(diagonal + here) - g) * sine + 2 * cosine * b;
        shift = sine * r;
        store<f64>(diagonal + here, g + shift, 8);
        g = cosine * r - b;
        store<f64>(at, <f64>i);
        store<f64>(at, cosine, 8);
        store<f64>(at, sine, 16);
        at += ROTATION;
        count++;
      }
      if (r == 0 && i >= first) continue;
      store<f64>(diagonal + (<usize>first << 3), load<f64>(diagonal + (<usize>first << 3)) - shift);
      store<f64>(subdiagonal + (<usize>first << 3), g);
      store<f64>(subdiagonal + (<usize>last << 3), 0);
    }
  }
  return count;
}

/** slab −= v · (vᵀ · slab), from row `first` on. */
function reflect(slab: usize, v: usize, first: usize, n: usize): void {
  let t0 = f64x2.splat(0);
  let t1 = t0;
  let t2 = t0;
  let t3 = t0;
  for (let i = first; i < n; i++) {
    const x = v128.load_splat<f64>(v + (i << 3));
    const row = slab + i * (SLAB << 3);
    t0 = f64x2.add(t0, f64x2.mul(x, v128.load(row)));
    t1 = f64x2.add(t1, f64x2.mul(x, v128.load(row, 16)));
    t2 = f64x2.add(t2, f64x2.mul(x, v128.load(row, 32)));
    t3 = f64x2.add(t3, f64x2.mul(x, v128.load(row, 48)));
  }
  for (let i = first; i < n; i++) {
    const x = v128.load_splat<f64>(v + (i << 3));
    const row = slab + i * (SLAB << 3);
    v128.store(row, f64x2.sub(v128.load(row), f64x2.mul(x, t0)));
    v128.store(row, f64x2.sub(v128.load(row, 16), f64x2.mul(x, t1)), 16);
    v128.store(row, f64x2.sub(v128.load(row, 32), f64x2.mul(x, t2)), 32);
    v128.store(row, f64x2.sub(v128.load(row, 48), f64x2.mul(x, t3)), 48);
  }
}

/** Rotates rows `row` and `row` + 1 of the slab. */
function rotate(slab: usize, rotation: usize): void {
  const upper = slab + <usize>load<f64>(rotation) * (SLAB << 3);
  const cosine = v128.load_splat<f64>(rotation, 8);
  const sine = v128.load_splat<f64>(rotation, 16);
  for (let o: usize = 0; o < SLAB << 3; o += 16) {
    const a = v128.load(upper + o);
    const b = v128.load(upper + o, SLAB << 3);
    v128.store(upper + o, f64x2.sub(f64x2.mul(cosine, a), f64x2.mul(sine, b)));
    v128.store(upper + o, f64x2.add(f64x2.mul(sine, a), f64x2.mul(cosine, b)), SLAB << 3);
  }
}

/**
 * Eigenvectors as the columns of an n × n matrix in single precision, 8 rows of it a chunk.
 *
 * Parameters: reflectors, rotations, count of rotations, n, result, its stride in bytes, work space: n · 64 bytes a
 * thread.
 */
export function eigenvectors(): void {
  const reflectors = parameter(0);
  const rotations = parameter(1);
  const rotationsEnd = rotations + parameter(2) * ROTATION;
  const n = parameter(3);
  const result = parameter(4);
  const stride = parameter(5);
  const slab = parameter(6) + threadIndex() * n * (SLAB << 3);
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const column = <usize>chunk * SLAB;
    const here = min(SLAB, n - column);
    memory.fill(slab, 0, n * (SLAB << 3));
    for (let j: usize = 0; j < here; j++) {
      store<f64>(slab + (column + j) * (SLAB << 3) + (j << 3), 1);
    }
    for (let k: usize = 0; k + 1 < n; k++) reflect(slab, reflectors + k * (n << 3), k + 1, n);
    for (let r = rotations; r < rotationsEnd; r += ROTATION) rotate(slab, r);
    for (let i: usize = 0; i < n; i++) {
      for (let j: usize = 0; j < here; j++) {
        const value = load<f64>(slab + i * (SLAB << 3) + (j << 3));
        store<f32>(result + (column + j) * stride + (i << 2), <f32>value);
      }
    }
  }
}
