import {
  guessFormat,
  inspectInteractions,
  type FormatGuess,
  type InteractionStatistics,
} from '@tensorec/preprocessing';
import { fileSource } from '@tensorec/preprocessing/node';
import type { Console } from '../../console.js';
import { ProgressDisplay } from '../../progress.js';
import { formatTable, printable } from '../../table.js';
import { delayed } from './delayed.js';
import {
  confidenceText,
  count,
  distributionHead,
  distributionRow,
  figure,
  instant,
  percent,
  quoted,
  specText,
  valuesText,
} from './words.js';

const DAY = 86_400_000;

/** A file of interactions: how it is laid out and what it holds. */
export interface InspectedFile {
  readonly path: string;
  readonly guess: FormatGuess;
  readonly statistics: InteractionStatistics;
}

/** Guesses how a file is laid out, and reads it. */
export async function inspectFile(path: string, console: Console): Promise<InspectedFile> {
  const guess = await guessFormat(fileSource(path));
  const progress = new ProgressDisplay(console);
  try {
    const statistics = await inspectInteractions(fileSource(path), guess.spec, {
      heldOut: guess.part === 'test',
      signal: console.signal,
      onProgress: delayed(progress.report),
    });
    return { path, guess, statistics };
  } finally {
    progress.stop();
  }
}

/** The command that goes on from a file. */
export function nextCommand({ path, guess }: InspectedFile): string {
  return guess.part === 'test'
    ? `tensorec init TRAIN_FILE --test ${quoted(path)}`
    : `tensorec init ${quoted(path)}`;
}

/** Prints what was found. */
export function showFile(file: InspectedFile, console: Console): void {
  const { path, guess, statistics } = file;
  const out = (text: string): void => {
    console.out(printable(text));
  };
  out(`${path}: ${specText(guess.spec)} (${confidenceText(guess)})`);
  for (const reason of guess.reasons) out(`  because ${reason}`);
  for (const { spec, when } of guess.alternatives) {
    out(`  or ${specText(spec)}, if ${when}`);
  }
  for (const missing of guess.missing) out(`  ${missing}`);
  console.out('');
  console.out(formatTable(['', ''], factsOf(statistics), [0, 1]).trimStart());
  console.out('');
  console.out(
    formatTable(distributionHead, [
      distributionRow('events a user', statistics.perUser),
      distributionRow('events an item', statistics.perItem),
      ...(statistics.sessions
        ? [distributionRow('events a session', statistics.sessions.lengths)]
        : []),
    ]),
  );
  console.out('');
  for (const problem of statistics.skipped) out(`bad line: ${problem}`);
  for (const warning of statistics.warnings) out(`warning: ${warning}`);
  console.out(`next: ${printable(nextCommand(file))}`);
}

function factsOf(statistics: InteractionStatistics): string[][] {
  const { interactions, values, times, longTail, duplicates, sessions } = statistics;
  const bad =
    statistics.skippedLines === 0 ? '' : `, ${count(statistics.skippedLines)} of them bad`;
  const estimated =
    statistics.sampledUsers < 1
      ? ` (estimated from ${percent(statistics.sampledUsers)} of the users)`
      : '';
  const facts = [
    ['lines', `${count(statistics.lines)}${bad}`],
    [
      'users',
      `${count(statistics.users)}, ${count(statistics.singleUsers)} of them with a single event`,
    ],
    [
      'items',
      `${count(statistics.items)}, ${count(statistics.singleItems)} of them with a single event`,
    ],
    ['interactions', count(interactions)],
    ['density', `${percent(statistics.density)} of all pairs of a user and an item`],
    [
      'long tail',
      `the top 1 % of the items have ${percent(longTail.top1)} of the events, 10 % ${percent(longTail.top10)}, 20 % ${percent(longTail.top20)}; Gini ${longTail.gini.toFixed(2)}`,
    ],
    [
      'duplicates',
      `${count(duplicates.pairs)} events repeat a pair, ${count(duplicates.rows)} a whole line${estimated}`,
    ],
  ];
  if (values !== undefined) facts.push(['values', valuesText(values)]);
  if (times !== undefined) {
    const days = figure((times.last - times.first) / DAY);
    facts.push(['times', `${instant(times.first)} to ${instant(times.last)} UTC (${days} days)`]);
  }
  if (sessions !== undefined) {
    facts.push([
      'sessions',
      `${count(sessions.count)}, parted by more than 30 minutes${estimated}`,
    ]);
  }
  return facts;
}
