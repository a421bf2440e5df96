import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { conformanceCases } from '../src/index.js';
import { artifactFlaws } from './support/artifact-flaws.js';
import { complete } from './support/complete-model.js';

const flaw = 'a state with the ids of users';
const cases = conformanceCases(complete).length;

/** Runs one of the programs in `runners` with Node. */
function node(
  flags: readonly string[],
  file: string,
  environment: object = {},
): {
  readonly status: number | null;
  readonly output: string;
} {
  const loader = ['--conditions=@tensorec/source', '--import', 'tsx'];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...loader, ...flags, file], {
    cwd: fileURLToPath(new URL('runners', import.meta.url)),
    encoding: 'utf8',
    // Under vitest, node:test reports to a parent that is not there.
    env: { ...process.env, NODE_TEST_CONTEXT: undefined, ...environment },
  });
  return { status, output: stdout + stderr };
}

describe('the suite', () => {
  it('runs under node --test', () => {
    const { status, output } = node(['--test', '--test-reporter=tap'], 'with-node-test.ts');
    expect(status, output).toBe(0);
    expect(output).toContain(`# pass ${cases}\n`);
  });

  it('runs in a loop without any runner, and says what a model breaks', () => {
    const { status, output } = node([], 'without-runner.ts', { TENSOREC_FLAW: flaw });
    expect(status, output).toBe(1);
    const broken = artifactFlaws[flaw]!.foundBy;
    expect(output).toContain(`${cases} cases, ${broken.length} broken\n`);
    for (const name of broken) expect(output).toContain(`\n${name}: `);
  });
});
