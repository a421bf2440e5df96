import { Option, type Command } from 'commander';
import { bestValue, type ReportComparison } from '@tensorec/experiment';
import { compareReportFiles } from '@tensorec/experiment/node';
import type { CommandContext, Console } from '../console.js';
import { ProgressDisplay } from '../progress.js';
import { formatTable, printable } from '../table.js';

/** Options of `tensorec compare`. */
interface CompareOptions {
  readonly metric?: readonly string[];
  readonly json?: boolean;
}

/** `tensorec compare REPORT…`. */
async function compareCommand(
  reports: readonly string[],
  { metric, json }: CompareOptions,
  console: Console,
): Promise<void> {
  const progress = new ProgressDisplay(console);
  try {
    const comparison = await compareReportFiles(reports, {
      ...(metric === undefined ? {} : { metrics: metric }),
      signal: console.signal,
      onProgress: progress.report,
    });
    progress.stop();
    if (json === true) console.out(JSON.stringify(comparison, null, 2));
    else showComparison(comparison, console);
  } finally {
    progress.stop();
  }
}

function showComparison(comparison: ReportComparison, console: Console): void {
  const { models, metrics, differences, notes } = comparison;
  for (const { what, found } of differences) {
    console.out(`not the same: ${what}: ${found.map(printable).join(' | ')}`);
  }
  if (differences.length > 0) console.out('');
  const rows = models.map(({ name, report, result }) => [
    name,
    report,
    ...metrics.map((metric) => {
      const value = result.metrics[metric];
      if (result.status === 'failed' || value === undefined) return 'failed';
      const all = models.flatMap((other) => other.result.metrics[metric] ?? []);
      const best = differences.length === 0 && value === bestValue(metric, all);
      return `${value.toFixed(4)}${best ? ' *' : '  '}`;
    }),
  ]);
  console.out(
    formatTable(['model', 'report', ...metrics.map((metric) => `${metric}  `)], rows, [0, 1]),
  );
  if (metrics.length === 0) console.out('The reports share no metric.');
  else if (differences.length === 0) console.out('*   the best of its column');
  for (const metric of new Set(comparison.comparisons.map((one) => one.metric))) {
    showTests(comparison, metric, console);
  }
  for (const note of notes) console.out(`note: ${printable(note)}`);
}

/** The best model against each other one. */
function showTests(
  { models, comparisons }: ReportComparison,
  metric: string,
  console: Console,
): void {
  const figures = models.flatMap(({ name, result }) => {
    const value = result.metrics[metric];
    return value === undefined ? [] : [{ name, value }];
  });
  const top = bestValue(
    metric,
    figures.map(({ value }) => value),
  );
  const best = figures.find(({ value }) => value === top)?.name ?? '';
  const rows = comparisons
    .filter((one) => one.metric === metric && one.test === 'permutation')
    .filter(({ a, b }) => a === best || b === best)
    .map((one) => {
      const sign = one.a === best ? 1 : -1;
      const ends = one.interval.map((end) => sign * end).sort((x, y) => x - y);
      const wilcoxon = comparisons.find(
        ({ a, b, metric: of, test }) =>
          a === one.a && b === one.b && of === metric && test === 'wilcoxon',
      );
      return [
        sign === 1 ? one.b : one.a,
        (sign * one.difference).toFixed(4),
        ends.map((end) => end.toFixed(4)).join(' to '),
        probability(one.adjustedPValue),
        wilcoxon === undefined ? '' : probability(wilcoxon.adjustedPValue),
        one.effectSize === undefined ? '' : (sign * one.effectSize).toFixed(2),
      ];
    });
  const [first] = comparisons.filter((one) => one.metric === metric);
  console.out(`\n${printable(best)} against the others on ${metric}:`);
  const head = [
    'model',
    'difference',
    '95 % interval',
    'p permutation',
    'p Wilcoxon',
    'effect size',
  ];
  console.out(formatTable(head, rows));
  console.out(
    `p-values after Holm's correction (${first?.family ?? ''}); intervals by bootstrap over users`,
  );
}

function probability(p: number): string {
  return p < 0.0001 ? '< 0.0001' : p.toFixed(4);
}

/** Adds `tensorec compare` to the program. */
export function registerCompare(program: Command, { console }: CommandContext): void {
  program
    .command('compare')
    .summary('put several reports side by side')
    .description(
      'Puts the models of several reports side by side. Where data and protocol are the same, it tests every two models over the users they share; otherwise it says what differs.',
    )
    .argument('<report...>', 'report.json files, or the folders that hold them')
    .addOption(new Option('--metric <name...>', 'metrics to test (default: the first they share)'))
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ tensorec compare before after
  $ tensorec compare before/report.json after/report.json --metric ndcg@20 recall@20
  $ tensorec compare runs/* --json > comparison.json`,
    )
    .action((reports: string[], options: CompareOptions) =>
      compareCommand(reports, options, console),
    );
}
