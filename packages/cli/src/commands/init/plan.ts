import { resolve } from 'node:path';
import { isTensorecError, TensorecError } from '@tensorec/core';
import { parseExperiment } from '@tensorec/experiment';
import { prepareData } from '@tensorec/experiment/node';
import { guessItems, type ItemsGuess } from '@tensorec/preprocessing';
import { fileSource, readFeatures } from '@tensorec/preprocessing/node';
import type { Console } from '../../console.js';
import { ProgressDisplay } from '../../progress.js';
import { delayed } from '../inspect/delayed.js';
import { inspectFile } from '../inspect/inspect-file.js';
import { confidenceText, count, percent, specText } from '../inspect/words.js';
import { filterChoices, type Task } from './choices.js';
import { draftText, type Draft } from './draft.js';
import { findFiles, guessParts, type ExperimentFiles } from './files.js';

/** Share of the users that a filter has to leave. */
const USERS_LEFT = 0.2;
/** Test users and events that a comparison needs. */
const FEWEST_TEST_EVENTS = 20;
/** Share of the items that a file of titles has to know. */
const ITEMS_KNOWN = 0.8;
/** Share of the test users that should have training events. */
const KNOWN_USERS = 0.5;

/** Options of {@link planExperiment}. */
export interface PlanOptions {
  readonly test?: string;
  readonly validation?: string;
  readonly items?: string;
  readonly task?: Task;
  readonly out: string;
}

/** An experiment file that `tensorec run` accepts. */
export interface Plan {
  readonly text: string;
  /** What was found and chosen, a line each. */
  readonly said: readonly string[];
  readonly warnings: readonly string[];
  readonly hasBadLines: boolean;
}

type Prepared = Awaited<ReturnType<typeof prepareData>>;

/** A draft, and the data as a run will have it. */
interface Tried {
  readonly draft: Draft;
  readonly prepared: Prepared;
}

/** Makes an experiment for a file or a folder, and prepares its data as a run would, to be sure that one can. */
export async function planExperiment(
  path: string,
  options: PlanOptions,
  console: Console,
): Promise<Plan> {
  const given = { test: options.test, validation: options.validation, items: options.items };
  const files = await findFiles(path, given, console.signal);
  const inspected = await inspectFile(files.path, console);
  const parts = await guessParts(inspected.guess, files);
  const task = options.task ?? (parts.train.users === 'sessions' ? 'next-item' : 'ranking');
  if (task === 'rating') requireRatings(parts.train.values, files.path);
  const draft = {
    file: options.out,
    files: { ...files, items: undefined },
    parts,
    inspected,
    task,
    items: undefined,
  };
  const tried = await tryFilters(draft, console);
  const { items, problem } = await findItems(files, tried);
  const final: Draft = { ...tried.draft, files: { ...files, items: items && files.items }, items };
  const text = draftText(final);
  parseExperiment(text, options.out);
  return {
    text,
    said: summary(final, tried.prepared),
    warnings: [
      ...inspected.statistics.warnings,
      ...(problem === undefined ? [] : [problem]),
      ...splitWarnings(tried.prepared, parts.train.users === 'sessions'),
    ],
    hasBadLines: inspected.statistics.skippedLines > 0,
  };
}

function requireRatings(values: string | undefined, path: string): void {
  if (values === 'ratings' || values === 'counts') return;
  throw new TensorecError(
    'invalid-argument',
    `${path} holds no ratings to predict${values === 'constant' ? ': all its values are the same' : ''}; leave --task out to rank items.`,
  );
}

/** The strictest filter that leaves enough, and the data under it. */
async function tryFilters(base: Omit<Draft, 'filter' | 'size'>, console: Console): Promise<Tried> {
  const { inspected, parts, task, files } = base;
  const { statistics } = inspected;
  const choices = filterChoices(parts.train, statistics, task, files.test !== undefined);
  const size = { users: statistics.users, items: statistics.items, testEvents: 0 };
  for (const [place, filter] of choices.entries()) {
    const draft: Draft = { ...base, filter, size };
    const isLast = place === choices.length - 1;
    try {
      const prepared = await prepare(draft, console);
      const { users, items } = prepared.whole;
      const leavesEnough =
        users.size >= USERS_LEFT * statistics.users && testEvents(prepared) >= FEWEST_TEST_EVENTS;
      if (isLast || leavesEnough) {
        const left = { users: users.size, items: items.size, testEvents: testEvents(prepared) };
        return { draft: { ...draft, size: left }, prepared };
      }
    } catch (error) {
      if (isLast || !isTensorecError(error, 'empty-data')) throw error;
    }
  }
  throw new TensorecError('empty-data', `${files.path} leaves nothing to evaluate.`);
}

