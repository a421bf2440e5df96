import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import { join } from 'node:path';
import { getHeapStatistics } from 'node:v8';
import { isTensorecError, version } from '@tensorec/core';
import { writeFileAtomic } from '@tensorec/core/node';
import { engineStatus, ready } from '@tensorec/kernels';
import { selfTest } from './self-test.js';

/** One thing that was looked at. */
export interface Check {
  readonly name: string;
  /** `failed` is something that is needed; `note` something that is not, and that a person may want to know. */
  readonly status: 'ok' | 'note' | 'failed';
  readonly found: string;
  /** What to do, where there is something. */
  readonly advice?: string | undefined;
}

/** Oldest Node that runs this, and the newest major version that it is tested on. */
const OLDEST_NODE = [20, 19] as const;
const NEWEST_NODE = 24;
/** Free memory below which a note is made. */
const LITTLE_MEMORY = 512 * 1024 ** 2;
/** Threads that the engine takes by default, at most. */
const DEFAULT_THREADS = 8;

/** Looks at all that a run depends on. */
export async function runChecks(signal: AbortSignal): Promise<readonly Check[]> {
  return [
    { name: 'tensorec', status: 'ok', found: version },
    nodeCheck(process.versions.node),
    {
      name: 'cores',
      status: 'ok',
      found: `${availableParallelism()} of ${cpus()[0]?.model ?? 'an unknown kind'}`,
    },
    ...(await engineChecks(signal)),
    ...memoryChecks(),
    deviceCheck(),
    await diskCheck(process.cwd()),
    dataCheck(process.env['TENSOREC_DATA']),
    terminalCheck(),
  ];
}

/** Whether a version of Node can run this. */
export function nodeCheck(found: string): Check {
  const [major = 0, minor = 0] = found.split('.').map(Number);
  const [oldest, oldestMinor] = OLDEST_NODE;
  const name = 'node';
  if (major < oldest || (major === oldest && minor < oldestMinor)) {
    return {
      name,
      status: 'failed',
      found,
      advice: `install Node ${oldest}.${oldestMinor} or later`,
    };
  }
  return major > NEWEST_NODE
    ? {
        name,
        status: 'note',
        found,
        advice: `newer than Node ${NEWEST_NODE}, the newest that this is tested on`,
      }
    : { name, status: 'ok', found };
}

async function engineChecks(signal: AbortSignal): Promise<Check[]> {
  try {
    await ready();
  } catch (error) {
    if (!isTensorecError(error)) throw error;
    return [{ name: 'engine', status: 'failed', found: 'does not start', advice: error.message }];
  }
  const status = engineStatus();
  const threads = status?.threads ?? 1;
  const cores = availableParallelism();
  const fewer =
    status?.limitation ??
    (threads < cores ? `by default at most ${DEFAULT_THREADS}; more with --threads` : undefined);
  const { problems, gigaflops } = await selfTest(signal);
  return [
    {
      name: 'threads',
      status: status?.limitation === undefined ? 'ok' : 'note',
      found: String(threads),
      advice: fewer,
    },
    { name: 'WebAssembly SIMD', status: 'ok', found: 'yes' },
    {
      name: 'shared memory',
      status: typeof SharedArrayBuffer === 'undefined' ? 'note' : 'ok',
      found: typeof SharedArrayBuffer === 'undefined' ? 'no, so one thread' : 'yes',
    },
    { name: 'engine memory', status: 'ok', found: `up to ${gibibytes(status?.maximumBytes ?? 0)}` },
    problems.length === 0
      ? {
          name: 'self-test',
          status: 'ok',
          found: `right; ${gigaflops.toFixed(1)} GFLOP/s in a 512 × 512 product`,
        }
      : {
          name: 'self-test',
          status: 'failed',
          found: problems.join('; '),
          advice: 'results cannot be trusted on this machine; please report this output',
        },
  ];
}

function memoryChecks(): Check[] {
  const limit = getHeapStatistics().heap_size_limit;
  const free = freemem();
  return [
    {
      name: 'heap limit',
      status: 'ok',
      found: gibibytes(limit),
      advice: 'raise it with NODE_OPTIONS=--max-old-space-size=MEGABYTES',
    },
    {
      name: 'free memory',
      status: free < LITTLE_MEMORY ? 'note' : 'ok',
      found: `${gibibytes(free)} of ${gibibytes(totalmem())}`,
      advice: free < LITTLE_MEMORY ? 'close other programs before a large run' : undefined,
    },
  ];
}

/** Packages that give tfjs a native device. */
const native = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const;

function deviceCheck(): Check {
  const resolver = createRequire(join(process.cwd(), 'package.json'));
  const installed = native.filter((name) => {
    try {
      resolver.resolve(`${name}/package.json`);
      return true;
    } catch {
      return false;
    }
  });
  return {
    name: 'devices',
    status: 'ok',
    found: ['simd', ...installed].join(', '),
    advice:
      installed.length > 0
        ? 'all models compute on simd so far; the others are not used yet'
        : `a native device is an optional package (npm install ${native[1]}); no model uses one yet, all compute on simd`,
  };
}

/** Whether files can be written in a folder. */
export async function diskCheck(folder: string): Promise<Check> {
  const probe = join(folder, `.tensorec-${randomBytes(6).toString('hex')}`);
  try {
    await writeFileAtomic(probe, '');
    await rm(probe, { force: true });
    return { name: 'disk', status: 'ok', found: `${folder} can be written` };
  } catch (error) {
    if (!isTensorecError(error)) throw error;
    return {
      name: 'disk',
      status: 'failed',
      found: error.message.replace(probe, folder),
      advice: 'run in a folder that can be written, or name one with --out',
    };
  }
}

/** Whether `TENSOREC_DATA` names a folder. */
export function dataCheck(folder: string | undefined): Check {
  const name = 'TENSOREC_DATA';
  if (folder === undefined || folder === '') {
    return {
      name,
      status: 'ok',
      found: 'not set',
      advice: 'it may name the folder that holds your data sets',
    };
  }
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    return {
      name,
      status: 'failed',
      found: `${folder} is no folder`,
      advice: 'correct or unset it',
    };
  }
  return { name, status: 'ok', found: `${folder}, ${readdirSync(folder).length} entries` };
}

function terminalCheck(): Check {
  const colours = process.env['NO_COLOR'] === undefined ? 'NO_COLOR is not set' : 'NO_COLOR is set';
  const kind = process.stderr.isTTY
    ? 'a terminal: progress is a bar'
    : 'no terminal: progress is a line now and then';
  return {
    name: 'output',
    status: 'ok',
    found: `${kind}; ${colours}, and nothing is coloured either way`,
  };
}

function gibibytes(bytes: number): string {
  return `${(bytes / 1024 ** 3).toFixed(1)} GiB`;
}
