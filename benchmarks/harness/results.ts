import { jobs, type Job, type Row } from './jobs.js';
import type { Measurement } from './measure.js';
import type { PeerFigure } from './peer-scripts.js';
import type { StoredJob } from './store.js';

/** What a ratio means. */
type Verdict = 'goal met' | 'above the floor' | 'BELOW THE FLOOR' | 'no peer' | 'RESULTS DIFFER';

/** A row with what was found for it. */
export interface RowResult {
  readonly row: Row;
  readonly ours: Measurement;
  /** All figures of peers for the same work, the fastest first. */
  readonly peers: readonly PeerFigure[];
  /** Seconds of the fastest peer / ours; above 1 we are faster. NaN without a peer. */
  readonly ratio: number;
  readonly verdict: Verdict;
}

/** The rows of a job for which we have a figure. */
export function rowResults(job: Job, { ours, peers }: StoredJob): readonly RowResult[] {
  return job.rows.flatMap((row) => {
    const own = ours.find(({ name }) => name === row.name);
    if (own === undefined) return [];
    const theirs = peers
      .flatMap(({ figures }) => figures)
      .filter(({ name }) => name === row.name)
      .toSorted((a, b) => a.min - b.min);
    const ratio = (theirs[0]?.min ?? NaN) / own.min;
    const verdict = disagree(row, own, theirs) ? 'RESULTS DIFFER' : judge(row, ratio);
    return [{ row, ours: own, peers: theirs, ratio, verdict }];
  });
}

function judge({ goal, floor }: Row, ratio: number): Verdict {
  if (Number.isNaN(ratio)) return 'no peer';
  if (ratio >= goal) return 'goal met';
  return ratio >= floor ? 'above the floor' : 'BELOW THE FLOOR';
}

/** Whether a peer has figures of quality that should be ours and are not. */
function disagree(
  { agreesWithin }: Row,
  { quality }: Measurement,
  peers: readonly PeerFigure[],
): boolean {
  if (agreesWithin === undefined) return false;
  return peers.some((peer) =>
    Object.entries(peer.quality).some(
      ([name, value]) => Math.abs((quality[name] ?? NaN) - value) > agreesWithin,
    ),
  );
}

/** A row as one line for a terminal. */
export function showRow({ row, ours, peers, ratio, verdict }: RowResult): string {
  const fastest = peers[0];
  const against =
    fastest === undefined
      ? ''
      : `; ${fastest.peer} ${showSeconds(fastest.min)}; ratio ${ratio.toFixed(2)}`;
  return `${row.row} ${row.work}: ${showSeconds(ours.min)}${against} (goal ${row.goal}, floor ${row.floor}): ${verdict}`;
}

/** The page of all stored results. */
export function resultsPage(stored: readonly StoredJob[]): string {
  const found = jobs.flatMap((job) => {
    const result = stored.find(({ job: name }) => name === job.name);
    return result === undefined ? [] : [{ job, result, rows: rowResults(job, result) }];
  });
  const missing = jobs.filter(({ name }) => !found.some(({ job }) => job.name === name));
  return [
    '# Speed, ours and others',
    '',
    'Written by `npm run compare` from [results/speed.json](results/speed.json); how to run it: [README.md](README.md).',
    'A ratio is the seconds of the fastest peer / ours, both the fastest of several runs: above 1 we are faster. Ours and the peers ran',
    'one after the other in the same minutes with the same number of threads. Our first run, in which WebAssembly is not',
    'yet compiled to its best, is not among the runs of the fastest and the median; it stands under "first".',
    'Peers run at their best: variables that choose matrix kernels for another processor (OPENBLAS_CORETYPE,',
    'OPENBLAS_L2_SIZE) are taken out of their environment, and the kernels that ran stand with each of them. A load average',
    'well above the number of threads means that others used the machine: then the ratio is a hint, and the times are not ours.',
    '',
    '| row | work | ours | fastest peer | its time | ratio | goal | floor | |',
    '|---|---|--:|---|--:|--:|--:|--:|---|',
    ...found
      .flatMap(({ rows }) => rows)
      .toSorted((a, b) => rowNumber(a) - rowNumber(b))
      .map(summaryLine),
    '',
    ...missing.map(({ name }) => `Not measured yet: ${name}.\n`),
    ...found.flatMap(({ job, result, rows }) => jobSection(job, result, rows)),
  ].join('\n');
}

function rowNumber({ row }: RowResult): number {
  return Number(row.row.slice(1));
}

function summaryLine({ row, ours, peers, ratio, verdict }: RowResult): string {
  const [fastest] = peers;
  const cells = [
    row.row,
    row.work,
    showSeconds(ours.min),
    fastest?.peer ?? '–',
    fastest === undefined ? '–' : showSeconds(fastest.min),
    Number.isNaN(ratio) ? '–' : ratio.toFixed(2),
    row.goal,
    row.floor,
    verdict,
  ];
  return `| ${cells.join(' | ')} |`;
}

function jobSection(job: Job, result: StoredJob, rows: readonly RowResult[]): readonly string[] {
  const { date, commit, machine, threads, command, ours, peers } = result;
  return [
    `## ${job.name}`,
    '',
    `${date}, commit ${commit.slice(0, 10)}, ${machine}, ${threads} threads, load average ${Math.max(...ours.map(({ load }) => load)).toFixed(1)}. Ours: \`${command}\`.`,
    ...peers.map(
      (peer) =>
        `Peer: \`${peer.command}\`${peer.environment === '' ? '' : ` (${peer.environment})`}.${peer.note === undefined ? '' : ` ${peer.note}`}`,
    ),
    '',
    '| measurement | by | fastest | median | first | runs | quality | reached |',
    '|---|---|--:|--:|--:|--:|---|---|',
    ...ours.map((own) =>
      tableLine([
        own.name,
        '**ours**',
        showSeconds(own.min),
        showSeconds(own.median),
        showSeconds(own.first),
        own.runs,
        showNumbers(own.quality),
        showNumbers(own.detail),
      ]),
    ),
    ...peers
      .flatMap(({ figures }) => figures)
      .map((figure) =>
        tableLine([
          figure.name,
          figure.peer,
          showSeconds(figure.min),
          showSeconds(figure.median),
          '',
          '',
          showNumbers(figure.quality),
          '',
        ]),
      ),
    '',
    ...rows
      .filter(({ row }) => row.qualityOf !== undefined)
      .map(({ row }) => `Quality of \`${row.name}\`: see \`${row.qualityOf ?? ''}\`.\n`),
    ...rows
      .filter(({ row, verdict }) => row.explanation !== undefined && verdict !== 'goal met')
      .map(({ row }) => `${row.row}, ${row.work}: ${row.explanation ?? ''}\n`),
  ];
}

function tableLine(cells: readonly (string | number)[]): string {
  return `| ${cells.join(' | ')} |`;
}

function showNumbers(numbers: Readonly<Record<string, number>>): string {
  return Object.entries(numbers)
    .map(([name, value]) => `${name} ${Number(value.toPrecision(5))}`)
    .join(', ');
}

function showSeconds(seconds: number): string {
  return seconds < 0.1
    ? `${Number((seconds * 1000).toPrecision(3))} ms`
    : `${Number(seconds.toPrecision(3))} s`;
}
