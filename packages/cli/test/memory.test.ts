import { conformanceCases } from '@tensorec/testing';
import { afterEach, it, vi } from 'vitest';
import { models } from '../src/models.js';

const name = "calls that are aborted leave the kernels' memory as it was";

afterEach(() => {
  vi.restoreAllMocks();
});

it.each(models)('$name gives back what it holds wherever it is aborted', async (descriptor) => {
  const found = conformanceCases(descriptor).find((one) => one.name === name);
  if (found === undefined) throw new Error(`There is no case "${name}".`);
  // The faster the clock, the earlier a call pauses, reports and is aborted.
  for (const milliseconds of [0.3, 1, 2, 3, 5, 8, 13, 30]) {
    let now = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => (now += milliseconds));
    await found.run();
  }
});
