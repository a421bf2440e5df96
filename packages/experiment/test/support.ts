import {
  BaseModel,
  Interactions,
  startFit,
  Vocabulary,
  type DataSplit,
  type FitOptions,
  type Id,
  type Model,
  type ModelDescriptor,
  type ModelState,
  type Recommender,
  type TrainingData,
  type TrainingRecord,
} from '@tensorec/core';
import type { Evaluation } from '@tensorec/evaluation';
import * as z from 'zod/mini';
import type { FinishedRun, RunStore } from '../src/finished-run.js';
import { modelResults, type ModelResult } from '../src/model-results.js';
import { foldsOf, type Fold, type PreparedData } from '../src/prepared-data.js';
import type { ModelOutcome } from '../src/run-model.js';
import { parseExperiment, type ExperimentFile } from '../src/schema.js';

type OnFit = (seed: number, options: Pick<FitOptions, 'training' | 'validation'>) => void;

/** Scores of a model made for a test, by raw ids. */
export type Scores = (user: Id, item: Id) => number;

class ScriptedModel<User extends Id, Item extends Id> extends BaseModel<User, Item> {
  readonly name: string;
  readonly #scores: Scores;

  constructor(name: string, training: TrainingRecord<User, Item>, scores: Scores) {
    super(training, {});
    this.name = name;
    this.#scores = scores;
  }

  scoreRows(userRows: ArrayLike<number>, out: Float32Array): void {
    Array.from(userRows).forEach((user, n) => {
      for (let item = 0; item < this.items.size; item++) {
        out[n * this.items.size + item] = this.#scores(this.users.id(user), this.items.id(item));
      }
    });
  }

  state(): ModelState {
    return {};
  }
}

class ScriptedRecommender implements Recommender {
  readonly name: string;
  readonly parameters = {};
  readonly #scores: Scores;
  readonly #onFit: OnFit;

  constructor(name: string, scores: Scores, onFit: OnFit) {
    this.name = name;
    this.#scores = scores;
    this.#onFit = onFit;
  }

  fit<User extends Id, Item extends Id>(
    train: TrainingData<User, Item>,
    options: FitOptions<User, Item> = {},
  ): Promise<Model<User, Item>> {
    this.#onFit(options.seed ?? 0, options);
    const run = startFit(this, train, options, 'one');
    for (const epoch of [1, 2]) options.onEpoch?.({ epoch, values: { loss: 1 / epoch } });
    return Promise.resolve(new ScriptedModel(this.name, run.record, this.#scores));
  }
}

/** A model with given scores that reports two epochs; `onFit` gets what each fit gets and may throw. */
export function scripted(
  name: string,
  scores: Scores,
  onFit: OnFit = () => undefined,
): ModelDescriptor {
  return {
    name,
    summary: 'made for a test',
    paper: 'none',
    tasks: ['ranking'],
    capabilities: [],
    searchSpace: {},
    schema: z.strictObject({ factors: z._default(z.number(), 1) }),
    create: () => new ScriptedRecommender(name, scores, onFit),
    restore: () => {
      throw new Error('It is not saved.');
    },
  };
}

/** Interactions of a part, `u1: a b` for u1 with a, then b, over given ids; the time is the position. */
function part<Role extends 'train' | 'validation' | 'test'>(
  role: Role,
  users: Vocabulary,
  items: Vocabulary,
  lines: readonly string[],
  times?: readonly number[],
): Interactions<Id, Id, Role> {
  const pairs = lines.flatMap((line) => {
    const [user = '', all = ''] = line.split(': ');
    return all.split(' ').map((item) => [users.row(user)!, items.row(item)!] as const);
  });
  return new Interactions({
    role,
    users,
    items,
    userRows: Int32Array.from(pairs, ([user]) => user),
    itemRows: Int32Array.from(pairs, ([, item]) => item),
    timestamps: times && Float64Array.from(times),
    splitId: 'by hand',
  });
}

/** A split over the ids that occur in it, in order of appearance. */
export function splitOf(
  train: readonly string[],
  test: readonly string[],
  times: { readonly train?: readonly number[]; readonly test?: readonly number[] } = {},
): DataSplit {
  const lines = [...train, ...test].map((line) => line.split(': '));
  const users = Vocabulary.from(lines.map(([user = '']) => user));
  const items = Vocabulary.from(lines.flatMap(([, all = '']) => all.split(' ')));
  return {
    train: part('train', users, items, train, times.train),
    test: part('test', users, items, test, times.test),
    splitId: 'by hand',
    notes: [],
  };
}

/** Splits as the data of an experiment. */
export function dataOf(...splits: readonly DataSplit[]): PreparedData {
  const { train } = splits[0]!;
  const whole = new Interactions({ ...train.columns(), role: 'whole' as const });
  return { whole, splits, split: 'by hand', filters: 'none', notes: [] };
}

/** A small experiment, with changes. */
export function experimentOf(changes: object = {}): ExperimentFile {
  const content = {
    name: 'by hand',
    data: { format: 'adjacency', path: 'not read' },
    split: { method: 'temporal' },
    evaluation: { metrics: ['recall@2'] },
    models: [{ model: 'one' }],
    ...changes,
  };
  return parseExperiment(JSON.stringify(content), 'experiment.json');
}

/** The folds of splits that are evaluated on their test parts. */
export function folds(...splits: readonly DataSplit[]): readonly Fold[] {
  return foldsOf(experimentOf(), dataOf(...splits));
}

/** A finished run made by hand. */
export function finished(
  evaluation: Partial<Evaluation>,
  { seed = 0, fold = 1 } = {},
): FinishedRun {
  const metrics = evaluation.metrics ?? {};
  return {
    run: { seed, fold, metrics },
    evaluation: {
      metrics,
      perUser: { userRows: new Int32Array(0), values: {} },
      protocol: {
        task: 'ranking',
        candidates: 'all items',
        excludeSeen: 'train',
        history: 'the training history',
        testUsers: 100,
        leftOut: 0,
        tieShare: 0,
        notes: [],
      },
      ...evaluation,
    },
    fitSeconds: 1,
    evaluateSeconds: 2,
    peakRss: 3e6,
  };
}

/** What a model reached, from its runs. */
export function resultOf(
  name: string,
  all: readonly Fold[],
  requested: readonly string[],
  ...runs: readonly FinishedRun[]
): ModelResult {
  const outcome: ModelOutcome = {
    model: {
      name,
      section: { model: name, params: {} },
      descriptor: scripted(name, () => 0),
      params: {},
    },
    runs,
    resumed: 0,
    first: undefined,
    fitSeconds: 1,
    evaluateSeconds: 1,
    peakRss: 0,
  };
  return modelResults([outcome], all, requested)[0]!;
}

/** Keeps runs in memory. */
export class MemoryStore implements RunStore {
  readonly runs = new Map<string, FinishedRun>();

  find(key: string): Promise<FinishedRun | undefined> {
    return Promise.resolve(this.runs.get(key));
  }

  keep(key: string, run: FinishedRun): Promise<void> {
    this.runs.set(key, run);
    return Promise.resolve();
  }

  notes(): readonly string[] {
    return [];
  }
}
