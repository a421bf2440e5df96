import type { Report } from './report.js';

/** Something of data or protocol that is not the same in all reports. */
export interface ReportDifference {
  readonly what: string;
  /** One a report, in their order. */
  readonly found: readonly string[];
}

/** Methods that draw, so that another seed gives another test part. */
const drawn = ['random', 'leave-one-out', 'k-fold'];

const aspects: readonly (readonly [what: string, of: (report: Report) => string])[] = [
  ['data', ({ data }) => data.fingerprint],
  ['users', ({ data }) => String(data.users)],
  ['items', ({ data }) => String(data.items)],
  ['interactions', ({ data }) => String(data.interactions)],
  ['filters', ({ protocol }) => protocol.filters],
  ['split', ({ protocol }) => protocol.split],
  ['seed of the split', seedOfSplit],
  ['task', ({ experiment }) => experiment.evaluation.task],
  ['evaluated part', ({ experiment }) => experiment.evaluation.on],
  ['candidates', ({ protocol }) => protocol.candidates],
  ['excluded items', ({ protocol }) => protocol.excludeSeen],
  ['history', ({ protocol }) => protocol.history],
  ['evaluated users', ({ experiment }) => JSON.stringify(experiment.evaluation.users)],
  ['test users', ({ protocol }) => String(protocol.testUsers)],
];

/** What differs in the data and the protocol of some reports. */
export function reportDifferences(
  inputs: readonly { readonly report: Report }[],
): readonly ReportDifference[] {
  return aspects.flatMap(([what, of]) => {
    const found = inputs.map(({ report }) => of(report));
    return new Set(found).size > 1 ? [{ what, found }] : [];
  });
}

function seedOfSplit({ experiment: { split, seed } }: Report): string {
  return split !== undefined && drawn.includes(split.method) ? String(seed) : 'none';
}
