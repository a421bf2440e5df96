import { conformanceCases } from '@tensorec/testing';
import { it } from 'vitest';
import { models } from '../src/models.js';

const name = "fit, requests and dispose leave the kernels' memory and threads as they were";

it.each(models)('$name leaves no memory behind after hundreds of fits', async (descriptor) => {
  const found = conformanceCases(descriptor).find((one) => one.name === name);
  if (found === undefined) throw new Error(`There is no case "${name}".`);
  // Three fits each.
  for (let repetition = 0; repetition < 34; repetition++) await found.run();
});
