import type { PreparedData, Fold } from './prepared-data.js';
import type { ProtocolReport } from './report.js';
import type { ModelOutcome } from './run-model.js';
import type { ExperimentFile } from './schema.js';
import { findWarnings } from './warnings.js';

/**
 * How the models were compared, from the protocols of all runs.
 *
 * @param further - notes that concern the whole run
 */
export function combineProtocols(
  experiment: ExperimentFile,
  data: PreparedData,
  folds: readonly Fold[],
  outcomes: readonly ModelOutcome[],
  further: readonly string[],
): ProtocolReport {
  const protocols = outcomes.flatMap(({ runs }) => runs.map((run) => run.evaluation.protocol));
  const [first] = protocols;
  const { metric, every, patience, maxMinutes } = experiment.training;
  const epochs = [metric, every, patience, maxMinutes].some((field) => field !== undefined);
  const notes = [
    ...data.notes,
    ...data.splits.flatMap((split) => split.notes),
    ...protocols.flatMap((protocol) => protocol.notes),
    ...(epochs
      ? [
          'training: metric, every, patience and maxMinutes are read by models that train in epochs.',
        ]
      : []),
    ...outcomes.flatMap(resumption),
    ...further,
  ];
  return {
    split: data.split,
    filters: data.filters,
    candidates: first?.candidates ?? 'no model was evaluated',
    excludeSeen: String(first?.excludeSeen ?? experiment.evaluation.excludeSeen ?? true),
    history: first?.history ?? 'training history',
    testUsers: first?.testUsers ?? 0,
    leftOut: first?.leftOut ?? 0,
    tieShare: Math.max(0, ...protocols.map((protocol) => protocol.tieShare)),
    warnings: findWarnings(experiment, folds, protocols),
    notes: mergeNotes(notes, outcomes),
  };
}

function resumption({ model, runs, resumed }: ModelOutcome): readonly string[] {
  if (resumed === 0) return [];
  const which = resumed === runs.length ? 'finished' : `${resumed} of ${runs.length} runs finished`;
  return [
    `${model.name}: ${which} before the experiment was interrupted and taken from there; seconds and memory are of then.`,
  ];
}

/** Notes without repeats; where models share one ("als: …", "ease: …") it names them together. */
function mergeNotes(
  notes: readonly string[],
  outcomes: readonly ModelOutcome[],
): readonly string[] {
  const names = new Set(outcomes.flatMap(({ model }) => [model.name, model.section.model]));
  const modelsOf = new Map<string, Set<string>>();
  for (const note of notes) {
    const colon = note.indexOf(': ');
    const name = note.slice(0, Math.max(0, colon));
    const text = names.has(name) ? note.slice(colon + 2) : note;
    const models = modelsOf.get(text) ?? new Set();
    if (names.has(name)) models.add(name);
    modelsOf.set(text, models);
  }
  return [...modelsOf].map(([text, models]) =>
    models.size === 0 ? text : `${[...models].join(', ')}: ${text}`,
  );
}
