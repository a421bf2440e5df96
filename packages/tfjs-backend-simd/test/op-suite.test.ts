import { expect, it } from 'vitest';
import { PASSED_BY_CPU, runSuite, SPECS_OF_BACKEND } from './op-suite/suite.js';
import { exclusions } from './op-suite/exclusions.js';

it('passes the op suite of tfjs-core', async () => {
  const { ofBackend, failed, count } = await runSuite('simd');
  for (const [piece, reason] of exclusions) console.log(`Excluded, ${reason}: ${piece}`);
  for (const { name, status } of ofBackend) {
    if (status === 'pending') console.log(`Switched off by the suite itself: ${name}`);
  }
  console.log(
    `Op suite of tfjs-core: ${ofBackend.length} specs of backends, ${count('passed')} passed, ${count('excluded')} excluded; ${failed.length} of all failed.`,
  );
  expect(failed.map(({ name, message }) => `${name}: ${message}`)).toEqual([]);
  expect(ofBackend.length).toBeGreaterThanOrEqual(SPECS_OF_BACKEND);
  expect(count('passed')).toBeGreaterThanOrEqual(PASSED_BY_CPU);
  const excluded = ofBackend.filter(({ status }) => status === 'excluded');
  for (const [piece] of exclusions) {
    expect(
      excluded.some(({ name }) => name.includes(piece)),
      piece,
    ).toBe(true);
  }
});
