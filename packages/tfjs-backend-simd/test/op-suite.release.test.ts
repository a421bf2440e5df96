import { expect, it } from 'vitest';
import { PASSED_BY_CPU, runSuite, SPECS_OF_BACKEND } from './op-suite/suite.js';

// Makes the table of the README.
it('counts what tfjs-core expects of backends and what each does', async () => {
  console.log('backend | specs | run | passed | failed | excluded | switched off by the suite');
  for (const backend of ['simd', 'cpu', 'wasm'] as const) {
    const { ofBackend, count } = await runSuite(backend);
    const [passed, failed] = [count('passed'), count('failed')];
    console.log(
      [
        ...[backend, ofBackend.length, passed + failed, passed, failed],
        ...[count('excluded'), count('pending')],
      ].join(' | '),
    );
    expect(ofBackend.length).toBeGreaterThanOrEqual(SPECS_OF_BACKEND);
    if (backend !== 'wasm') {
      expect(passed).toBeGreaterThanOrEqual(PASSED_BY_CPU);
      expect(failed).toBe(0);
    }
  }
});
