import { trainAndValidation } from '@tensorec/core';
import type { evaluate } from '@tensorec/evaluation';
import type { Fold } from './prepared-data.js';
import type { RunContext } from './run-model.js';

/** How the models of an experiment are evaluated on a fold. */
export function evaluateOptions(
  { experiment, data: { items, users: people }, plan }: RunContext,
  { split }: Fold,
): Parameters<typeof evaluate>[2] {
  const { data, evaluation } = experiment;
  const { task, candidates, users, metrics, on } = evaluation;
  const given = candidates === 'given' ? split.candidates : undefined;
  const history = evaluation.history ?? 'train+validation';
  const readTrain = on === 'validation' || history === 'train';
  const known = readTrain ? split.train : trainAndValidation(split);
  return {
    task,
    metrics,
    further: plan.further,
    users,
    candidates: candidates === 'given' ? (given ?? 'all') : candidates,
    excludeSeen: evaluation.excludeSeen ?? data.format !== 'sessions',
    ...(split.validation !== undefined && on === 'test' ? { validation: split.validation } : {}),
    ...(task === 'next-item' ? { histories: split.histories ?? known } : {}),
    ...(items?.categories === undefined
      ? {}
      : { itemFeatures: { table: items.table, column: items.categories } }),
    ...(people === undefined ? {} : { userGroups: { table: people.table, column: people.group } }),
    ...(data.scale === undefined ? {} : { scale: data.scale }),
  };
}
