import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { pack } from '../../../../scripts/packages.js';

/** What the packed package is tried with; all from npm, installed for this test alone because they are large. */
const tools = {
  bun: '1.4.5',
  deno: '2.9.6',
  esbuild: '0.28.2',
  'playwright-core': '1.65.1',
  vite: '8.3.8',
  webpack: '5.112.2',
  workerd: '1.20261117.1',
};

/** A folder of a user: the packed package, the tools, the programs of this folder. */
export class Installation {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'tensorec-runtimes-'));

  /** Packs and installs. */
  static async create(): Promise<Installation> {
    const user = new Installation();
    cpSync(dirname(fileURLToPath(import.meta.url)), user.folder, { recursive: true });
    const tarball = pack('kernels', user.folder);
    const dependencies = { ...tools, '@tensorec/kernels': `file:${tarball}` };
    const manifest = { private: true, type: 'module', dependencies };
    writeFileSync(user.path('package.json'), JSON.stringify(manifest));
    await user.call('npm', 'install', '--no-audit', '--no-fund', '--prefer-offline');
    return user;
  }

  /** Path of a file in the folder. */
  path(...names: readonly string[]): string {
    return join(this.folder, ...names);
  }

  /** Path of a program that was installed. */
  program(name: string): string {
    return this.path('node_modules/.bin', name);
  }

  /** Runs a program in the folder and returns what it printed; rejects when it fails or does not end. */
  async call(program: string, ...args: readonly string[]): Promise<string> {
    const options = { cwd: this.folder, timeout: 180_000 };
    const { stdout } = await promisify(execFile)(program, args, options);
    return stdout.trim();
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
