import { describe, it } from 'vitest';
import { expectSurvival } from './killed/kill.js';

describe('a training that is killed', () => {
  it('ends with the bits of one that is not', async () => {
    await expectSurvival(4);
  });
});
