import { expect, it } from 'vitest';
import { conformanceCases } from '../src/index.js';
import { answerFlaws } from './support/answer-flaws.js';
import { artifactFlaws } from './support/artifact-flaws.js';
import { capabilityFlaws } from './support/capability-flaws.js';
import { complete } from './support/complete-model.js';
import { fittingFlaws } from './support/fitting-flaws.js';
import { trainingFlaws } from './support/training-flaws.js';
import { testFlaws } from './support/teeth.js';

testFlaws(fittingFlaws);
testFlaws(artifactFlaws);

it('each case finds a flaw, but those that @tensorec/core keeps for all models', () => {
  const flaws = {
    ...fittingFlaws,
    ...trainingFlaws,
    ...artifactFlaws,
    ...answerFlaws,
    ...capabilityFlaws,
  };
  const finding = new Set(Object.values(flaws).flatMap((flaw) => flaw.foundBy));
  const idle = conformanceCases(complete).filter(({ name }) => !finding.has(name));
  expect(idle.map(({ name }) => name)).toEqual([
    'a truncated artifact is refused',
    'changed bytes are refused',
    'a tensor file with a hostile header is refused, though its checksum fits',
    'keys called __proto__ in model.json change nothing',
    'any change of the bytes is refused',
  ]);
});
