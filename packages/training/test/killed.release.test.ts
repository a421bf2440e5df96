import { describe, it } from 'vitest';
import { expectSurvival } from './killed/kill.js';

describe('a training that is killed many times', () => {
  it('ends with the bits of one that is not', { timeout: 600_000 }, async () => {
    await expectSurvival(12);
  });
});
