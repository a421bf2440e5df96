import {
  alsOf,
  alsToQuality,
  evaluationByRecTools,
  evaluationOfOurFactors,
  lightGcnByTorch,
  loadByOthers,
  neighborsBy,
  neuMfByTorch,
  sasRecByTorch,
  topKByOthers,
  type PeerRun,
} from './peer-scripts.js';

/** A row of the table of targets: how many times as fast as the fastest peer we are to be. */
export interface Row {
  readonly row: string;
  readonly work: string;
  /** Name of the measurement. */
  readonly name: string;
  readonly goal: number;
  /** Below this the work is not done. */
  readonly floor: number;
  /** The measurement, of this job or another, whose quality shows that what was timed works, where that is another one. */
  readonly qualityOf?: string;
  /** How far figures of quality that a peer gives too may lie from ours; not compared without this. */
  readonly agreesWithin?: number;
  /** What bounds us, where the goal is not met. */
  readonly explanation?: string;
}

/** What is run in turn: a benchmark of ours and the scripts of the peers for the same work. */
export interface Job {
  readonly name: string;
  /** A benchmark of `npm run bench` with its options. */
  readonly benchmark: string;
  readonly options: readonly string[];
  /** Packages whose code is timed. */
  readonly packages: readonly string[];
  readonly peers: readonly PeerRun[];
  readonly rows: readonly Row[];
}

const tensorPackages = ['kernels', 'tfjs-backend-simd', 'tensor'];
const alsPackages = ['kernels', 'core', 'matrix-factorization'];

