import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../src/bin.ts', import.meta.url));
const tsx = import.meta.resolve('tsx');

/** How a process ended and what it printed. */
interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

/** A started command and its end. */
export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** Starts the command as a process of its own, from the sources. */
export function startCommand(folder: string, ...args: readonly string[]): Started {
  return startWith({ stdin: 'ignore' }, folder, ...args);
}

/** Starts the command with standard input to write to, or variables of the environment. */
export function startWith(
  {
    stdin = 'pipe',
    variables = {},
  }: {
    readonly stdin?: 'ignore' | 'pipe';
    readonly variables?: Readonly<Record<string, string>>;
  },
  folder: string,
  ...args: readonly string[]
): Started {
  const child = spawn(
    process.execPath,
    ['--conditions=@tensorec/source', '--import', tsx, bin, ...args],
    { cwd: folder, stdio: [stdin, 'pipe', 'pipe'], env: { ...process.env, ...variables } },
  );
  let out = '';
  let error = '';
  child.stdout?.on('data', (data: Buffer) => (out += data.toString()));
  child.stderr?.on('data', (data: Buffer) => (error += data.toString()));
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code) => {
      resolve({ code, out, error });
    });
  });
  return { child, ended };
}

/** Waits for a condition, at most 100 seconds. */
export async function until(condition: () => boolean): Promise<void> {
  const start = performance.now();
  while (!condition()) {
    if (performance.now() - start > 100_000) throw new Error('waited in vain');
    await delay(2);
  }
}

/** Waits for some milliseconds. */
export async function delay(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}
