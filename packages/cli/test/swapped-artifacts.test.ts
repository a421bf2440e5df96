import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  decodeArtifact,
  formatVersion,
  isTensorecError,
  modelFileName,
  type Model,
} from '@tensorec/core';
import { expect, it } from 'vitest';
import { models } from '../src/models.js';
import { formatFolder, storedModels } from './fixtures/fixtures.js';

const names = storedModels(formatVersion);
const pairs = names.flatMap((one) =>
  names.filter((other) => other !== one).map((other) => [one, other] as const),
);

interface Description {
  readonly checksum: string;
  readonly tensors: { readonly file: string };
}

function descriptionOf(name: string): Description {
  const path = join(formatFolder(), name, modelFileName);
  return JSON.parse(readFileSync(path, 'utf8')) as Description;
}

/** The model of one artifact with the tensors of another, with checksums that fit. */
function loadSwapped(one: string, other: string): Promise<Model> {
  const { checksum: _, ...own } = descriptionOf(one);
  const { tensors } = descriptionOf(other);
  const forged = { ...own, tensors };
  const checksum = createHash('sha256').update(JSON.stringify(forged)).digest('hex');
  const text = JSON.stringify({ ...forged, checksum });
  return decodeArtifact(
    (name) =>
      Promise.resolve(
        name === modelFileName
          ? new TextEncoder().encode(text)
          : new Uint8Array(readFileSync(join(formatFolder(), other, name))),
      ),
    { models },
  );
}

it.each(pairs)('%s with the tensors of %s is refused, or answers', async (one, other) => {
  let model: Model;
  try {
    model = await loadSwapped(one, other);
  } catch (error) {
    if (!isTensorecError(error, 'artifact')) throw error;
    return;
  }
  const lists = await model.recommend({ users: [...model.users], k: 3 });
  expect(lists.size).toBe(3 * model.users.size);
  model.dispose();
});
