import { engineStatus } from '@tensorec/kernels';
import { expect, it, vi } from 'vitest';
import { conformanceCases } from '../src/index.js';
import { complete } from './support/complete-model.js';

it('where memory cannot be shared, the case says what it did not check', async () => {
  // Before the kernels of this file's realm are ready.
  vi.stubGlobal('crossOriginIsolated', false);
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  const found = conformanceCases(complete).find(({ name }) => name.includes('threads'));
  await found!.run();
  expect(engineStatus()?.threads).toBe(1);
  expect(warn.mock.calls.map(([text]) => text as unknown)).toEqual([
    'complete: not checked on 2 threads. The page is not cross-origin isolated, or the platform shares no memory.',
  ]);
});
