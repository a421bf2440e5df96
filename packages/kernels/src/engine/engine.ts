import { loadModule } from '#module';
import { requireArgument, TensorecError } from '../errors.js';
import type { Steps } from '../steps.js';
import { Allocator } from './allocator.js';
import type { ExportName } from './binary.generated.js';
import { Scope } from './scope.js';
import {
  webAssembly,
  type LoadedModule,
  type WasmExports,
  type WebAssemblyApi,
} from './webassembly.js';
import { availableThreads, canShareMemory, startWorker } from './workers.js';

const PAGE = 65536;
/** The control block lies here; what is below is never used, so that address 0 is nothing's. */
const CONTROL = 1024;
const PARAMETERS = CONTROL + 64;
/** Numbers that stand in for arrays of one number lie after the parameters. */
const NUMBERS = PARAMETERS + 8 * 64;
/** Where the allocator begins. */
const BASE = 4096;
/** Pages to ask for as the maximum, one after the other: 4, 2, 1 GiB. */
const MAXIMUM_PAGES = [65536, 32768, 16384];
/** No more threads by default: beyond, memory is what is waited for. */
const MOST_THREADS = 8;
/** How long a slice of work takes, in milliseconds, before steps are yielded. */
const SLICE = 16;
/** How long workers get to start, in milliseconds. */
const START_LIMIT = 5000;

/** What runs a task, in the order of its parameters: pointers, counts and real numbers. */
export type Parameters = readonly number[];

/** How the kernels run here. */
export interface EngineStatus {
  /** Threads that take part, the calling one included. */
  readonly threads: number;
  /** Workers that were started; threads − 1, or more after `ready` asked for fewer threads. */
  readonly workers: number;
  /** Why there are fewer threads than were asked for, or than cores. */
  readonly limitation: string | undefined;
  /** Bytes in use by kernels and by what models keep. */
  readonly usedBytes: number;
  /** Bytes that the memory has; it grows and never shrinks. */
  readonly memoryBytes: number;
  /** Bytes that the memory can grow to. */
  readonly maximumBytes: number;
}

/** What engines of any number of threads share: the WebAssembly instance of this realm. */
class Instance {
  readonly exports: WasmExports;
  readonly tasks: ReadonlyMap<string, number>;
  readonly allocator: Allocator;
  readonly module: LoadedModule;
  workers = 0;
  parameters = new Float64Array(0);
  numbers = new Float32Array(0);

  constructor(module: LoadedModule, exports: WasmExports, allocator: Allocator) {
    this.exports = exports;
    this.tasks = new Map(Object.keys(exports).map((name, index) => [name, index]));
    this.allocator = allocator;
    this.module = module;
    exports['attach']!(CONTROL);
  }
}

/**
 * The kernels on a number of threads that stays the same. Another number makes another engine; work that is under way
 * goes on with the one it began with, because it has set aside memory for each of its threads.
 */
export class Engine {
  /** Threads that take part, the calling one included. */
  readonly threads: number;
  readonly #instance: Instance;
  readonly #limitation: string | undefined;

  constructor(instance: Instance, threads: number, limitation?: string) {
    this.#instance = instance;
    this.threads = threads;
    this.#limitation = limitation;
  }

  /**
   * An engine on `threads` threads, by default on one for each core, at most 8; on fewer if the host does not allow so
   * many workers.
   */
  async withThreads(threads: number | undefined): Promise<Engine> {
    const instance = this.#instance;
    const { module, shared } = instance.module;
    if (!shared) {
      // Nothing is asked about cores or workers here: some hosts without them throw at the question.
      const limitation = 'The page is not cross-origin isolated, or the platform shares no memory.';
      return new Engine(instance, 1, threads === 1 ? undefined : limitation);
    }
    const wanted = threads ?? Math.min(MOST_THREADS, availableThreads());
    const missing = Math.max(0, wanted - 1 - instance.workers);
    const start = { module, memory: instance.allocator.memory, control: CONTROL };
    const starts = Array.from({ length: missing }, () => withLimit(startWorker(start)));
    let limitation: string | undefined;
    for (const result of await Promise.allSettled(starts)) {
      if (result.status === 'fulfilled') instance.workers++;
      else limitation = `Workers did not start: ${String(result.reason)}`;
    }
    return new Engine(instance, Math.min(wanted, instance.workers + 1), limitation);
  }

  get status(): EngineStatus {
    const { workers, allocator } = this.#instance;
    return {
      threads: this.threads,
      workers,
      limitation: this.#limitation,
      usedBytes: allocator.used,
      memoryBytes: allocator.memory.buffer.byteLength,
      maximumBytes: allocator.maximum,
    };
  }

  /** The bytes of the memory as they are now: a view is of no use after the next allocation. */
  get buffer(): ArrayBufferLike {
    return this.#instance.allocator.memory.buffer;
  }

  /** A block with any contents, for as long as it is not freed. @throws TensorecError `memory` when there is no room. */
  allocate(bytes: number): number {
    return this.#instance.allocator.allocate(bytes);
  }

  /** Takes a block back. */
  free(address: number): void {
    this.#instance.allocator.free(address);
  }