/** All rows. `{scratch}` stands for a folder that ours and the peers share, `{threads}` for the number of threads. */
export const jobs: readonly Job[] = [
  {
    name: 'als-gowalla',
    benchmark: 'als',
    options: ['--sets', 'gowalla'],
    packages: alsPackages,
    peers: [
      alsOf('implicit', ['--sets', 'gowalla']),
      alsOf('irspack', ['--sets', 'gowalla', '--factors', '64,128']),
    ],
    rows: [
      alsEpoch('S1', 'gowalla', 64, 2, 1.2, solving('83', '7', '10')),
      alsEpoch('S2', 'gowalla', 128, 1.8, 1.1, solving('76', '9', '14')),
      alsEpoch('S3', 'gowalla', 256, 1.4, 0.9, solving('61', '15', '20')),
    ],
  },
  {
    name: 'als-ml-1m',
    benchmark: 'als',
    options: ['--sets', 'ml-1m'],
    packages: alsPackages,
    peers: [
      alsOf('implicit', ['--sets', 'ml-1m', '--factors', '64']),
      alsOf('irspack', ['--sets', 'ml-1m', '--factors', '64']),
      alsToQuality,
    ],
    rows: [
      alsEpoch('S1', 'ml-1m', 64, 2, 1.2, solving('93', '2', '2')),
      {
        row: 'S4',
        work: 'ALS until ml-1m hit@10 ≥ .715',
        name: 'als ml-1m to hit@10 .715',
        goal: 2,
        floor: 1.2,
        explanation:
          'Three epochs are half of it; the rest is the exact last half-step, the start in JavaScript (merging repeats, ' +
          'transposing) and that WebAssembly is compiled to its best only during the first epoch.',
      },
    ],
  },
  {
    name: 'als-synth10m',
    benchmark: 'als',
    options: ['--sets', 'synth10m'],
    packages: alsPackages,
    peers: [
      alsOf('implicit', ['--sets', 'synth10m', '--factors', '64']),
      alsOf('irspack', ['--sets', 'synth10m', '--factors', '64']),
    ],
    rows: [alsEpoch('S1', 'synth10m', 64, 2, 1.2, solving('97', '1', '2'))],
  },
  {
    name: 'item-knn',
    benchmark: 'neighbors',
    options: [],
    packages: ['kernels', 'core', 'neighbors'],
    peers: [neighborsBy('knn')],
    rows: ['gowalla', 'synth10m'].map((set) => ({
      row: 'S5',
      work: `item-kNN, K = 100, ${set}`,
      name: `item-knn ${set}`,
      qualityOf: 'item-knn ml-1m',
      goal: 2,
      floor: 1,
      explanation:
        'Nearly all of it is adding products at scattered places of a row of sums, one at a time. Half of them are of ' +
        'pairs already met the other way round; using that wants lists shared between threads.',
    })),
  },
  {
    name: 'ease',
    benchmark: 'ease',
    options: ['--repeats', '2'],
    packages: ['kernels', 'core', 'neighbors'],
    peers: [neighborsBy('ease')],
    rows: [
      {
        row: 'S6',
        work: 'EASE, ml-1m, all items',
        name: 'ease ml-1m',
        goal: 1.5,
        floor: 0.8,
      },
      {
        row: 'S6',
        work: 'EASE, synth10m, 10,000 items',
        name: 'ease synth10m',
        qualityOf: 'ease ml-1m',
        goal: 1,
        floor: 0.5,
      },
    ],
  },
  {
    name: 'evaluation',
    benchmark: 'evaluation',
    options: ['--factors', '{scratch}'],
    packages: ['kernels', 'core', 'metrics', 'evaluation'],
    peers: [evaluationByRecTools, evaluationOfOurFactors],
    rows: [
      {
        row: 'S7',
        work: 'full ranking, 29,858 × 40,981 × 64, random factors',
        name: 'evaluation random',
        agreesWithin: 1e-5,
        goal: 1.7,
        floor: 1.3,
        explanation:
          'Three quarters are the 5 × 8 tile of the product, which reaches 39 GFLOP/s on a core of this machine and 63 on ' +
          'both; without looking at a score, 156 GFLOP would take 2.5 s.',
      },
      {
        row: 'S8',
        work: 'full ranking, the same with factors of ALS',
        name: 'evaluation trained',
        agreesWithin: 1e-5,
        goal: 10,
        floor: 4,
      },
    ],
  },
  {
    name: 'top-k',
    benchmark: 'top-k',
    options: [],
    packages: ['kernels'],
    peers: [topKByOthers],
    rows: [
      {
        row: 'S9',
        work: 'exact top-100 of 100,000 × 128, one query',
        name: 'top-k 1 query',
        goal: 1,
        floor: 0.6,
        explanation:
          'Of 3.0 ms on average 2.3 remain for a list of one, which reads 51 MB at 22 GB/s on both cores; the rest is ' +
          'filling 16 lists of 100, one for each part of the items.',
      },
      {
        row: 'S9',
        work: 'exact top-100 of 100,000 × 128, 128 queries',
        name: 'top-k 128 queries',
        goal: 0.8,
        floor: 0.4,
      },
    ],
  },
  {
    name: 'load',
    benchmark: 'load',
    options: ['--repeats', '3'],
    packages: ['kernels', 'core', 'preprocessing'],
    peers: [loadByOthers],
    rows: [
      {
        row: 'S10',
        work: '10 M rows: read, drop repeats, 5-core, encode, split',
        name: 'load synth10m',
        agreesWithin: 0,
        goal: 1,
        floor: 0.7,
      },
    ],
  },
  {
    name: 'lightgcn',
    benchmark: 'lightgcn',
    options: [],
    packages: ['kernels'],
    peers: [lightGcnByTorch],
    rows: [
      {
        row: 'S17',
        work: 'LightGCN step, gowalla, 3 layers, 64 factors, batch 2,048',
        name: 'lightgcn gowalla',
        goal: 2.5,
        floor: 1.5,
        explanation:
          'Four fifths of a step are hops over all edges, each of which reads 415 MB of rows; half of a hop is waiting for ' +
          'them, as it takes 8.6 ms on one core where they lie in its second-level cache and 16.4 ms as they are. Adam ' +
          'is a tenth.',
      },
    ],
  },
  {
    name: 'neumf',
    benchmark: 'neumf',
    options: ['--sets', 'simd,node'],
    packages: tensorPackages,
    peers: [neuMfByTorch],
    rows: [
      {
        ...neuMfStep(8, 1, 0.5),
        explanation:
          'By profile a fifth is gathering rows, adding their gradients up and joining columns, a seventh matrix products, an ' +
          'eighth waking the other thread; most of the rest is the bookkeeping of tfjs. A fused step is the next thing to try.',
      },
      {
        ...neuMfStep(64, 0.6, 0.3),
        explanation: 'Not profiled; the matrix products alone are some 1 GFLOP.',
      },
    ],
  },
  {
    name: 'embedding',
    benchmark: 'embedding-step',
    options: [],
    packages: tensorPackages,
    peers: [],
    rows: [],
  },
  {
    name: 'composed',
    benchmark: 'composed',
    options: ['--repeats', '1'],
    packages: tensorPackages,
    peers: [],
    rows: [],
  },
  {
    name: 'sasrec-bce',
    benchmark: 'sasrec',
    options: ['--sets', 'bce'],
    packages: ['kernels'],
    peers: [sasRecByTorch('50:bce,128:bce')],
    rows: [
      {
        ...sasRecStep('S14', 'bce', 'one negative', 3, 1, 0.05),
        explanation:
          'A core does some 31 GFLOP/s over the whole step, and 35 in a large matrix product on this machine; the rest is ' +
          'attention, whose squares are cut to triangles, norms, and exponentials.',
      },
    ],
  },
  {
    name: 'sasrec-gbce',
    benchmark: 'sasrec',
    options: ['--sets', 'gbce'],
    packages: ['kernels'],
    peers: [sasRecByTorch('50:gbce256')],
    rows: [sasRecStep('S15', 'gbce', 'gBCE with 256 negatives', 8, 3, 1)],
  },
  {
    name: 'sasrec-softmax',
    benchmark: 'sasrec',
    options: ['--sets', 'softmax'],
    packages: ['kernels'],
    peers: [sasRecByTorch('50:ce,128:ce')],
    rows: [
      {
        ...sasRecStep('S16', 'softmax', 'softmax over 3,416 items', 2.5, 1.3, 0.1),
        explanation:
          'By profile 38 % are the tiles of scores, gradients of hidden states and products of blocks, 32 % the product that ' +
          'makes gradients of items, at some 25 GFLOP/s a core, 8 % exponentials. Adding to memory last and larger tiles ' +
          'did not help the second; a tile of four rows is untried.',
      },
    ],
  },
];

