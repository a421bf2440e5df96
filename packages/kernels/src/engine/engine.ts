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
/** Where the allocator begins. */
const BASE = 4096;
/** Pages to ask for as the maximum, one after the other: 4, 2, 1 GiB. */
const MAXIMUM_PAGES = [65536, 32768, 16384];
/** No more threads by default: beyond, memory is what is waited for. */
const MOST_THREADS = 8;
/** How long a slice of work takes, in milliseconds, before steps are yielded. */
const SLICE = 12;
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
  /** Why there is only one thread where more were asked for. */
  readonly limitation: string | undefined;
  /** Bytes in use by kernels and by what models keep. */
  readonly usedBytes: number;
  /** Bytes that the memory has; it grows and never shrinks. */
  readonly memoryBytes: number;
  /** Bytes that the memory can grow to. */
  readonly maximumBytes: number;
}

/** The WebAssembly instance of this realm with its memory and threads. */
export class Engine {
  readonly #exports: WasmExports;
  readonly #tasks: ReadonlyMap<string, number>;
  readonly #allocator: Allocator;
  readonly #module: LoadedModule;
  #workers = 0;
  #threads = 1;
  #limitation: string | undefined;
  #parameters = new Float64Array(0);

  constructor(module: LoadedModule, exports: WasmExports, allocator: Allocator) {
    this.#exports = exports;
    this.#tasks = new Map(Object.keys(exports).map((name, index) => [name, index]));
    this.#allocator = allocator;
    this.#module = module;
    this.#export('attach')(CONTROL);
  }

  /** Threads that take part, the calling one included. */
  get threads(): number {
    return this.#threads;
  }

  get status(): EngineStatus {
    return {
      threads: this.#threads,
      workers: this.#workers,
      limitation: this.#threads === 1 ? this.#limitation : undefined,
      usedBytes: this.#allocator.used,
      memoryBytes: this.#allocator.memory.buffer.byteLength,
      maximumBytes: this.#allocator.maximum,
    };
  }

  /** The bytes of the memory as they are now: a view is of no use after the next allocation. */
  get buffer(): ArrayBufferLike {
    return this.#allocator.memory.buffer;
  }

  /** A scope of blocks, all freed when it is closed. */
  open(): Scope {
    return new Scope(this, this.#allocator);
  }

  /** Starts workers until `threads` take part, as far as the host allows; fewer than before only take part less. */
  async useThreads(threads: number): Promise<void> {
    const missing = threads - 1 - this.#workers;
    if (missing > 0 && !this.#module.shared) {
      this.#limitation = 'The page is not cross-origin isolated, or the platform shares no memory.';
    } else if (missing > 0) {
      const { memory } = this.#allocator;
      const start = { module: this.#module.module, memory, control: CONTROL };
      const starts = Array.from({ length: missing }, () => withLimit(startWorker(start)));
      for (const result of await Promise.allSettled(starts)) {
        if (result.status === 'fulfilled') this.#workers++;
        else this.#limitation = `Workers did not start: ${String(result.reason)}`;
      }
    }
    this.#threads = Math.min(threads, this.#workers + 1);
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
  runChunks(
    task: ExportName,
    from: number,
    to: number,
    parameters: Parameters,
    threads = this.#threads,
  ): void {
    this.#setParameters(parameters);
    const workers = Math.min(threads, to - from) - 1;
    this.#export('openJob')(this.#tasks.get(task)!, from, to, Math.max(0, workers));
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
   * Runs all `chunks` of a task on all threads, in slices of some 12 ms with a yield after each. Chunks do not depend
   * on one another, so the result does not depend on the slices.
   */
  *run(task: ExportName, chunks: number, parameters: Parameters): Steps {
    // Work space was allocated for so many; others may call `ready` between two slices.
    const threads = this.#threads;
    let size = threads;
    let from = 0;
    while (from < chunks) {
      const to = Math.min(chunks, from + size);
      const started = performance.now();
      this.runChunks(task, from, to, parameters, threads);
      const elapsed = Math.max(0.01, performance.now() - started);
      size = Math.max(
        threads,
        Math.min(4 * (to - from), Math.floor(((to - from) * SLICE) / elapsed)),
      );
      from = to;
      if (from < chunks) yield from / chunks;
    }
  }

  #export(name: ExportName): (...values: number[]) => number {
    return this.#exports[name]!;
  }

  #setParameters(parameters: Parameters): void {
    if (this.#parameters.buffer !== this.buffer) {
      this.#parameters = new Float64Array(this.buffer as ArrayBuffer, PARAMETERS, 64);
    }
    for (let i = 0; i < parameters.length; i++) this.#parameters[i] = parameters[i]!;
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
  if (engine !== undefined && (threads === undefined || threads === engine.threads)) return;
  const start = async (): Promise<void> => {
    const fresh = engine === undefined;
    engine ??= await createEngine();
    if (fresh || threads !== undefined) {
      await engine.useThreads(threads ?? Math.min(MOST_THREADS, availableThreads()));
    }
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
  return new Engine(module, exports, allocator);
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
