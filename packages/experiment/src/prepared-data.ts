import {
  TensorecError,
  trainAndValidation,
  type DataSplit,
  type FeatureTable,
  type Interactions,
} from '@tensorec/core';
import type { ExperimentFile } from './schema.js';

/** The data of an experiment, ready to run. */
export interface PreparedData {
  /** All interactions after the filters; train, validation and test together where the parts are given. */
  readonly whole: Interactions;
  /** One split; several folds where the split method makes them. */
  readonly splits: readonly DataSplit[];
  /** How the data was split and filtered, in words. */
  readonly split: string;
  readonly filters: string;
  readonly notes: readonly string[];
  /** Titles for people, and the column of categories that metrics of lists compare items by. */
  readonly items?:
    | {
        readonly table: FeatureTable;
        readonly title: string;
        readonly categories?: string | undefined;
      }
    | undefined;
  /** The column of groups of users between which metrics are compared. */
  readonly users?: { readonly table: FeatureTable; readonly group: string } | undefined;
}

/** One split as the experiment uses it. */
export interface Fold {
  /** From 1. */
  readonly number: number;
  readonly split: DataSplit;
  /** What models are fitted on. */
  readonly train: Interactions<string | number, string | number, 'train'>;
  /** What they are evaluated on. */
  readonly test: Interactions<string | number, string | number, 'test' | 'validation'>;
}

/**
 * The splits with the parts that the experiment fits and evaluates on.
 *
 * @throws TensorecError `experiment` for a validation part that is evaluated on and does not exist.
 */
export function foldsOf(experiment: ExperimentFile, data: PreparedData): readonly Fold[] {
  return data.splits.map((split, position) => ({
    number: position + 1,
    split,
    train: experiment.training.refit ? trainAndValidation(split) : split.train,
    test: testPart(experiment, split),
  }));
}

function testPart(experiment: ExperimentFile, split: DataSplit): Fold['test'] {
  if (experiment.evaluation.on === 'test') return split.test;
  if (split.validation !== undefined) return split.validation;
  throw new TensorecError(
    'experiment',
    'evaluation.on is "validation", but there is no validation part; set split.validation or data.validation.',
  );
}
