import type { WritableNumbers } from './arrays.js';
import type { ExportName } from './engine/binary.generated.js';
import { startedEngine, type Engine } from './engine/engine.js';
import { requireArgument } from './errors.js';
import { log } from './math.js';
import { philox } from './philox.js';
import { cos, sin } from './trigonometry.js';

const TWO_32 = 4294967296;
const TWO_53 = 9007199254740992;

/** Set in the key that names the streams of forks; no seed reaches it, so no draw shares a block with a name. */
const FORK_KEY = 0x80000000;

const forkName = new Uint32Array(4);

/** Numbers from which on an array is filled by the engine; below, telling it what to do takes longer than doing it. */
const ENGINE_LENGTH = 2048;
/** Numbers that the engine fills at a time, so that it needs little memory. */
const SLICE_LENGTH = 1048576;
/** The longest permutation that the engine makes, which takes 256 MiB of its memory. */
const ENGINE_PERMUTATION = 67108864;
/** Words of the stream that a chunk takes: as in assembly/random.ts. */
const CHUNK_WORDS = 4096;
/** What a thread writes words to: as in assembly/random.ts. */
const SCRATCH_BYTES = 16448;

/** Whether numbers are 4 or 8 bytes wide. */
type Width = 4 | 8;

/** Lets {@link fillNormalAt} see what is private. */
let fillNormalOf: (
  random: Random,
  engine: Engine,
  address: number,
  length: number,
  standardDeviation: number,
) => void;

/** Lets {@link drawAliasesAt} see what is private. */
let drawAliasesOf: (
  random: Random,
  engine: Engine,
  address: number,
  length: number,
  table: readonly number[],
) => void;

/**
 * A seeded stream of random numbers: the counter-based generator Philox4x32-10 (Salmon, Moraes, Dror & Shaw,
 * "Parallel random numbers: as easy as 1, 2, 3", SC 2011). The same seed and stream give the same numbers on every
 * engine, and different streams of one seed are independent, whatever order they are drawn in.
 */
export class Random {
  /** The seed, an integer in [0, 2^53 - 1]. */
  readonly seed: number;
  /** The stream of that seed, an integer in [0, 2^53 - 1]. */
  readonly stream: number;

  readonly #block = new Uint32Array(4);
  #used = 4;
  #counterLow = 0;
  #counterHigh = 0;
  #spareNormal = NaN;

  static {
    fillNormalOf = (random, engine, address, length, standardDeviation) => {
      random.#fillNormalAt(engine, address, length, 4, 0, standardDeviation);
    };
    drawAliasesOf = (random, engine, address, length, table) => {
      random.#call(engine, 'drawAliases', address, length, table);
    };
  }

  /**
   * @param seed - an integer in [0, 2^53 - 1]; all of its bits count.
   * @param stream - which of the 2^53 independent streams of that seed, default 0.
   * @throws TensorecError `invalid-argument` when either is no such integer.
   */
  constructor(seed: number, stream = 0) {
    requireCounter(seed, 'seed');
    requireCounter(stream, 'stream');
    this.seed = seed;
    this.stream = stream;
  }

