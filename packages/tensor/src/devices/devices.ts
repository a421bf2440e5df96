import { isTensorecError, TensorecError } from '@tensorec/kernels';
import * as tf from '@tensorflow/tfjs';
import { deviceNames, type DeviceName } from './device-names.js';
import { currentDevice, openDevice } from './open-device.js';

/** A device that can be used here. */
export interface AvailableDevice {
  readonly name: DeviceName;
  readonly available: true;
  /** Of the package or library that computes; undefined where it does not tell. */
  readonly version: string | undefined;
}

/** A device that cannot be used here. */
export interface MissingDevice {
  readonly name: DeviceName;
  readonly available: false;
  /** Why not, and what to do about it. */
  readonly reason: string;
}

/** A device, and whether it can be used here. */
export type DeviceStatus = AvailableDevice | MissingDevice;

/** The device that {@link useDevice} chose. */
export interface UsedDevice extends AvailableDevice {
  /** Why `'auto'` did not take a GPU; undefined when it did, or was not asked. */
  readonly passedOver: string | undefined;
}

/**
 * All devices, and why some are not available here. Tries each one, which loads their packages: some 100 ms, and memory.
 * The current device is the same afterwards; do not compute meanwhile.
 */
export async function listDevices(): Promise<readonly DeviceStatus[]> {
  await tf.ready();
  const found = new Map<DeviceName, DeviceStatus>();
  // Both packages for Node register one backend; that for GPUs, tried first, serves both devices.
  for (const name of ['node-gpu', ...deviceNames] as const) {
    if (!found.has(name)) found.set(name, await keepingBackend(() => statusOf(name), 'always'));
  }
  return deviceNames.map((name) => found.get(name)!);
}

/**
 * Chooses the device for tensors made from now on; older ones move there when they are used.
 *
 * @param name - a device, or `'auto'`: `node-gpu` where its package is installed and finds a GPU, else `simd`
 * @throws TensorecError `unsupported` when the device is not available here, `unknown-name` for a name that is none; the
 * current device is the same then.
 */
export async function useDevice(name: DeviceName | 'auto'): Promise<UsedDevice> {
  if (name === 'auto') return useBest();
  requireName(name);
  const version = await keepingBackend(() => openDevice(name), 'on failure');
  return { name, available: true, version, passedOver: undefined };
}

/** The current device; undefined when the backend of tfjs is none of ours, such as `webgl`. */
export function device(): DeviceName | undefined {
  return currentDevice();
}

async function useBest(): Promise<UsedDevice> {
  const gpu = await statusOf('node-gpu');
  if (gpu.available) return { ...gpu, passedOver: undefined };
  return { ...(await useDevice('simd')), passedOver: gpu.reason };
}

async function statusOf(name: DeviceName): Promise<DeviceStatus> {
  try {
    return { name, available: true, version: await openDevice(name) };
  } catch (error) {
    if (!isTensorecError(error, 'unsupported')) throw error;
    return { name, available: false, reason: error.message };
  }
}

/** Runs something that may change the current backend, and goes back to the one before. */
async function keepingBackend<Result>(
  run: () => Promise<Result>,
  when: 'always' | 'on failure',
): Promise<Result> {
  const before = currentBackend();
  let failed = true;
  try {
    const result = await run();
    failed = false;
    return result;
  } finally {
    if (before !== undefined && (failed || when === 'always')) await tf.setBackend(before);
  }
}

/** tfjs has none before its first use, whatever its types say. */
function currentBackend(): string | undefined {
  return tf.getBackend();
}

function requireName(name: string): void {
  if ((deviceNames as readonly string[]).includes(name)) return;
  throw new TensorecError(
    'unknown-name',
    `There is no device '${name}'; there are auto, ${deviceNames.join(', ')}.`,
  );
}
