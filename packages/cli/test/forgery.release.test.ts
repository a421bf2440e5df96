import { conformanceCases } from '@tensorec/testing';
import { describe, it } from 'vitest';
import { models } from '../src/models.js';

const names = [
  'any change of the bytes is refused',
  'any model.json with a checksum that fits is refused, or gives a model that answers',
  'any tensors with a checksum that fits are refused, or give a model that answers',
];

// The release tests set fast-check's number of inputs, which these cases go by.
describe.each(models)('$name', (descriptor) => {
  it.each(names)('%s', async (name) => {
    const found = conformanceCases(descriptor).find((one) => one.name === name);
    if (found === undefined) throw new Error(`There is no case "${name}".`);
    await found.run();
  });
});
