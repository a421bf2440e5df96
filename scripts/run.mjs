// Runs a task of scripts/tasks.mjs with the pnpm version that package.json names on PATH. Needs Node and npm only.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const child = spawnSync('npx', ['--yes', '-p', packageManager, '-c', 'node scripts/tasks.mjs'], {
  cwd: root,
  stdio: 'inherit',
  shell: process.platform === 'win32',
  env: {
    ...process.env,
    TENSOREC_TASK: JSON.stringify(process.argv.slice(2)),
    TENSOREC_CALLER_FOLDER: process.env.INIT_CWD ?? process.cwd(),
    TURBO_TELEMETRY_DISABLED: '1',
    DO_NOT_TRACK: '1',
  },
});
if (child.error) {
  console.error(
    `Cannot start npx: ${child.error.message}. Install Node with npm (version 20.19 or later).`,
  );
}
process.exit(child.status ?? 1);
