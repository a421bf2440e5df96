import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../../scripts/packages.js';
import { Json } from './json.js';
import type { PeerFigure, PeerRun } from './peer-scripts.js';

/** What a peer's script gave, or a note that says why there is nothing. */
export interface PeerResult {
  /** The command, with environment variables in place of folders. */
  readonly command: string;
  /** Versions of Python and the packages, and the matrix kernels that ran. */
  readonly environment: string;
  readonly figures: readonly PeerFigure[];
  readonly note?: string;
}

const run = promisify(execFile);

/** Prints the versions of packages and what the matrix libraries chose. */
const probe = `
import importlib.metadata as metadata, json, platform, sys
versions = {}
for name in sys.argv[1:]:
    try: versions[name] = metadata.version(name)
    except metadata.PackageNotFoundError: pass
try:
    if 'numpy' in versions: import numpy, scipy.linalg
except ImportError: pass
matrix = []
try:
    import threadpoolctl
    matrix = sorted({f"{i['internal_api']} {i['version']} for {i.get('architecture')}, {i['num_threads']} threads"
                     for i in threadpoolctl.threadpool_info() if i['user_api'] == 'blas'})
except ImportError: pass
print(json.dumps(dict(python=platform.python_version(), versions=versions, matrix=matrix)))`;

/**
 * Runs a script of a peer.
 *
 * @param scratch - folder that stands for `{scratch}` in the options
 */
export async function runPeer(
  peer: PeerRun,
  threads: number,
  scratch: string,
): Promise<PeerResult> {
  const { from, script, environment, options, packages } = peer;
  const folder = from === 'benchmarks/peers' ? join(root, from) : process.env[from];
  const environments =
    process.env['TENSOREC_PEERS_ENV'] ?? join(homedir(), '.cache/tensorec-peers');
  const python = join(environments, environment, 'bin/python');
  const data = process.env['TENSOREC_DATA'];
  const shown = options.join(' ').replace('{threads}', String(threads));
  const program = `${from === 'benchmarks/peers' ? from : `$${from}`}/${script}`;
  const words = ['--data $TENSOREC_DATA', shown.replace('{scratch}', '$SCRATCH')];
  const command = [`${environment}/bin/python`, program, ...words].join(' ').trim();
  const nothing = { command, environment: '', figures: [] };
  if (folder === undefined) {
    return { ...nothing, note: `TENSOREC_PEERS is not set, so ${script} was not run.` };
  }
  for (const file of [join(folder, script), python]) {
    if (!existsSync(file))
      return { ...nothing, note: `There is no ${file}: ${script} was not run.` };
  }
  if (data === undefined) {
    return { ...nothing, note: `TENSOREC_DATA is not set, so ${script} was not run.` };
  }
  const env = peerEnvironment(peer.matrixThreads ?? threads);
  const child = { env, maxBuffer: 1 << 26 };
  try {
    const about = await run(python, ['-c', probe, ...packages], child);
    const own = shown.split(' ').map((word) => word.replace('{scratch}', scratch));
    const args = [join(folder, script), '--data', data, ...own];
    const { stdout } = await run(
      python,
      args.filter((word) => word !== ''),
      child,
    );
    const line = stdout.trim().split('\n').at(-1) ?? '';
    return {
      command,
      environment: describe(Json.parse(about.stdout, 'versions')),
      figures: peer.figures(Json.parse(line, script)),
    };
  } catch (error) {
    return { ...nothing, note: `${script} failed: ${String(error).slice(0, 400)}` };
  }
}

/**
 * The environment of this process without what would slow a peer down or speed it up: a choice of matrix kernels for
 * another processor, and numbers of threads.
 */
function peerEnvironment(matrixThreads: number): NodeJS.ProcessEnv {
  const unwanted = /^(OPENBLAS|MKL|OMP|GOTO|BLIS)_/;
  const environment: NodeJS.ProcessEnv = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (!unwanted.test(name)) environment[name] = value;
  }
  for (const library of ['OPENBLAS', 'MKL', 'OMP']) {
    environment[`${library}_NUM_THREADS`] = String(matrixThreads);
  }
  return environment;
}

function describe(about: Json): string {
  const versions = about.get('versions');
  const matrix = about.get('matrix').list();
  return [
    `Python ${about.get('python').text()}`,
    ...versions.keys().map((name) => `${name} ${versions.get(name).text()}`),
    ...matrix.map((library) => library.text()),
  ].join('; ');
}
