import { once } from 'node:events';
import { execFile, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
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

/** What `npx` sets for the command it runs would be taken for settings of another `npx` in it. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.toLowerCase().startsWith('npm_config_')),
);

/** What a user installs beside the tools, and which programs there are. */
export interface Contents {
  /** Packages that are packed; default `kernels`. */
  readonly packages?: readonly string[];
  /** Packages from npm with their versions; default none. */
  readonly dependencies?: Readonly<Record<string, string>>;
  /** The tools; default all. */
  readonly tools?: readonly (keyof typeof tools)[];
  /** A folder of programs that take the place of those of this folder; default none. */
  readonly programs?: string;
}

/** A folder of a user: packed packages, the tools, the programs of this folder. */
export class Installation {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'tensorec-runtimes-'));

  /** Packs and installs. */
  static async create(contents: Contents = {}): Promise<Installation> {
    const { packages = ['kernels'], programs } = contents;
    const user = new Installation();
    cpSync(dirname(fileURLToPath(import.meta.url)), user.folder, { recursive: true });
    if (programs !== undefined) cpSync(programs, user.folder, { recursive: true });
    const names = contents.tools ?? (Object.keys(tools) as (keyof typeof tools)[]);
    const dependencies = {
      ...Object.fromEntries(names.map((name) => [name, tools[name]])),
      ...contents.dependencies,
      ...Object.fromEntries(
        packages.map((name) => [`@tensorec/${name}`, `file:${pack(name, user.folder)}`]),
      ),
    };
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
    const options = { cwd: this.folder, timeout: 180_000, env: environment };
    const { stdout } = await promisify(execFile)(program, args, options);
    return stdout.trim();
  }

  /** Starts a program that answers on a port of loopback; it ends when it is disposed of. */
  async serve(
    port: number,
    program: string,
    ...args: readonly string[]
  ): Promise<AsyncDisposable & { readonly url: string }> {
    const url = `http://127.0.0.1:${port}/`;
    const server = spawn(program, args, { cwd: this.folder, stdio: 'ignore' });
    const ended = once(server, 'exit');
    const stop = async (): Promise<void> => {
      server.kill();
      await ended;
    };
    for (let attempt = 0; ; attempt++) {
      try {
        const socket = connect(port, '127.0.0.1');
        await once(socket, 'connect');
        socket.destroy();
        return { url, [Symbol.asyncDispose]: stop };
      } catch (error) {
        if (attempt === 100 || server.exitCode !== null) {
          await stop();
          throw error;
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A port of loopback that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
