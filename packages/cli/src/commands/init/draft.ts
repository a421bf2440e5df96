import type { FilterSpec, ItemsGuess } from '@tensorec/preprocessing';
import { metricsChoice, modelChoices, splitChoice, type Choice, type Task } from './choices.js';
import type { ExperimentFiles, GuessedParts } from './files.js';
import type { InspectedFile } from '../inspect/inspect-file.js';
import { pathInExperiment } from './data-path.js';
import { jsonc, List, Section, type Field } from './jsonc.js';

/** Test events from which on a sample of the users is evaluated. */
const MANY_EVENTS = 200_000;

/** All that an experiment file is written from. */
export interface Draft {
  /** Where it will be written. */
  readonly file: string;
  readonly files: ExperimentFiles;
  readonly parts: GuessedParts;
  readonly inspected: InspectedFile;
  readonly task: Task;
  readonly filter: Choice<FilterSpec>;
  readonly items: ItemsGuess | undefined;
  /** What is left after the filter, and what is tested on. */
  readonly size: { readonly users: number; readonly items: number; readonly testEvents: number };
}

/** The text of the experiment file. */
export function draftText(draft: Draft): string {
  const { files, parts, inspected, task } = draft;
  const isGiven = files.test !== undefined;
  const split = splitChoice(parts.train, inspected.statistics, task);
  const fields: Field[] = [
    { key: 'name', value: files.name, comment: 'names the report and the output folder' },
    {
      key: 'seed',
      value: 42,
      comment: 'randomness of split and models; "seeds": [1, 2, 3] runs each model three times',
    },
    { key: 'data', value: new Section(dataFields(draft)) },
    ...filterFields(draft),
    ...(isGiven
      ? []
      : [
          { key: 'split', value: split.value, comment: split.why },
          ...split.others.map(({ value, why }) => ({
            key: 'split',
            value,
            comment: why,
            isAlternative: true,
          })),
        ]),
    { key: 'evaluation', value: new Section(evaluationFields(draft)) },
    {
      key: 'models',
      value: modelList(draft),
      comment: 'tensorec models lists all, with their parameters',
    },
  ];
  return jsonc(
    fields,
    'Written by tensorec init; docs/experiments.md explains all fields. Lines after // are comments.',
  );
}

function dataFields({ file, files, parts, inspected, task, items }: Draft): Field[] {
  const { spec } = parts.train;
  const isTable = 'columns' in spec && spec.columns !== undefined;
  const { values } = inspected.statistics;
  const path = (name: string): string => pathInExperiment(name, file);
  const fields: (Field | undefined)[] = [
    { key: 'format', value: spec.format, comment: parts.train.reasons[0] },
    ...parts.train.alternatives
      .filter((other) => other.spec.format !== spec.format)
      .map((other) => ({
        key: 'format',
        value: other.spec.format,
        comment: `if ${other.when}`,
        isAlternative: true,
      })),
    { key: 'path', value: path(files.path) },
    files.test === undefined
      ? undefined
      : { key: 'test', value: path(files.test), comment: 'the split is given' },
    files.validation === undefined
      ? undefined
      : { key: 'validation', value: path(files.validation) },
    parts.test?.spec.format === 'candidates'
      ? { key: 'testFormat', value: 'candidates', comment: 'with the items to rank for each' }
      : undefined,
    isTable ? { key: 'columns', value: spec.columns, comment: columnsComment(parts) } : undefined,
    spec.format === 'delimited' ? { key: 'separator', value: spec.separator ?? ',' } : undefined,
    spec.format === 'delimited' ? { key: 'header', value: spec.header === true } : undefined,
    {
      key: 'ids',
      value: 'number',
      comment: 'default "string": "007" is not 7',
      isAlternative: true,
    },
    task === 'rating' && values !== undefined
      ? {
          key: 'scale',
          value: [values.minimum, values.maximum],
          comment: 'predictions are clipped to it',
        }
      : undefined,
    items === undefined || files.items === undefined
      ? undefined
      : {
          key: 'items',
          value: {
            path: path(files.items),
            format: items.format,
            id: items.id,
            title: items.title,
            ...(items.separator === undefined ? {} : { separator: items.separator }),
          },
          comment:
            items.rivals.length === 0
              ? 'titles for the report'
              : `titles, if its ids are the column ${items.id}; as well they may be ${items.rivals.join(', ')}`,
          isAlternative: items.rivals.length > 0,
        },
  ];
  return fields.filter((field) => field !== undefined);
}

function columnsComment({ train }: GuessedParts): string {
  const isNamed = 'columns' in train.spec && typeof train.spec.columns?.user === 'string';
  return isNamed ? 'names in the header' : 'positions from 0; check them, for no header names them';
}

function filterFields({ filter, files, task }: Draft): Field[] {
  const where = files.test === undefined ? 'before the split' : 'on train alone';
  const isEmpty = Object.keys(filter.value).length === 0;
  const suggestion = {
    key: 'filter',
    value: { kCore: 5 },
    comment: `leaves everyone and everything with 5 events, ${where}`,
    isAlternative: true,
  };
  if (isEmpty) return task === 'next-item' ? [] : [suggestion];
  return [{ key: 'filter', value: filter.value, comment: `${filter.why}; ${where}` }];
}

function evaluationFields({ parts, task, size }: Draft): Field[] {
  const isGiven = parts.test?.spec.format === 'candidates';
  const metrics = metricsChoice(task, size.items, isGiven);
  const isLong = task === 'next-item' && size.testEvents > MANY_EVENTS;
  const sample = {
    key: 'users',
    value: { sample: 10_000 },
    comment: isLong ? `all ${size.testEvents} would take long` : 'for a faster look',
    isAlternative: !isLong,
  };
  if (task === 'rating') {
    return [
      { key: 'task', value: task, comment: 'how near are predicted ratings' },
      { key: 'metrics', value: metrics },
    ];
  }
  return [
    {
      key: 'task',
      value: task,
      comment:
        task === 'ranking'
          ? 'are held-out items near the top of the list'
          : 'is the next item near the top of the list',
    },
    {
      key: 'candidates',
      value: isGiven ? 'given' : 'all',
      comment: isGiven
        ? 'those in the test file'
        : 'every item is ranked: figures on a sample of them are not comparable',
    },
    task === 'next-item'
      ? { key: 'excludeSeen', value: false, comment: 'what a session has may come again' }
      : { key: 'excludeSeen', value: true, comment: 'what a user has is not recommended again' },
    sample,
    { key: 'metrics', value: metrics, comment: 'also precision@k, hit@k, map@k, mrr@k' },
  ];
}

function modelList({ task, size }: Draft): List {
  return new List(
    modelChoices(task, size.users, size.items).map(({ value, why, fits }) => ({
      value: { model: value },
      comment: why,
      isAlternative: !fits,
    })),
  );
}
