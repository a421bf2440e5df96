import { expect, it } from 'vitest';
import { killAgainAndAgain } from './crash.js';
import { temporaryFolder } from './folders.js';

const folder = temporaryFolder();

it('an experiment that is killed goes on where it was and ends with the same figures', async () => {
  const { met, resumed } = await killAgainAndAgain(folder, 4, 7);
  expect(met).toBeGreaterThan(0);
  expect(resumed).toBeGreaterThan(0);
});
