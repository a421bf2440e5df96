import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';

/** The suite imports jasmine-core without depending on it; it stays outside the bundle because it reads its own files. */
const jasmineFromHere: Plugin = {
  name: 'jasmine-from-here',
  setup(building) {
    building.onResolve({ filter: /^jasmine-core/ }, ({ path }) => ({
      path: fileURLToPath(import.meta.resolve(path)),
      external: true,
    }));
  },
};

/** Bundles a program with the sources of the backend into one file for Node, with one copy of tfjs-core. */
export async function bundle(entry: URL, outfile: string): Promise<void> {
  await build({
    entryPoints: [fileURLToPath(entry)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    mainFields: ['module', 'main'],
    conditions: ['@tensorec/source'],
    // The manifest of tfjs-core does not count the files of its op suite among those with side effects.
    ignoreAnnotations: true,
    plugins: [jasmineFromHere],
    logLevel: 'error',
  });
}

/** Runs Node with arguments and returns what it printed. @throws Error when it fails. */
export function runProgram(args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`The program ended with ${String(status)}: ${stderr}`);
  return stdout;
}
