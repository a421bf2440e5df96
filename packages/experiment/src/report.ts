import type { ExperimentFile } from './schema.js';

/** Where and with what a report was made. */
export interface Machine {
  readonly cores: number;
  readonly device: string;
  readonly threads: number;
}

/** One fit and evaluation of a model. */
export interface ModelRun {
  readonly seed: number;
  /** From 1; 1 where there is one split. */
  readonly fold: number;
  readonly metrics: Readonly<Record<string, number>>;
}

/** What became of one model of the experiment. */
export interface ModelReport {
  readonly model: string;
  /** All parameters, defaults filled in. */
  readonly params: object;
  readonly status: 'ok' | 'failed';
  /** Why it failed. */
  readonly error?: string;
  /** Means over the runs. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Sample standard deviations over the runs, where there are several. */
  readonly std?: Readonly<Record<string, number>>;
  readonly runs: readonly ModelRun[];
  /** Over all runs. */
  readonly fitSeconds: number;
  readonly evaluateSeconds: number;
  /** Highest resident memory of the process, in MB, seen while this model was fitted and evaluated. */
  readonly peakRssMb?: number;
  /** Folder of the artifact, relative to the report. */
  readonly artifact?: string;
}

/** How the models were compared: what a reader needs in order to trust or repeat the figures. */
export interface ProtocolReport {
  readonly split: string;
  readonly candidates: string;
  readonly excludeSeen: string;
  readonly history: string;
  readonly filters: string;
  readonly testUsers: number;
  readonly leftOut: number;
  /** Largest share, over the models, of users with a tie across the cut. */
  readonly tieShare: number;
  readonly notes: readonly string[];
}

/** Example lists for people: what some test users did, and what each model recommends. */
export interface SampleUser {
  readonly user: string;
  readonly history: readonly string[];
  readonly lists: Readonly<Record<string, readonly string[]>>;
}

/** The content of report.json. */
export interface Report {
  readonly name: string;
  /** The experiment as it ran, defaults filled in. */
  readonly experiment: ExperimentFile;
  readonly versions: Readonly<Record<string, string>>;
  readonly machine: Machine;
  readonly data: {
    readonly users: number;
    readonly items: number;
    readonly interactions: number;
    readonly density: number;
    readonly fingerprint: string;
  };
  readonly protocol: ProtocolReport;
  readonly models: readonly ModelReport[];
  readonly samples: readonly SampleUser[];
}