function neuMfStep(factors: number, goal: number, floor: number): Row {
  return {
    row: 'S18',
    work: `NeuMF step, batch 4,096, ${factors} factors`,
    name: `neumf ml-1m b=4096 f=${factors}`,
    goal,
    floor,
  };
}

/** A training step; the loss of the first one shows that both sides compute the same. */
function sasRecStep(
  row: string,
  loss: string,
  what: string,
  goal: number,
  floor: number,
  agreesWithin: number,
): Row {
  return {
    row,
    work: `SASRec step, 128 × 200, d = 50, ${what}`,
    name: `sasrec ${loss} d=50`,
    goal,
    floor,
    agreesWithin,
  };
}

/** What a profile by task says of an epoch. */
function solving(solver: string, gram: string, turns: string): string {
  return (
    `${solver} % of the epoch is the solver, of which gathering the rows of the other side is nearly half ` +
    `(it waits for memory), ${gram} % Gram matrices, ${turns} % turning both sides into the eigenvector basis.`
  );
}

function alsEpoch(
  row: string,
  set: string,
  factors: number,
  goal: number,
  floor: number,
  explanation: string,
): Row {
  return {
    explanation,
    row,
    work: `ALS epoch, f = ${factors}, ${set}`,
    name: `als ${set} f=${factors}`,
    qualityOf: 'als ml-1m fit',
    goal,
    floor,
  };
}
