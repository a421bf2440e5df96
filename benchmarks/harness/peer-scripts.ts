import type { Json } from './json.js';

/** A figure of another library. */
export interface PeerFigure {
  /** What was measured; the name that our benchmark gives to the same work. */
  readonly name: string;
  /** The library with its version. */
  readonly peer: string;
  /** Seconds, fastest and median. */
  readonly min: number;
  readonly median: number;
  readonly quality: Readonly<Record<string, number>>;
}

/** A run of a script that times other libraries and prints one line of JSON. */
export interface PeerRun {
  /** Whether the script is one of the folder TENSOREC_PEERS or of `benchmarks/peers`. */
  readonly from: 'TENSOREC_PEERS' | 'benchmarks/peers';
  readonly script: string;
  /** The Python environment, a folder in TENSOREC_PEERS_ENV. */
  readonly environment: 'venv' | 'venv-irspack' | 'venv-rectools';
  readonly options: readonly string[];
  /** Threads of the matrix library, where that is not all: implicit's ALS wants 1 and starts threads of its own. */
  readonly matrixThreads?: 1;
  /** The packages whose versions matter. */
  readonly packages: readonly string[];
  /** The figures in what the script printed. */
  figures(output: Json): readonly PeerFigure[];
}

/** ALS of implicit or irspack; an epoch is both half-steps with 3 steps of conjugate gradients. */
export function alsOf(library: 'implicit' | 'irspack', options: readonly string[]): PeerRun {
  const fit = library === 'implicit' ? 'quality_implicit' : 'quality_irspack_CG';
  return {
    from: 'TENSOREC_PEERS',
    script: 'als.py',
    environment: library === 'implicit' ? 'venv' : 'venv-irspack',
    options: ['--only', library, ...options],
    matrixThreads: 1,
    packages: [library, 'numpy', 'scipy'],
    figures(output) {
      const peer = `${library} ${output.get(library).text()} (CG)`;
      const epochs = output
        .get('results')
        .list()
        .filter((result) => ['cg3', 'CG'].includes(result.get('solver').text()))
        .map((result) => ({
          name: `als ${result.get('set').text()} f=${result.get('factors').number()}`,
          peer,
          ...seconds(result.get('iter')),
          quality: {},
        }));
      const quality = output.get(fit);
      if (quality.missing) return epochs;
      const took = quality.get('seconds').number();
      return [
        ...epochs,
        {
          name: 'als ml-1m fit',
          peer,
          min: took,
          median: took,
          quality: { 'hit@10': quality.get('hr10').number() },
        },
      ];
    },
  };
}

/** The time in which irspack's ALS reaches a hit@10. */
export const alsToQuality: PeerRun = {
  from: 'benchmarks/peers',
  script: 'als_to_quality.py',
  environment: 'venv-irspack',
  options: [],
  matrixThreads: 1,
  packages: ['irspack', 'numpy', 'scipy'],
  figures: (output) => [
    {
      name: 'als ml-1m to hit@10 .715',
      peer: `irspack ${output.get('irspack').text()} (CG)`,
      ...seconds(output),
      quality: {
        'hit@10': output.get('hr10').number(),
        epochs: output.get('epochs').number(),
      },
    },
  ],
};

/** Item kNN of implicit, or EASE with numpy and scipy. */
export function neighborsBy(what: 'knn' | 'ease'): PeerRun {
  return {
    from: 'TENSOREC_PEERS',
    script: 'knn_ease.py',
    environment: 'venv',
    // Two runs of EASE are 50 seconds on two cores.
    options: what === 'knn' ? ['--only', what] : ['--only', what, '--repeat', '2'],
    packages: what === 'knn' ? ['implicit', 'numpy', 'scipy'] : ['numpy', 'scipy'],
    figures(output) {
      const peer =
        what === 'knn'
          ? `implicit ${output.get('implicit').text()}`
          : `numpy ${output.get('numpy').text()}, scipy ${output.get('scipy').text()}`;
      return output
        .get('results')
        .list()
        .map((result) => ({
          name: `${what === 'knn' ? 'item-knn' : 'ease'} ${result.get('set').text()}`,
          peer,
          ...seconds(result),
          quality: renamed(result, {
            hr10: 'hit@10',
            ndcg10: 'ndcg@10',
            sim_nnz: 'similarities',
          }),
        }));
    },
  };
}

/** RecTools' ranking and metrics, on its script's own random factors. */
export const evaluationByRecTools: PeerRun = {
  from: 'TENSOREC_PEERS',
  script: 'evaluation.py',
  environment: 'venv-rectools',
  options: ['--only', 'rectools'],
  packages: ['RecTools', 'pm-implicit', 'numpy', 'pandas'],
  figures: (output) =>
    output
      .get('results')
      .list()
      .map((result) => ({
        name: 'evaluation random',
        peer: `RecTools ${result.get('version').text()}`,
        ...seconds(result),
        quality: {},
      })),
};

