import type { WasmMemory, WasmModule } from './webassembly.js';

/** What a worker is started with. */
export interface WorkerStart {
  readonly module: WasmModule;
  readonly memory: WasmMemory;
  readonly control: number;
}

/** Runs in the worker, which knows nothing of this file: joins job after job. */
const serve = `({ module, memory, control }, started) => {
  const exports = new WebAssembly.Instance(module, { env: { memory } }).exports;
  const tasks = Object.values(exports);
  exports.attach(control);
  started();
  for (let job = 0; ; ) {
    job = exports.joinJob(job);
    let failed = 0;
    try { tasks[exports.joinedTask()](); } catch { failed = 1; }
    exports.leaveJob(failed);
  }
}`;

const nodeSource = `
const { parentPort, workerData } = require('node:worker_threads');
(${serve})(workerData, () => parentPort.postMessage('started'));`;

const webSource = `
onmessage = ({ data }) => { (${serve})(data, () => postMessage('started')); };`;

/** The part of `node:worker_threads` and `node:os` that is used; Bun and Deno have it too. */
interface NodeModules {
  'node:worker_threads': {
    Worker: new (
      source: string,
      options: object,
    ) => {
      once(event: string, listener: (value: unknown) => void): void;
      unref(): void;
    };
  };
  'node:os': { availableParallelism(): number };
}

function nodeModule<Name extends keyof NodeModules>(name: Name): NodeModules[Name] | undefined {
  const host = globalThis as {
    process?: { getBuiltinModule?(name: string): NodeModules[Name] | undefined };
  };
  return host.process?.getBuiltinModule?.(name);
}

/** How many threads this machine runs at once. */
export function availableThreads(): number {
  const os = nodeModule('node:os');
  if (os !== undefined) return os.availableParallelism();
  const { navigator } = globalThis as { navigator?: { hardwareConcurrency?: number } };
  return navigator?.hardwareConcurrency ?? 1;
}

/** Whether this host can share memory with workers. */
export function canShareMemory(): boolean {
  const host = globalThis as { crossOriginIsolated?: boolean };
  return typeof SharedArrayBuffer === 'function' && host.crossOriginIsolated !== false;
}

/**
 * Starts a worker that does not keep the process alive.
 *
 * @throws when the host does not allow one; a content security policy without `worker-src blob:`, for one.
 */
export function startWorker(start: WorkerStart): Promise<void> {
  const threads = nodeModule('node:worker_threads');
  return threads === undefined ? startWebWorker(start) : startNodeWorker(threads.Worker, start);
}

function startNodeWorker(
  NodeWorker: NodeModules['node:worker_threads']['Worker'],
  workerData: WorkerStart,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new NodeWorker(nodeSource, { eval: true, workerData, execArgv: [] });
    worker.once('message', () => {
      worker.unref();
      resolve();
    });
    worker.once('error', reject);
  });
}

/** The part of a web worker that is used. */
interface WebWorker {
  onmessage: (() => void) | null;
  onerror: ((event: { message?: string }) => void) | null;
  postMessage(message: unknown): void;
}

function startWebWorker(start: WorkerStart): Promise<void> {
  const host = globalThis as { Worker?: new (url: string) => WebWorker };
  return new Promise((resolve, reject) => {
    if (host.Worker === undefined) throw new Error('There are no workers here.');
    const url = URL.createObjectURL(new Blob([webSource], { type: 'text/javascript' }));
    try {
      const worker = new host.Worker(url);
      worker.onmessage = () => {
        URL.revokeObjectURL(url);
        resolve();
      };
      worker.onerror = (event) => {
        URL.revokeObjectURL(url);
        reject(
          new Error(
            event.message ?? 'it was refused; a content security policy needs worker-src blob:',
          ),
        );
      };
      worker.postMessage(start);
    } catch (error) {
      URL.revokeObjectURL(url);
      throw error;
    }
  });
}
