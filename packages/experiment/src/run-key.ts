import { version, type DataSplit, type FeatureTable } from '@tensorec/core';
import { fingerprint } from '@tensorec/kernels';
import type { NamedModel } from './named-model.js';
import type { Fold, PreparedData } from './prepared-data.js';
import type { ExperimentFile } from './schema.js';

/**
 * Names everything that determines a run of a model: data, split, model with all parameters, seed, evaluation and
 * versions. Runs of equal keys are equal but for the time they take.
 */
export class RunKeys {
  readonly #shared: object;
  readonly #splits: ReadonlyMap<DataSplit, string>;

  constructor(
    { data, evaluation, training }: ExperimentFile,
    prepared: PreparedData,
    folds: readonly Fold[],
    versions: Readonly<Record<string, string>>,
  ) {
    const { items, users } = prepared;
    this.#shared = {
      versions: { tensorec: version, ...versions },
      evaluation,
      training,
      format: data.format,
      scale: data.scale,
      categories: items?.categories && columnFingerprint(items.table, items.categories),
      groups: users && columnFingerprint(users.table, users.group),
    };
    this.#splits = new Map(folds.map(({ split }) => [split, splitFingerprint(split)]));
  }

  /** The key of one run, as JSON text. */
  of({ name, descriptor, params }: NamedModel, seed: number, fold: Fold, first: boolean): string {
    return JSON.stringify({
      ...this.#shared,
      name,
      model: descriptor.name,
      params,
      seed,
      fold: fold.number,
      split: this.#splits.get(fold.split),
      first,
    });
  }
}

function splitFingerprint(split: DataSplit): string {
  const { train, validation, test, histories, candidates, splitId } = split;
  return fingerprint([
    splitId,
    train.fingerprint,
    validation?.fingerprint ?? '',
    test.fingerprint,
    histories?.fingerprint ?? '',
    ...(candidates === undefined ? [] : [candidates.offsets, candidates.itemRows]),
  ]);
}

function columnFingerprint(table: FeatureTable, column: string): string {
  const values = table.columns.get(column)?.values ?? [];
  return fingerprint([JSON.stringify([...table.ids]), JSON.stringify([...values])]);
}