/** RecTools on the factors that our benchmark wrote, so that the metrics must be the same. */
export const evaluationOfOurFactors: PeerRun = {
  from: 'benchmarks/peers',
  script: 'rectools_factors.py',
  environment: 'venv-rectools',
  options: ['--factors', '{scratch}'],
  packages: ['RecTools', 'pm-implicit', 'numpy', 'pandas'],
  figures: (output) =>
    output
      .get('results')
      .list()
      .map((result) => ({
        name: `evaluation ${result.get('name').text()}`,
        peer: `RecTools ${output.get('version').text()}, our factors`,
        ...seconds(result),
        quality: renamed(result, { recall: 'recall@20', ndcg: 'ndcg@20' }),
      })),
};

/** Exact search by faiss, numpy and torch. */
export const topKByOthers: PeerRun = {
  from: 'TENSOREC_PEERS',
  script: 'topk.py',
  environment: 'venv',
  options: ['--threads', '{threads}'],
  packages: ['faiss-cpu', 'numpy', 'torch'],
  figures: (output) =>
    output
      .get('results')
      .list()
      .flatMap((result) => {
        const [library = ''] = result.get('peer').text().split(' ');
        const peer = `${library} ${output.get(library).text()}`;
        return [
          { name: 'top-k 1 query', milliseconds: result.get('single_ms') },
          { name: 'top-k 128 queries', milliseconds: result.get('batch128_ms') },
        ].map(({ name, milliseconds }) => ({
          name,
          peer,
          min: milliseconds.get('min').number() / 1000,
          median: milliseconds.get('median').number() / 1000,
          quality: {},
        }));
      }),
};

/** Training steps of LightGCN in torch, with the ways to propagate that are fast there. */
export const lightGcnByTorch: PeerRun = {
  from: 'TENSOREC_PEERS',
  script: 'lightgcn.py',
  environment: 'venv',
  options: [
    ...['--threads', '{threads}'],
    ...['--variants', 'csr-sym,csr-sym-fused,csr-sym-fused-select'],
  ],
  packages: ['torch', 'numpy', 'scipy'],
  figures: (output) =>
    output
      .get('results')
      .list()
      .filter((result) => result.get('error').missing)
      .map((result) => ({
        name: `lightgcn ${output.get('set').text()}`,
        peer: `torch ${output.get('torch').text()} (${result.get('variant').text()})`,
        min: result.get('batch_s').get('min').number(),
        median: result.get('batch_s').get('median').number(),
        quality: { loss: result.get('loss_last').number() },
      })),
};

/** Training steps of NeuMF in torch. */
export const neuMfByTorch: PeerRun = {
  from: 'TENSOREC_PEERS',
  script: 'neumf.py',
  environment: 'venv',
  options: ['--threads', '{threads}', '--factors', '8,64'],
  packages: ['torch', 'numpy'],
  figures: (output) =>
    output
      .get('results')
      .list()
      .map((result) => ({
        name: `${output.get('work').text()} ${output.get('set').text()} b=${result.get('batch').number()} f=${result.get('factors').number()}`,
        peer: `torch ${output.get('torch').text()} (${result.get('optimiser').text()})`,
        min: result.get('batch_ms').get('min').number() / 1000,
        median: result.get('batch_ms').get('median').number() / 1000,
        quality: { loss: result.get('loss_last').number() },
      })),
};

/** Reading and preparing 10 million rows by duckdb and polars. */
export const loadByOthers: PeerRun = {
  from: 'TENSOREC_PEERS',
  script: 'load.py',
  environment: 'venv',
  options: ['--only', 'duckdb,polars'],
  packages: ['duckdb', 'polars'],
  figures: (output) =>
    output
      .get('results')
      .list()
      .map((result) => {
        const [train, test, users, items] = result
          .get('train_test_users_items_checksum')
          .list()
          .map((value) => value.number());
        return {
          name: 'load synth10m',
          peer: `${result.get('peer').text()} ${result.get('version').text()}`,
          ...seconds(result),
          quality: {
            train: train!,
            test: test!,
            users: users!,
            items: items!,
          },
        };
      }),
};

/** Training steps of SASRec in torch. */
export function sasRecByTorch(configurations: string): PeerRun {
  return {
    from: 'TENSOREC_PEERS',
    script: 'sasrec.py',
    environment: 'venv',
    options: ['--threads', '{threads}', '--repeat', '2', '--configs', configurations],
    packages: ['torch'],
    figures: (output) =>
      output
        .get('results')
        .list()
        .map((result) => {
          const [loss = ''] = result.get('loss').text().split('256');
          const step = result.get('step_s');
          return {
            name: `sasrec ${loss === 'ce' ? 'softmax' : loss} d=${result.get('d').number()}`,
            peer: `torch ${output.get('torch').text()}`,
            min: step.get('min').number(),
            median: step.get('median').number(),
            quality: { loss: result.get('loss_first').number() },
          };
        }),
  };
}

function seconds(result: Json): { readonly min: number; readonly median: number } {
  return { min: result.get('min_s').number(), median: result.get('median_s').number() };
}

/** The numbers of a result that are there, under our names. */
function renamed(
  result: Json,
  names: Readonly<Record<string, string>>,
): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(names)
      .filter(([theirs]) => !result.get(theirs).missing)
      .map(([theirs, ours]) => [ours, result.get(theirs).number()]),
  );
}
