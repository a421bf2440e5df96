import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Json } from '../benchmarks/harness/json.js';
import { jobs } from '../benchmarks/harness/jobs.js';
import { alsOf, neighborsBy, topKByOthers } from '../benchmarks/harness/peer-scripts.js';
import { resultsPage, rowResults } from '../benchmarks/harness/results.js';
import { readStore, type StoredJob } from '../benchmarks/harness/store.js';

const read = (output: object): Json => new Json(output, 'output');

test('RESULTS.md is what the stored results say', () => {
  const page = readFileSync(new URL('../benchmarks/RESULTS.md', import.meta.url), 'utf8');
  expect(page).toBe(resultsPage(readStore()));
});

test('every row of the table of targets has a name of its own', () => {
  const names = jobs.flatMap(({ rows }) => rows.map(({ name }) => name));
  expect(new Set(names).size).toBe(names.length);
});

test('of ALS the conjugate gradients are compared, not other solvers', () => {
  const iter = { min_s: 0.1, median_s: 0.2, n: 9 };
  const epoch = { set: 'gowalla', factors: 64, iter };
  const figures = alsOf('irspack', []).figures(
    read({
      irspack: '0.5.2',
      results: [
        { ...epoch, solver: 'CG' },
        { ...epoch, solver: 'IALSPP' },
      ],
      quality_irspack_CG: { seconds: 0.7, hr10: 0.72 },
    }),
  );
  expect(figures.map(({ name, min }) => [name, min])).toEqual([
    ['als gowalla f=64', 0.1],
    ['als ml-1m fit', 0.7],
  ]);
});

test('figures of quality that a script leaves out are left out', () => {
  const result = { set: 'gowalla', min_s: 1, median_s: 2, sim_nnz: 5 };
  const [figure] = neighborsBy('knn').figures(read({ implicit: '0.7.3', results: [result] }));
  expect(figure).toMatchObject({ name: 'item-knn gowalla', quality: { similarities: 5 } });
});

test('milliseconds become seconds', () => {
  const result = {
    peer: 'faiss IndexFlatIP',
    single_ms: { min: 2, median: 3 },
    batch128_ms: { min: 100, median: 200 },
  };
  const figures = topKByOthers.figures(read({ faiss: '1.15.1', results: [result] }));
  expect(figures.map(({ min }) => min)).toEqual([0.002, 0.1]);
});

test('an output that is not what was expected says where', () => {
  expect(() => neighborsBy('ease').figures(read({ numpy: '2', scipy: '1', results: 7 }))).toThrow(
    'output.results is 7, expected a list.',
  );
});

test('a ratio is that of the fastest peer, and results that must agree are compared', () => {
  const job = jobs.find(({ name }) => name === 'load')!;
  const peer = (seconds: number, train: number): StoredJob['peers'][number] => ({
    command: '',
    environment: '',
    figures: [
      { name: 'load synth10m', peer: 'a', min: seconds, median: seconds, quality: { train } },
    ],
  });
  const stored = (...peers: StoredJob['peers']): StoredJob => ({
    job: 'load',
    hash: '',
    commit: '',
    date: '',
    machine: '',
    threads: 2,
    command: '',
    ours: [
      {
        name: 'load synth10m',
        threads: 2,
        first: 5,
        min: 4,
        median: 4,
        runs: 3,
        quality: { train: 10 },
        detail: {},
        machine: '',
        load: 0,
      },
    ],
    peers,
  });
  const judged = (...peers: StoredJob['peers']): unknown[] =>
    rowResults(job, stored(...peers)).map(({ ratio, verdict }) => [ratio, verdict]);
  expect(judged(peer(8, 10), peer(6, 10))).toEqual([[1.5, 'goal met']]);
  expect(judged(peer(3, 10))).toEqual([[0.75, 'above the floor']]);
  expect(judged(peer(1, 10))).toEqual([[0.25, 'BELOW THE FLOOR']]);
  expect(judged(peer(8, 11))).toEqual([[2, 'RESULTS DIFFER']]);
  expect(judged()).toEqual([[NaN, 'no peer']]);
});
