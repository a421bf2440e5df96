import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { packageNames, packAll, root } from '../scripts/packages.js';

const tarballs = packAll();
const scratch = mkdtempSync(join(tmpdir(), 'tensorec-install-'));

afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
  const [first] = tarballs.values();
  if (first !== undefined) rmSync(dirname(first), { recursive: true, force: true });
});

const strictest = {
  compilerOptions: {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    module: 'NodeNext',
    moduleResolution: 'NodeNext',
    target: 'ES2022',
    lib: ['ES2022', 'DOM'],
    types: [],
    skipLibCheck: false,
    outDir: 'out',
  },
};

/** Runs a program; a failure shows what it printed. */
function call(folder: string, program: string, ...args: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: folder, encoding: 'utf8' });
  expect(status, `${args.join(' ')}\n${stdout}\n${stderr}`).toBe(0);
}

/**
 * Where errors are not ours: declarations of tfjs 4.22 do not compile themselves, and bring `@webgpu/types`, which conflicts
 * with the DOM types of TypeScript 6.
 */
const notOurs =
  /^(node_modules\/(@webgpu\/types|@tensorflow)\/|[^(]*\/typescript\/lib\/lib\.dom\.d\.ts\()/;

/** Compiles the program of a folder; errors within what others bring are passed over. */
function compile(folder: string): void {
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const { stdout } = spawnSync(process.execPath, [compiler, '-p', '.'], {
    cwd: folder,
    encoding: 'utf8',
  });
  const errors = stdout.split('\n').filter((line) => /^[^ ].*error TS/.test(line));
  expect(errors.filter((line) => !notOurs.test(line))).toEqual([]);
}

/** Names of a package and of the workspace packages that it needs. */
function closure(name: string): ReadonlySet<string> {
  const needed = new Set<string>();
  const visit = (current: string): void => {
    if (needed.has(current)) return;
    needed.add(current);
    const text = readFileSync(join(root, 'packages', current, 'package.json'), 'utf8');
    const { dependencies = {} } = JSON.parse(text) as { dependencies?: Record<string, string> };
    for (const dependency of Object.keys(dependencies)) {
      const workspace = /^@tensorec\/(.+)$/.exec(dependency)?.[1];
      if (workspace !== undefined) visit(workspace);
    }
  };
  visit(name);
  return needed;
}

describe('each packed package, alone in an empty folder', () => {
  it.each(packageNames())('%s installs, compiles and runs', (name) => {
    const folder = join(scratch, name);
    mkdirSync(folder);
    // The other packages are not in a registry yet, so the tarballs stand in for it.
    const overrides = Object.fromEntries(
      [...closure(name)]
        .filter((needed) => needed !== name)
        .map((needed) => [`@tensorec/${needed}`, `file:${tarballs.get(needed) ?? ''}`]),
    );
    writeFileSync(
      join(folder, 'package.json'),
      JSON.stringify({
        private: true,
        type: 'module',
        dependencies: { [`@tensorec/${name}`]: `file:${tarballs.get(name) ?? ''}` },
        overrides,
      }),
    );
    call(folder, 'npm', 'install', '--no-audit', '--no-fund', '--prefer-offline');
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(strictest));
    writeFileSync(
      join(folder, 'main.ts'),
      `import * as all from '@tensorec/${name}';\nexport const names: readonly string[] = Object.keys(all);\nif (names.length === 0) throw new Error('no exports');\n`,
    );
    compile(folder);
    call(folder, process.execPath, 'out/main.js');
    const manifest = readFileSync(
      join(folder, 'node_modules/@tensorec', name, 'package.json'),
      'utf8',
    );
    expect(manifest).not.toContain('workspace:');
  });
});