  /** A scope of blocks, all freed when it is closed. */
  open(): Scope {
    return new Scope(this, this.#instance.allocator);
  }

  /** Writes a number in single precision to place `index`, 0 or 1, until the next call; returns its address. */
  placeNumber(index: number, value: number): number {
    this.#views().numbers[index] = value;
    return NUMBERS + 4 * index;
  }

  /** What a function of the module returns. */
  value(name: ExportName, ...values: number[]): number {
    return this.#export(name)(...values);
  }

  /** Runs a task on the calling thread alone, with one chunk. */
  call(task: ExportName, parameters: Parameters): void {
    this.#setParameters(parameters);
    this.#export('openJob')(0, 0, 1, 0);
    this.#export(task)();
  }

  /** Runs chunks [from, to) of a task on all threads. */
  runChunks(task: ExportName, from: number, to: number, parameters: Parameters): void {
    this.#setParameters(parameters);
    const workers = Math.min(this.threads, to - from) - 1;
    this.#export('openJob')(this.#instance.tasks.get(task)!, from, to, Math.max(0, workers));
    let trapped: number;
    try {
      this.#export(task)();
    } finally {
      trapped = this.#export('closeJob')();
    }
    if (trapped > 0) {
      throw new Error(
        `A worker trapped in the kernel ${task}; this is a defect of @tensorec/kernels.`,
      );
    }
  }

  /**
   * Runs all `chunks` of a task on all threads, in slices of some 16 ms with a yield after each. Chunks do not depend
   * on one another, so the result does not depend on the slices.
   */
  *run(task: ExportName, chunks: number, parameters: Parameters): Steps {
    let size = this.threads;
    let from = 0;
    while (from < chunks) {
      const to = Math.min(chunks, from + size);
      const started = performance.now();
      this.runChunks(task, from, to, parameters);
      const elapsed = Math.max(0.01, performance.now() - started);
      size = Math.min(4 * (to - from), Math.floor(((to - from) * SLICE) / elapsed));
      // As many for each thread: where chunks are long, one more would leave the other threads idle.
      size = Math.max(this.threads, size - (size % this.threads));
      from = to;
      if (from < chunks) yield from / chunks;
    }
  }

  #export(name: ExportName): (...values: number[]) => number {
    return this.#instance.exports[name]!;
  }

  #setParameters(values: Parameters): void {
    const { parameters } = this.#views();
    for (let i = 0; i < values.length; i++) parameters[i] = values[i]!;
  }

  /** The instance, its views on the memory as it is now. */
  #views(): Instance {
    const instance = this.#instance;
    const { buffer } = this;
    if (instance.parameters.buffer !== buffer) {
      instance.parameters = new Float64Array(buffer as ArrayBuffer, PARAMETERS, 64);
      instance.numbers = new Float32Array(buffer as ArrayBuffer, NUMBERS, 2);
    }
    return instance;
  }
}

/** Rejects when a worker does not start in time. */
function withLimit<Value>(start: Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`no answer within ${START_LIMIT / 1000} s`));
    }, START_LIMIT);
    start.then(resolve, reject).finally(() => {
      clearTimeout(timer);
    });
  });
}

let engine: Engine | undefined;
let starting: Promise<unknown> = Promise.resolve();

/** The engine of this realm; undefined before {@link ready}. */
export function startedEngine(): Engine | undefined {
  return engine;
}

/** The engine of this realm. @throws TensorecError `not-ready` before {@link ready}. */
export function requireEngine(): Engine {
  if (engine === undefined) {
    throw new TensorecError(
      'not-ready',
      'The kernels are not ready; write `await ready()` from @tensorec/kernels first. fit, recommend, evaluate and load do so themselves.',
    );
  }
  return engine;
}

/**
 * Compiles the kernels and starts their threads; everything that computes needs it once. A second call is free, or
 * changes the number of threads.
 *
 * @param options - `threads`: how many take part, the calling one included; default all that the machine has, at most
 * 8. Where the host allows no shared memory or no workers there is one; see {@link engineStatus}. Results are the same
 * bits for any number.
 * @throws TensorecError `unsupported` where WebAssembly with SIMD does not run or is forbidden, `invalid-argument` for
 * threads that are no integer of 1 or more.
 */
export async function ready(
  options: { readonly threads?: number | undefined } = {},
): Promise<void> {
  const { threads } = options;
  requireArgument(
    threads === undefined || (Number.isInteger(threads) && threads >= 1 && threads <= 64),
    () => `threads is ${String(threads)}; give an integer from 1 to 64.`,
  );
  const start = async (): Promise<void> => {
    if (engine !== undefined && threads === undefined) return;
    const before = engine ?? (await createEngine());
    engine = await before.withThreads(threads);
  };
  // One start after the other; a failed one does not stop the next.
  const next = starting.then(start, start);
  starting = next;
  await next;
}

/** How the kernels run here; undefined before {@link ready}. */
export function engineStatus(): EngineStatus | undefined {
  return engine?.status;
}

async function createEngine(): Promise<Engine> {
  if (webAssembly === undefined) {
    throw new TensorecError('unsupported', 'There is no WebAssembly here, which the kernels need.');
  }
  let module: LoadedModule;
  try {
    module = await loadModule(canShareMemory());
  } catch (cause) {
    throw new TensorecError(
      'unsupported',
      `The kernels could not be compiled (${String(cause)}). They need WebAssembly with SIMD. A page with a content security policy needs script-src 'wasm-unsafe-eval'; a worker on the edge needs a bundle built with the condition workerd or edge-light.`,
      { cause },
    );
  }
  const allocator = createAllocator(webAssembly, module.shared);
  const { memory } = allocator;
  const { exports } = await webAssembly.instantiate(module.module, { env: { memory } });
  return new Engine(new Instance(module, exports, allocator), 1);
}

function createAllocator({ Memory }: WebAssemblyApi, shared: boolean): Allocator {
  let failure: unknown;
  for (const maximum of MAXIMUM_PAGES) {
    try {
      const memory = new Memory({ initial: 16, maximum, shared });
      return new Allocator(memory, BASE, maximum * PAGE);
    } catch (error) {
      failure = error;
    }
  }
  throw new TensorecError(
    'unsupported',
    `The kernels got no memory (${String(failure)}); they ask for an address range of 1 GiB at least.`,
    { cause: failure },
  );
}
