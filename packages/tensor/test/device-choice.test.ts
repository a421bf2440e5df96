import { isTensorecError } from '@tensorec/kernels';
import * as tf from '@tensorflow/tfjs';
import { build } from 'esbuild';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import { importOptional } from '../src/devices/optional-package.js';
import { device, listDevices, useDevice, type DeviceName } from '../src/index.js';
import { testedDevices } from './devices.js';

beforeAll(() => {
  tf.env().set('IS_TEST', true);
});

/** The message of the TensorecError of a code that a promise is rejected with. */
async function rejection(
  promise: Promise<unknown>,
  code: 'unsupported' | 'unknown-name',
): Promise<string> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(isTensorecError(error, code), String(error)).toBe(true);
  return error instanceof Error ? error.message : '';
}

describe('useDevice', () => {
  it.each(testedDevices)('computes on %s', async (name) => {
    const used = await useDevice(name);
    expect(used).toMatchObject({ name, available: true, passedOver: undefined });
    expect(device()).toBe(name);
    expect([...(await tf.tensor1d([1, 2]).add(1).data())]).toEqual([2, 3]);
  });

  it('tells versions', async () => {
    expect((await useDevice('cpu')).version).toBe(tf.version_core);
    expect((await useDevice('wasm')).version).toBe(tf.version_core);
  });

  it('takes simd for auto where there is no GPU, and says why', async () => {
    await useDevice('cpu');
    const { name, passedOver } = await useDevice('auto');
    expect(name).toBe('simd');
    expect(device()).toBe('simd');
    expect(passedOver).toContain('@tensorflow/tfjs-node-gpu');
  });

  it('says what is missing, and keeps the device', async () => {
    await useDevice('simd');
    expect(await rejection(useDevice('node-gpu'), 'unsupported')).toContain('tfjs-node-gpu');
    const missing = (['node', 'webgpu'] as const).filter((name) => !testedDevices.includes(name));
    for (const name of missing) {
      const message = await rejection(useDevice(name), 'unsupported');
      expect(message).toContain(name === 'node' ? '@tensorflow/tfjs-node is not' : 'navigator.gpu');
    }
    expect(device()).toBe('simd');
    expect(tf.add(1, 2).dataSync()[0]).toBe(3);
  });

  it('refuses names that are none', async () => {
    // @ts-expect-error -- there is no such device
    const message = await rejection(useDevice('gpu'), 'unknown-name');
    expect(message).toContain("'gpu'");
    expect(message).toContain('node-gpu');
  });

  it('knows its names', () => {
    expectTypeOf(device()).toEqualTypeOf<DeviceName | undefined>();
  });
});

describe('listDevices', () => {
  it('has every device, with the reason why one is missing, and changes nothing', async () => {
    await useDevice('cpu');
    const list = await listDevices();
    expect(list.map(({ name }) => name)).toEqual([
      'simd',
      'wasm',
      'cpu',
      'node',
      'node-gpu',
      'webgpu',
    ]);
    for (const status of list) {
      const here = testedDevices.some((name) => name === status.name);
      expect(status.available, status.name).toBe(here);
      if (!status.available) expect(status.reason).not.toBe('');
    }
    expect(device()).toBe('cpu');
  });
});

describe('an optional package', () => {
  it('that is not there is named, with what to do', async () => {
    const message = await rejection(importOptional('@tensorec/not-there'), 'unsupported');
    expect(message).toMatch(/^@tensorec\/not-there is not installed; install it/);
  });

  it('that is there and does not load is told with its reason', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tensorec-'));
    try {
      const url = (name: string, source: string): string => {
        writeFileSync(join(folder, name), source);
        return pathToFileURL(join(folder, name)).href;
      };
      const throwing = url('throwing.mjs', 'throw new Error("the binding is broken")');
      expect(await rejection(importOptional(throwing), 'unsupported')).toMatch(
        /failed to load: the binding is broken/,
      );
      const incomplete = url('incomplete.mjs', 'import "@tensorec/its-dependency";');
      const message = await rejection(importOptional(incomplete), 'unsupported');
      expect(message).toMatch(/is installed and failed to load:.*its-dependency/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('a bundle for browsers', () => {
  it('is built by esbuild without the packages of devices, and imports nothing of Node', async () => {
    const { errors, warnings, metafile } = await build({
      entryPoints: [fileURLToPath(new URL('../src/index.ts', import.meta.url))],
      bundle: true,
      write: false,
      metafile: true,
      format: 'esm',
      platform: 'browser',
      conditions: ['@tensorec/source'],
      logLevel: 'silent',
    });
    expect(errors).toEqual([]);
    expect(warnings).toEqual([]);
    const inputs = Object.keys(metafile.inputs);
    expect(inputs.some((path) => path.endsWith('tensor/src/index.ts'))).toBe(true);
    expect(inputs.filter((path) => /tfjs-(node|backend-wasm|backend-webgpu)/.test(path))).toEqual(
      [],
    );
    const imports = Object.values(metafile.outputs).flatMap((output) => output.imports);
    expect(imports.filter(({ external }) => external)).toEqual([]);
  });
});
