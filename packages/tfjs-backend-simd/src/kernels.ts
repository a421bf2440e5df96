import '@tensorflow/tfjs-backend-cpu';
import { getKernelsForBackend, type KernelConfig } from '@tensorflow/tfjs-core';

/** Kernels of this package; each takes the place of the one that is borrowed under its name. */
const own: readonly Omit<KernelConfig, 'backendName'>[] = [];

/** All kernels of the backend: its own, and those of the backend `cpu` for what it has none for. */
export function kernelConfigs(backendName: string): readonly KernelConfig[] {
  const byName = new Map<string, Omit<KernelConfig, 'backendName'>>();
  for (const config of [...getKernelsForBackend('cpu'), ...own]) {
    byName.set(config.kernelName, config);
  }
  return [...byName.values()].map((config) => ({ ...config, backendName }));
}