  /** The next 32 random bits, as an integer in [0, 2^32). */
  uint32(): number {
    if (this.#used === 4) this.#nextBlock();
    return this.#block[this.#used++]!;
  }

  /** The next number of the uniform distribution on [0, 1), a multiple of 2^-53; takes 64 bits of the stream. */
  uniform(): number {
    return this.#bits53() / TWO_53;
  }

  /**
   * The next integer of the uniform distribution on [0, `bound`), without bias: draws that would favour small
   * numbers are thrown away (fewer than half, on average far fewer).
   *
   * @param bound - an integer in [1, 2^53 - 1].
   * @throws TensorecError `invalid-argument` when it is no such integer.
   */
  integer(bound: number): number {
    requireArgument(
      Number.isSafeInteger(bound) && bound > 0,
      () => `bound is ${bound}; give an integer from 1 to ${Number.MAX_SAFE_INTEGER}.`,
    );
    const small = bound <= TWO_32;
    const range = small ? TWO_32 : TWO_53;
    for (;;) {
      const drawn = small ? this.uint32() : this.#bits53();
      const remainder = drawn % bound;
      if (drawn - remainder <= range - bound) return remainder;
    }
  }

  /**
   * The next number of the normal distribution with mean 0 and standard deviation 1 (Box & Muller 1958). Numbers
   * are made in pairs, so every second call takes 128 bits of the stream and the next one none.
   */
  normal(): number {
    const spare = this.#spareNormal;
    if (spare === spare) {
      this.#spareNormal = NaN;
      return spare;
    }
    const radius = Math.sqrt(-2 * log(1 - this.uniform()));
    const angle = 2 * Math.PI * this.uniform();
    this.#spareNormal = radius * sin(angle);
    return radius * cos(angle);
  }

  /**
   * Fills `out` with the uniform distribution on [0, 1). A `Float64Array` gets what {@link Random.uniform} would
   * return; a `Float32Array` gets multiples of 2^-24, one for each 32 bits of the stream, so that none rounds to 1.
   */
  fillUniform(out: Float32Array | Float64Array): void {
    const engine = engineFor(out.length);
    if (engine !== undefined) {
      const words = out instanceof Float32Array ? 1 : 2;
      fillSlices(engine, out, (address, length, width) => {
        this.#run(engine, 'fillUniform', (length * words) / CHUNK_WORDS, [address, length, width]);
        this.#skip(length * words);
      });
    } else if (out instanceof Float32Array) {
      for (let i = 0; i < out.length; i++) out[i] = (this.uint32() >>> 8) / 16777216;
    } else {
      for (let i = 0; i < out.length; i++) out[i] = this.uniform();
    }
  }

  /** Fills `out` with the normal distribution, as {@link Random.normal} would return it, scaled and shifted. */
  fillNormal(out: Float32Array | Float64Array, mean = 0, standardDeviation = 1): void {
    const engine = engineFor(out.length);
    if (engine !== undefined) {
      fillSlices(engine, out, (address, length, width) => {
        this.#fillNormalAt(engine, address, length, width, mean, standardDeviation);
      });
      return;
    }
    for (let i = 0; i < out.length; i++) out[i] = mean + standardDeviation * this.normal();
  }

  /** Puts the elements in random order, in place; every order is as likely (Fisher & Yates). */
  shuffle(array: WritableNumbers): void {
    for (let last = array.length - 1; last > 0; last--) {
      const other = this.integer(last + 1);
      const value = array[last]!;
      array[last] = array[other]!;
      array[other] = value;
    }
  }

  /** The integers 0 … `length` - 1 in random order. */
  permutation(length: number): Int32Array {
    requireArgument(
      Number.isInteger(length) && length >= 0 && length <= 0x7fffffff,
      () => `length is ${length}; give an integer from 0 to 2147483647.`,
    );
    const engine = length <= ENGINE_PERMUTATION ? engineFor(length) : undefined;
    if (engine !== undefined) return this.#permutationOf(engine, length);
    const order = new Int32Array(length);
    for (let i = 0; i < length; i++) order[i] = i;
    this.shuffle(order);
    return order;
  }

  /**
   * An independent stream of the same seed, named by this stream and `stream`. It does not depend on what has been
   * drawn so far, draws nothing itself, and forks of forks differ from one another.
   *
   * @param stream - an integer in [0, 2^53 - 1].
   * @throws TensorecError `invalid-argument` when it is no such integer.
   */
  fork(stream: number): Random {
    requireCounter(stream, 'stream');
    philox(
      stream % TWO_32,
      Math.floor(stream / TWO_32),
      this.stream % TWO_32,
      Math.floor(this.stream / TWO_32),
      this.seed % TWO_32,
      Math.floor(this.seed / TWO_32) + FORK_KEY,
      forkName,
    );
    return new Random(this.seed, (forkName[1]! >>> 11) * TWO_32 + forkName[0]!);
  }

  #nextBlock(): void {
    const { seed, stream } = this;
    philox(
      this.#counterLow,
      this.#counterHigh,
      stream % TWO_32,
      Math.floor(stream / TWO_32),
      seed % TWO_32,
      Math.floor(seed / TWO_32),
      this.#block,
    );
    this.#used = 0;
    this.#counterLow = (this.#counterLow + 1) >>> 0;
    if (this.#counterLow === 0) this.#counterHigh = (this.#counterHigh + 1) >>> 0;
  }

  /** {@link Random.fillNormal} for numbers in the engine's memory. */
  #fillNormalAt(
    engine: Engine,
    address: number,
    length: number,
    width: Width,
    mean: number,
    standardDeviation: number,
  ): void {
    const single = (at: number): void => {
      const kind = width === 4 ? Float32Array : Float64Array;
      const number = Float64Array.of(mean + standardDeviation * this.normal());
      new Uint8Array(engine.buffer, address + at * width, width).set(
        new Uint8Array(kind.from(number).buffer),
      );
    };
    const spares = length > 0 && !Number.isNaN(this.#spareNormal) ? 1 : 0;
    if (spares === 1) single(0);
    const pairs = Math.floor((length - spares) / 2);
    if (pairs > 0) {
      const start = address + spares * width;
      const parameters = [start, pairs, width, mean, standardDeviation];
      this.#run(engine, 'fillNormal', (4 * pairs) / CHUNK_WORDS, parameters);
      this.#skip(4 * pairs);
    }
    if (spares + 2 * pairs < length) single(length - 1);
  }

  #permutationOf(engine: Engine, length: number): Int32Array {
    const memory = engine.open();
    try {
      const address = memory.allocate(4 * length);
      this.#call(engine, 'drawPermutation', address, length, []);
      return memory.view(Int32Array, address, length).slice();
    } finally {
      memory.close();
    }
  }

