import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as loadedFirst from '../src/engine/engine.js';
import { matrixProduct } from '../src/gemm.js';
import { engineStatus, finish, ready, type EngineStatus, type Steps } from '../src/index.js';
import { webAssembly, type WasmMemory, type WasmModule } from '../src/engine/webassembly.js';

const { requireEngine } = loadedFirst;

const SIZE = 300;
const shape = { rows: SIZE, depth: SIZE, columns: SIZE };
const left = createMatrix(7919);
const right = createMatrix(104729);

function createMatrix(factor: number): Float32Array {
  return Float32Array.from({ length: SIZE * SIZE }, (_, i) => ((i * factor) % 1009) / 1009 - 0.5);
}

/** A product in many chunks. */
function product(): Steps<Float32Array> {
  return matrixProduct(left, right, shape);
}

function bits({ buffer }: Float32Array): string {
  return Buffer.from(buffer).toString('base64');
}

function status(): EngineStatus {
  const found = engineStatus();
  if (found === undefined) throw new Error('The engine is not ready.');
  return found;
}

/** The engine as a realm would load it anew. */
async function loadAnew(): Promise<typeof loadedFirst> {
  vi.resetModules();
  return import('../src/engine/engine.js');
}

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('ready', () => {
  it('can be called twice, at once and with other numbers of threads', async () => {
    await Promise.all([ready(), ready({ threads: 3 }), ready({ threads: 1 }), ready()]);
    expect(status()).toMatchObject({ threads: 1, workers: 2 });
    await Promise.all([ready({ threads: 1 }), ready({ threads: 2 })]);
    expect(status()).toMatchObject({ threads: 2, workers: 2, limitation: undefined });
    await ready();
    expect(status()).toMatchObject({ threads: 2, workers: 2 });
  });

  it.each([0, -1, 1.5, 65, NaN])('refuses %s threads', async (threads) => {
    await expect(ready({ threads })).rejects.toMatchObject({ code: 'invalid-argument' });
  });

  it('must come first', async () => {
    const fresh = await loadAnew();
    expect(fresh.engineStatus()).toBeUndefined();
    expect(() => fresh.requireEngine()).toThrow('await ready()');
  });

  it('is done when the threads run', async () => {
    const fresh = await loadAnew();
    const first = fresh.ready({ threads: 2 });
    await fresh.ready();
    expect(fresh.engineStatus()).toMatchObject({ threads: 2, workers: 1 });
    await first;
  });
});

describe('jobs', () => {
  beforeEach(() => ready({ threads: 3 }));

  it('run on workers too', () => {
    const engine = requireEngine();
    const memory = engine.open();
    try {
      // Each thread that takes part writes to its own space.
      const bytes = engine.value('multiplySpace', SIZE);
      const space = memory.allocateZeros(3 * bytes);
      const a = memory.place(left);
      const packed = memory.allocateZeros(4 * SIZE * (SIZE + 8));
      const out = memory.allocate(4 * SIZE * SIZE);
      const stride = 4 * SIZE;
      const product = [a, stride, 0, SIZE, SIZE, packed, SIZE, out, stride, 1, 1, 0, space, 40];
      const took = (thread: number): boolean =>
        memory.view(Uint8Array, space + thread * bytes, bytes).some((value) => value !== 0);
      for (let attempt = 0; attempt < 1000 && ![0, 1, 2].every(took); attempt++) {
        finish(engine.run('multiply', Math.ceil(SIZE / 40), product));
      }
      expect([took(0), took(1), took(2)]).toEqual([true, true, true]);
    } finally {
      memory.close();
    }
  });

  it('give the same bits on any number of threads and with other work in between', async () => {
    const expected = finish(product());
    for (let row = 0; row < SIZE; row += 37) {
      let sum = 0;
      for (let k = 0; k < SIZE; k++) sum += left[row * SIZE + k]! * right[k * SIZE + 5]!;
      expect(expected[row * SIZE + 5]).toBeCloseTo(sum, 3);
    }
    for (const threads of [1, 2, 3]) {
      await ready({ threads });
      const mirrored = finish(matrixProduct(right, left, shape));
      const [one, other] = inTurn(product(), matrixProduct(right, left, shape));
      expect(bits(one)).toBe(bits(expected));
      expect(bits(other)).toBe(bits(mirrored));
    }
    expect(status().usedBytes).toBe(0);
  });

  it('keep their number of threads, for which they have set aside memory, when it changes', async () => {
    await ready({ threads: 1 });
    const expected = finish(product());
    const steps = product();
    const first = steps.next();
    expect(first.done).toBe(false);
    const before = requireEngine();
    await ready({ threads: 3 });
    expect(before.threads).toBe(1);
    expect(requireEngine().threads).toBe(3);
    expect(bits(finish(steps))).toBe(bits(expected));
  });

  it('start no workers of their own', () => {
    const before = status();
    for (let repetition = 0; repetition < 100; repetition++) finish(product());
    expect(status()).toEqual(before);
  });

  it('end with an error, and do not hang, when a thread traps', () => {
    const engine = requireEngine();
    const expected = finish(product());
    for (let repetition = 0; repetition < 100; repetition++) {
      expect(() => {
        trapInLastChunk(engine);
      }).toThrow(/trapped in the kernel packColumns|out of bounds/);
    }
    expect(bits(finish(product()))).toBe(bits(expected));
    expect(status().usedBytes).toBe(0);
  });

  /** Packs a matrix whose last columns lie beyond the end of the memory. */
  function trapInLastChunk(engine: loadedFirst.Engine): void {
    const chunks = 6;
    const columns = 128 * chunks;
    const depth = 100;
    const memory = engine.open();
    try {
      const packed = memory.allocate(4 * depth * columns);
      const address = engine.buffer.byteLength - 4 * (columns - 128);
      finish(engine.run('packColumns', chunks, [address, 0, 0, depth, columns, packed]));
    } finally {
      memory.close();
    }
  }
});