function testEvents({ splits }: Prepared): number {
  return splits[0]?.test.size ?? 0;
}

async function prepare(draft: Draft, console: Console): Promise<Prepared> {
  const progress = new ProgressDisplay(console);
  try {
    return await prepareData(
      parseExperiment(draftText(draft), draft.file),
      resolve(draft.file, '..'),
      {
        skipBadLines: draft.inspected.statistics.skippedLines > 0,
        signal: console.signal,
        onProgress: delayed(progress.report),
      },
    );
  } finally {
    progress.stop();
  }
}

/** How to read the titles, where enough of the items have one. */
async function findItems(
  { items: path }: ExperimentFiles,
  { draft, prepared }: Tried,
): Promise<{ readonly items: ItemsGuess | undefined; readonly problem: string | undefined }> {
  if (path === undefined) return { items: undefined, problem: undefined };
  const { spec } = draft.parts.train;
  const named = 'columns' in spec ? spec.columns?.item : undefined;
  const itemIds = new Set([...prepared.whole.items].map(String));
  const items = await guessItems(fileSource(path), {
    itemName: typeof named === 'string' ? named : undefined,
    itemIds,
  });
  const { format, id, separator, rivals } = items;
  if (rivals.length > 0) {
    return {
      items,
      problem: `${path} holds the ids of the items in its column ${id} or as well in ${rivals.join(', ')}; choose one in the experiment file, where the line stands as a comment`,
    };
  }
  const table = await readFeatures(
    path,
    format === 'delimited' ? { format, id, separator } : { format, id },
  );
  const known = [...table.ids].filter((item) => itemIds.has(String(item))).length;
  const share = known / itemIds.size;
  const found = `${path} knows ${count(known)} of the ${count(itemIds.size)} items by its column ${id}`;
  if (share === 1) return { items, problem: undefined };
  return share < ITEMS_KNOWN
    ? { items: undefined, problem: `${found}, so it is not used` }
    : { items, problem: `${found}; check that these are the same ids` };
}

/** What the split means for models that know users. */
function splitWarnings({ splits }: Prepared, areSessions: boolean): string[] {
  const [split] = splits;
  if (split === undefined || areSessions || split.histories !== undefined) return [];
  const trained = new Uint8Array(split.train.users.size);
  for (const row of split.train.userRows) trained[row] = 1;
  const users = new Set(split.test.userRows);
  const known = [...users].filter((row) => trained[row] === 1).length;
  return known >= KNOWN_USERS * users.size
    ? []
    : [
        `only ${percent(known / users.size)} of the ${count(users.size)} test users have training events; personal models recommend nothing to the others`,
      ];
}

/** What was found and chosen. */
function summary(
  { files, parts, inspected, filter, task, items }: Draft,
  prepared: Prepared,
): string[] {
  const { statistics } = inspected;
  const { whole, splits } = prepared;
  const isFiltered = Object.keys(filter.value).length > 0;
  const [split] = splits;
  return [
    ...(files.reason === undefined ? [] : [files.reason]),
    `${files.path}: ${specText(parts.train.spec)} (${confidenceText(parts.train)})`,
    ...parts.train.reasons.map((reason) => `  because ${reason}`),
    `data: ${count(statistics.users)} users, ${count(statistics.items)} items, ${count(statistics.interactions)} interactions`,
    ...(isFiltered
      ? [
          `filter: ${filter.why}; ${count(whole.users.size)} users and ${count(whole.items.size)} items stay`,
        ]
      : []),
    `split: ${prepared.split}; ${count(split?.train.size ?? 0)} events to train on, ${count(split?.test.size ?? 0)} to test`,
    `task: ${task}`,
    ...(items === undefined || items.rivals.length > 0
      ? []
      : [`titles: column ${items.title} of ${files.items ?? ''}`]),
  ];
}
