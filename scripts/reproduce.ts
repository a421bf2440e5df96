// Runs the experiments of benchmarks/published and holds their figures against the published ones. A stored result
// counts while the experiment file and the packages it uses are unchanged, so an interrupted run goes on where it was.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { targets, type Target } from '../benchmarks/targets.js';
import { dependenciesOf, packageNames, root } from './packages.js';
import {
  currentCommit,
  describeMachine,
  hashSources,
  packageSources,
  replaceFile,
} from './sources.js';

interface StoredResult {
  readonly name: string;
  readonly command: string;
  readonly commit: string;
  readonly hash: string;
  readonly date: string;
  readonly machine: string;
  readonly seconds: number;
  readonly seeds: readonly number[];
  readonly data: object;
  readonly protocol: object;
  readonly models: readonly {
    readonly model: string;
    readonly params: object;
    readonly metrics: Readonly<Record<string, number>>;
    readonly fitSeconds: number;
    readonly evaluateSeconds: number;
  }[];
}

interface ReportFile {
  readonly experiment: { readonly seed: number; readonly seeds?: readonly number[] };
  readonly data: object;
  readonly protocol: object;
  readonly models: StoredResult['models'];
}

const publishedFolder = join(root, 'benchmarks/published');
const resultsFolder = join(root, 'benchmarks/results');
/** Every experiment goes through these. */
const commonPackages = ['kernels', 'metrics', 'core', 'preprocessing', 'evaluation', 'experiment'];

async function main(): Promise<number> {
  const known = readdirSync(publishedFolder).map((file) => basename(file, '.json'));
  const wanted = process.argv.slice(2);
  const unknown = wanted.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    console.error(`There is no experiment ${unknown.join(', ')}; known: ${known.join(', ')}`);
    return 2;
  }
  if (process.env['TENSOREC_DATA'] === undefined) {
    console.log(
      'skipped: the published experiments read data sets from the folder TENSOREC_DATA, which is not set.',
    );
    return 0;
  }
  const packageOf = await modelPackages();
  let failures = 0;
  for (const name of wanted.length > 0 ? wanted : known) {
    const result = reproduce(name, packageOf);
    if (result === undefined) {
      failures++;
      continue;
    }
    for (const target of targets.filter((target) => target.experiment === name)) {
      if (!compare(target, result)) failures++;
    }
  }
  console.log(failures === 0 ? 'all targets reached' : `${failures} targets missed`);
  return failures === 0 ? 0 : 1;
}

/** The package of each model name. */
async function modelPackages(): Promise<ReadonlyMap<string, string>> {
  const packageOf = new Map<string, string>();
  for (const folder of packageNames()) {
    if (folder === 'cli') continue;
    const entry = pathToFileURL(join(root, 'packages', folder, 'dist/index.js')).href;
    const exported = (await import(entry)) as { models?: readonly { name: string }[] };
    for (const { name } of exported.models ?? []) packageOf.set(name, folder);
  }
  return packageOf;
}

function reproduce(name: string, packageOf: ReadonlyMap<string, string>): StoredResult | undefined {
  const file = join(publishedFolder, `${name}.json`);
  const text = readFileSync(file, 'utf8');
  const named = [...text.matchAll(/"model"\s*:\s*"([^"]+)"/g)]
    .map((match) => packageOf.get(match[1] ?? ''))
    .filter((folder) => folder !== undefined);
  const used = new Set([...commonPackages, ...named, ...named.flatMap(dependenciesOf)]);
  const hash = hashSources([...used].flatMap(packageSources), text);
  const stored = join(resultsFolder, `${name}.json`);
  if (existsSync(stored)) {
    const result = JSON.parse(readFileSync(stored, 'utf8')) as StoredResult;
    if (result.hash === hash) {
      console.log(
        `\n${name}: stored result of ${result.date}, commit ${result.commit.slice(0, 10)}`,
      );
      return result;
    }
  }
  console.log(`\n${name}: running …`);
  const out = mkdtempSync(join(tmpdir(), 'tensorec-reproduce-'));
  const start = performance.now();
  const child = spawnSync(
    process.execPath,
    [join(root, 'packages/cli/dist/bin.js'), 'run', file, '--out', out, '--json'],
    { stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1 << 28, encoding: 'utf8' },
  );
  rmSync(out, { recursive: true, force: true });
  if (child.status !== 0) {
    console.error(`${name}: failed with exit code ${String(child.status)}`);
    return undefined;
  }
  const report = JSON.parse(child.stdout) as ReportFile;
  const result: StoredResult = {
    name,
    command: `npm run reproduce ${name}`,
    commit: currentCommit(),
    hash,
    date: new Date().toISOString().slice(0, 10),
    machine: describeMachine(),
    seconds: Math.round((performance.now() - start) / 100) / 10,
    seeds: report.experiment.seeds ?? [report.experiment.seed],
    data: report.data,
    protocol: report.protocol,
    models: report.models.map(({ model, params, metrics, fitSeconds, evaluateSeconds }) => ({
      model,
      params,
      metrics,
      fitSeconds,
      evaluateSeconds,
    })),
  };
  mkdirSync(resultsFolder, { recursive: true });
  replaceFile(stored, `${JSON.stringify(result, null, 2)}\n`);
  return result;
}

function compare(target: Target, result: StoredResult): boolean {
  const ours = result.models.find((model) => model.model === target.model)?.metrics[target.metric];
  if (ours === undefined) {
    console.log(`  MISSED ${target.model} ${target.metric}: not in the result`);
    return false;
  }
  const { rule, value, tolerance = 0 } = target;
  const reached =
    rule === 'near'
      ? Math.abs(ours - value) <= tolerance
      : rule === 'least'
        ? ours >= value
        : ours <= value;
  const wanted =
    rule === 'near' ? `${value} ± ${tolerance}` : `${rule === 'least' ? '≥' : '≤'} ${value}`;
  console.log(
    `  ${reached ? 'ok    ' : 'MISSED'} ${target.model} ${target.metric} ${ours.toFixed(4)} (${wanted}; ${target.source})`,
  );
  if (!reached && target.explanation !== undefined) console.log(`         ${target.explanation}`);
  return reached;
}

process.exitCode = await main();
