import { expect, it } from 'vitest';
import { killAgainAndAgain } from './crash.js';
import { temporaryFolder } from './folders.js';

const folder = temporaryFolder();

it('an experiment that is killed fifty times goes on where it was, with the same figures', async () => {
  const { met, resumed } = await killAgainAndAgain(folder, 50, 1);
  expect(met).toBeGreaterThan(40);
  expect(resumed).toBeGreaterThan(20);
});