/** Runs two jobs, a step of each in turn. */
function inTurn(
  one: Steps<Float32Array>,
  other: Steps<Float32Array>,
): readonly [Float32Array, Float32Array] {
  for (;;) {
    const a = one.next();
    const b = other.next();
    if (a.done === true && b.done === true) return [a.value, b.value];
    if (a.done === true) return [a.value, finish(other)];
    if (b.done === true) return [finish(one), b.value];
  }
}

describe('a host with limits', () => {
  if (webAssembly === undefined) throw new Error('There is no WebAssembly here.');
  const whole = webAssembly;

  it('gives a smaller address range when it refuses a larger one', async () => {
    const asked: number[] = [];
    const Memory = function (options: {
      initial: number;
      maximum: number;
      shared: boolean;
    }): WasmMemory {
      asked.push(options.maximum);
      if (options.maximum > 16384) throw new RangeError('too much');
      return new whole.Memory(options);
    };
    stubWebAssembly({ Memory });
    const fresh = await loadAnew();
    await fresh.ready({ threads: 1 });
    expect(asked).toEqual([65536, 32768, 16384]);
    expect(fresh.engineStatus()?.maximumBytes).toBe(2 ** 30);
  });

  it('gets an error that names the least address range', async () => {
    const Memory = function (): never {
      throw new RangeError('nothing left');
    };
    stubWebAssembly({ Memory });
    const fresh = await loadAnew();
    await expect(fresh.ready()).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringMatching(/nothing left.*1 GiB/) as string,
    });
  });

  it('gets an error without WebAssembly', async () => {
    vi.stubGlobal('WebAssembly', undefined);
    const fresh = await loadAnew();
    await expect(fresh.ready()).rejects.toMatchObject({ code: 'unsupported' });
  });

  it('gets an error that names the policy to change, and can try again', async () => {
    let refused = true;
    const compile = (bytes: Uint8Array): Promise<WasmModule> =>
      refused ? Promise.reject(new Error('forbidden')) : whole.compile(bytes);
    stubWebAssembly({ compile });
    const fresh = await loadAnew();
    await expect(fresh.ready()).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringMatching(/forbidden.*'wasm-unsafe-eval'/) as string,
    });
    refused = false;
    await fresh.ready({ threads: 2 });
    expect(fresh.engineStatus()?.threads).toBe(2);
  });

  it('runs one thread where memory cannot be shared, with the same bits', async () => {
    await ready({ threads: 2 });
    const expected = finish(product());
    vi.stubGlobal('crossOriginIsolated', false);
    const fresh = await loadAnew();
    await fresh.ready({ threads: 2 });
    expect(fresh.engineStatus()).toMatchObject({
      threads: 1,
      workers: 0,
      limitation: expect.stringContaining('cross-origin isolated') as string,
    });
    const gemm = await import('../src/gemm.js');
    expect(bits(finish(gemm.matrixProduct(left, right, shape)))).toBe(bits(expected));
  });

  it.each([
    ['no workers', undefined, 'no workers here'],
    ['a worker that throws', throwing(), 'SecurityError'],
    ['a worker that fails', failing(), 'worker-src blob:'],
    ['a worker that never answers', silent(), 'no answer within 5 s'],
  ])('runs one thread with %s', async (_, Worker, limitation) => {
    vi.stubGlobal('process', { ...process, getBuiltinModule: undefined });
    vi.stubGlobal('Worker', Worker);
    const fresh = await loadAnew();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const started = fresh.ready({ threads: 3 });
    while (fresh.engineStatus() === undefined) {
      await new Promise(setImmediate);
      vi.advanceTimersByTime(1000);
    }
    await started;
    expect(fresh.engineStatus()).toMatchObject({
      threads: 1,
      workers: 0,
      limitation: expect.stringContaining(limitation) as string,
    });
  });

  function stubWebAssembly(parts: object): void {
    vi.stubGlobal('WebAssembly', Object.assign(Object.create(whole) as object, parts));
  }

  function throwing(): unknown {
    return function (): never {
      throw new Error('SecurityError');
    };
  }

  function failing(): unknown {
    return class {
      onerror: ((event: object) => void) | null = null;
      postMessage(): void {
        queueMicrotask(() => this.onerror?.({}));
      }
    };
  }

  function silent(): unknown {
    return class {
      postMessage(): void {
        // It does not answer.
      }
    };
  }
});

describe('a process', () => {
  it('ends by itself while workers wait', () => {
    const program = `
      import { engineStatus, ready } from './src/index.ts';
      ready({ threads: 3 }).then(() => { console.log(engineStatus().workers); });`;
    const folder = new URL('..', import.meta.url);
    const flags = ['--conditions=@tensorec/source', '--import', 'tsx', '--input-type=module'];
    const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, '-e', program], {
      cwd: folder,
      encoding: 'utf8',
      timeout: 50_000,
    });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '2\n', stderr: '' });
  });
});
