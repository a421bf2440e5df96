import type { TrainingEpoch } from '@tensorec/core';
import type { ExperimentFile } from './schema.js';

/** Where and with what a report was made. */
export interface Machine {
  readonly cores: number;
  readonly device: string;
  readonly threads: number;
}

/** Lower and upper end. */
export type Interval = readonly [lower: number, upper: number];

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
  /**
   * 95 % bootstrap intervals over test users, where the metric is a mean over users or made of sums over them. With
   * several runs a user's values are averaged first, so an interval says nothing about seeds and folds; `std` does.
   */
  readonly intervals?: Readonly<Record<string, Interval>>;
  /** Coverage, concentration, novelty and popularity of the longest lists, whatever the file asks for; ranking only. */
  readonly profile?: Readonly<Record<string, number>>;
  /** What the first run reported while it trained; only models that train in epochs or iterations. */
  readonly training?: readonly TrainingEpoch[];
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
  /** What may mislead a reader of the figures. */
  readonly warnings: readonly ProtocolWarning[];
  readonly notes: readonly string[];
}

/** Something about data or protocol that may mislead a reader of the figures. */
export interface ProtocolWarning {
  readonly kind: 'leakage' | 'ties' | 'sampled' | 'left-out' | 'small';
  /** What was found, how much of it, and what to do about it. */
  readonly text: string;
}

/** Two models on one metric. */
export interface Comparison {
  readonly a: string;
  readonly b: string;
  readonly metric: string;
  readonly test: 'permutation' | 'wilcoxon';
  /** The comparisons that `adjustedPValue` was corrected for together: "ndcg@20, 6 pairs of models". */
  readonly family: string;
  /** Mean of a − b over users. */
  readonly difference: number;
  /** 95 % bootstrap interval of the difference, over users. */
  readonly interval: Interval;
  /**
   * Cohen's d of the paired differences: their mean by their standard deviation; 0 where all differences are 0, absent
   * where they are all the same and not 0.
   */
  readonly effectSize?: number;
  readonly pValue: number;
  /** After Holm's correction within the family. */
  readonly adjustedPValue: number;
}

/** A metric over the length of the list. */
export interface Curve {
  readonly model: string;
  /** Without a cut: `ndcg`. */
  readonly metric: string;
  readonly cuts: readonly number[];
  /** One a cut. */
  readonly values: readonly number[];
}

/** A group of users or items, and what the models reach on it. */
export interface Segment {
  readonly of: 'users' | 'items';
  /** "new users", "heavy users", "rare items". */
  readonly name: string;
  /** How the group is made, in words: "20 to 310 training events". */
  readonly description: string;
  /** Test users of the group; test interactions with its items for groups of items. */
  readonly size: number;
  /** Model, then metric. Groups of items have recall at the longest cut only, pooled over their test interactions. */
  readonly metrics: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** How the places of the longest lists are spread over items by popularity. */
export interface PopularityBias {
  /** Tenths of the items with a training event, the most popular first. */
  readonly groups: readonly {
    readonly items: number;
    /** Share of the training events. */
    readonly trainShare: number;
    /** Share of the test interactions. */
    readonly testShare: number;
  }[];
  /** Model, then the share of the places in its lists of each group. */
  readonly models: Readonly<Record<string, readonly number[]>>;
}

/** One item of an example list. */
export interface SampleItem {
  /** Its title, or its id. */
  readonly title: string;
  /** Whether it is among the user's test items. */
  readonly hit: boolean;
}

/** Example lists for people: what some test users did, and what each model recommends. */
export interface SampleUser {
  readonly user: string;
  readonly history: readonly string[];
  /** What the user did next: titles of test items. */
  readonly next: readonly string[];
  /** Model, then its list, best first. */
  readonly lists: Readonly<Record<string, readonly SampleItem[]>>;
}

/** The content of report.json. */
export interface Report {
  readonly name: string;
  /** When the run ended: ISO 8601, UTC. */
  readonly createdAt: string;
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
  /** Every pair of models that ran on every metric that has values of users. */
  readonly comparisons: readonly Comparison[];
  /** Of lists alone; empty for ratings. */
  readonly curves: readonly Curve[];
  /** Groups that have nobody are left out. Groups of items: only where all items are ranked. */
  readonly segments: readonly Segment[];
  /** Only where all items are ranked. */
  readonly popularity?: PopularityBias;
  readonly samples: readonly SampleUser[];
}