  /** Runs a task that draws words one by one and tells how many. */
  #call(
    engine: Engine,
    task: ExportName,
    address: number,
    length: number,
    parameters: readonly number[],
  ): void {
    const memory = engine.open();
    try {
      const scratch = memory.allocate(SCRATCH_BYTES);
      const drawn = memory.allocate(8);
      const own = [scratch, address, length, drawn];
      engine.call(task, [...this.#position(), ...own, ...parameters]);
      const words = memory.view(Float64Array, drawn, 1)[0]!;
      if (words > 0) this.#skip(words);
    } finally {
      memory.close();
    }
  }

  #run(engine: Engine, task: ExportName, chunks: number, parameters: readonly number[]): void {
    const memory = engine.open();
    try {
      const scratch = memory.allocate(engine.threads * SCRATCH_BYTES);
      engine.runChunks(task, 0, Math.ceil(chunks), [...this.#position(), scratch, ...parameters]);
    } finally {
      memory.close();
    }
  }

  /** Where the stream stands: what the tasks of assembly/random.ts begin their parameters with. */
  #position(): number[] {
    const { seed, stream } = this;
    const whole = this.#used === 4;
    const borrows = !whole && this.#counterLow === 0;
    return [
      seed % TWO_32,
      Math.floor(seed / TWO_32),
      stream % TWO_32,
      Math.floor(stream / TWO_32),
      whole ? this.#counterLow : (this.#counterLow - 1) >>> 0,
      borrows ? (this.#counterHigh - 1) >>> 0 : this.#counterHigh,
      whole ? 0 : this.#used,
    ];
  }

  /** Passes over words of the stream. */
  #skip(words: number): void {
    const last = this.#used + words - 1; // the last of these words, counted from the start of the block
    const blocks = Math.floor(last / 4); // blocks to go on, of which the last holds that word
    if (blocks > 0) {
      const low = this.#counterLow + blocks - 1;
      this.#counterLow = low % TWO_32;
      this.#counterHigh = (this.#counterHigh + Math.floor(low / TWO_32)) >>> 0;
      this.#nextBlock();
    }
    this.#used = (last % 4) + 1;
  }

  #bits53(): number {
    const high = this.uint32() >>> 5;
    const low = this.uint32() >>> 6;
    return high * 67108864 + low;
  }
}

/**
 * Fills float32 numbers in the engine's memory as {@link Random.fillNormal} with mean 0 would fill an array, on all
 * threads. Allocates a little, so that views of the memory are invalid afterwards.
 */
export function fillNormalAt(
  random: Random,
  engine: Engine,
  address: number,
  length: number,
  standardDeviation = 1,
): void {
  fillNormalOf(random, engine, address, length, standardDeviation);
}

/**
 * Draws indices into the engine's memory with an alias table there, as `AliasTable` would return them.
 *
 * @param table - the addresses of the table's shares (float64) and aliases (int32), and its length
 */
export function drawAliasesAt(
  random: Random,
  engine: Engine,
  address: number,
  length: number,
  table: readonly number[],
): void {
  drawAliasesOf(random, engine, address, length, table);
}

/** The engine, if it is ready and an array of this length is worth asking it. */
export function engineFor(length: number): Engine | undefined {
  return length >= ENGINE_LENGTH ? startedEngine() : undefined;
}

/** Fills an array slice by slice in the engine's memory and copies the slices out. */
export function fillSlices(
  engine: Engine,
  out: Float32Array | Float64Array | Int32Array,
  fill: (address: number, length: number, width: Width) => void,
): void {
  const memory = engine.open();
  try {
    const width = out instanceof Float64Array ? 8 : 4;
    const address = memory.allocate(Math.min(out.length, SLICE_LENGTH) * width);
    for (let from = 0; from < out.length; from += SLICE_LENGTH) {
      const slice = out.subarray(from, from + SLICE_LENGTH);
      fill(address, slice.length, width);
      const bytes = new Uint8Array(slice.buffer, slice.byteOffset, slice.byteLength);
      bytes.set(memory.view(Uint8Array, address, bytes.length));
    }
  } finally {
    memory.close();
  }
}

function requireCounter(value: number, name: string): void {
  requireArgument(
    Number.isSafeInteger(value) && value >= 0,
    () => `${name} is ${value}; give an integer from 0 to ${Number.MAX_SAFE_INTEGER}.`,
  );
}
