// The tasks behind the scripts of package.json. Run through scripts/run.mjs, which puts pnpm on PATH.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [task, ...args] = JSON.parse(process.env.TENSOREC_TASK);
const callerFolder = process.env.TENSOREC_CALLER_FOLDER ?? root;

function call(command, commandArgs, { cwd = root, output = 'inherit' } = {}) {
  const child = spawnSync(command, commandArgs, {
    cwd,
    stdio: ['inherit', output, 'inherit'],
    shell: process.platform === 'win32',
  });
  if (child.status !== 0) {
    // What an inner tool printed on standard output explains its failure.
    if (child.stdout) process.stderr.write(child.stdout);
    process.exit(child.status ?? 1);
  }
}

const pnpm = (...pnpmArgs) => call('pnpm', pnpmArgs);
const install = () => {
  call('pnpm', ['install', '--frozen-lockfile', '--prefer-offline', '--reporter=silent'], {
    output: 'pipe',
  });
  // The one source that is generated; what runs from the sources needs it.
  call('pnpm', ['--silent', '--filter', '@tensorec/kernels', 'run', 'wasm']);
};
const turbo = (turboTask) => {
  call(
    'pnpm',
    ['exec', 'turbo', 'run', turboTask, '--output-logs=errors-only', '--log-order=grouped'],
    { output: 'pipe' },
  );
};
/** Everything that a package ships. */
const build = () => {
  turbo('build');
};
/** What runs: JavaScript without declarations, in a tenth of the time. */
const bundle = () => {
  turbo('bundle');
};
const tensorec = (commandArgs, cwd = callerFolder) => {
  call(process.execPath, [join(root, 'packages/cli/dist/bin.js'), ...commandArgs], { cwd });
};

function start() {
  console.error('Installing …');
  install();
  console.error('Building …');
  bundle();
  if (args.length > 0) {
    tensorec(['run', ...args]);
    return;
  }
  const output = join(root, 'tensorec-output');
  const report = join(output, 'report');
  tensorec(['generate', '--out', join(output, 'shop')], root);
  tensorec(['run', 'examples/shop.json', '--data-dir', output, '--out', report], root);
  const { samples } = JSON.parse(readFileSync(join(report, 'report.json'), 'utf8'));
  const titles = ['--items', join(output, 'shop/items.csv')];
  const user = ['--user', samples[0].user, '--explain', '--k', '8'];
  tensorec(['recommend', join(report, 'models/ease'), ...user, ...titles], root);
}

function check() {
  install();
  build();
  pnpm('exec', 'tsc', '-p', '.');
  pnpm('exec', 'eslint', '.', '--max-warnings=0');
  pnpm('exec', 'prettier', '--check', '--log-level=warn', '.');
  pnpm('exec', 'knip');
  pnpm('exec', 'tsx', 'scripts/check-packages.ts');
}

const tasks = {
  start,
  check,
  build() {
    install();
    build();
  },
  test() {
    install();
    pnpm('exec', 'vitest', 'run', ...args);
  },
  'test-release'() {
    install();
    build();
    pnpm('exec', 'vitest', 'run', '--config', 'vitest.release.config.ts', ...args);
  },
  tensorec() {
    const built = existsSync(join(root, 'packages/cli/dist/bin.js'));
    if (!built) console.error('Installing and building first …');
    install();
    bundle();
    tensorec(args);
  },
  reproduce() {
    install();
    bundle();
    pnpm('exec', 'tsx', 'scripts/reproduce.ts', ...args);
  },
  bench() {
    install();
    bundle();
    pnpm('exec', 'tsx', 'benchmarks/bench.ts', ...args);
  },
  compare() {
    install();
    bundle();
    pnpm('exec', 'tsx', 'benchmarks/compare.ts', ...args);
  },
  exec() {
    install();
    pnpm(
      'exec',
      ...args.map((arg) =>
        existsSync(resolve(callerFolder, arg)) ? resolve(callerFolder, arg) : arg,
      ),
    );
  },
};

if (!Object.hasOwn(tasks, task)) {
  console.error(`There is no task "${task}"; known: ${Object.keys(tasks).join(', ')}`);
  process.exit(2);
}
tasks[task]();
