import { models as baselines } from '@tensorec/baselines';
import type { ModelDescriptor, Recommender } from '@tensorec/core';

const [popular] = baselines;
if (popular === undefined) throw new Error('There is no model.');

function failing(name: string, failure: unknown): ModelDescriptor {
  const recommender: Recommender = {
    name,
    parameters: {},
    fit() {
      throw failure;
    },
  };
  return { ...popular!, name, create: () => recommender };
}

/** A module for `--module`: models that cannot be fitted. */
export const models: readonly ModelDescriptor[] = [
  failing('failing', new Error('no \u001b[31mluck')),
  failing('throwing-nothing', undefined),
];
