import { gapMetrics, rankingMetrics } from '@tensorec/metrics';
import type { MetricOfKind, RequestedMetrics } from './requested-metrics.js';

/** Collects the ranking metrics of users list by list. */
export class MetricTable {
  /** The cuts across which a tie counts, ascending. */
  readonly tieCuts: readonly number[];
  /** The greatest cut: no list need be longer. */
  readonly longest: number;
  readonly #requested: RequestedMetrics;
  readonly #metrics: readonly Pick<MetricOfKind<'ranking'>, 'name' | 'k'>[];
  readonly #values: readonly Float64Array[];
  readonly #lists: Int32Array;
  readonly #tied: Uint8Array;

  constructor(requested: RequestedMetrics, users: number) {
    this.#requested = requested;
    this.tieCuts = requested.tieCuts;
    this.longest = Math.max(...requested.cuts);
    this.#metrics = [
      ...requested.ranking,
      ...requested.gaps.map(({ name, k }) => ({ name: gapMetrics[name].of, k })),
    ].filter(
      ({ name, k }, position, all) =>
        all.findIndex((other) => other.name === name && other.k === k) === position,
    );
    this.#values = this.#metrics.map(() => new Float64Array(users));
    this.#lists = new Int32Array(users);
    this.#tied = new Uint8Array(users);
  }

  /**
   * Adds a list of the user at a position.
   *
   * @param flags - 1 where the item at that rank is relevant, in the order of the list, which may end before `longest`
   * @param relevant - how many items are relevant, at least 1
   * @param tied - whether equal scores stand on both sides of a cut
   */
  record(position: number, flags: Uint8Array, relevant: number, tied: boolean): void {
    this.#metrics.forEach(({ name, k }, metric) => {
      this.#values[metric]![position]! += rankingMetrics[name].compute(k, flags, relevant);
    });
    this.#lists[position]!++;
    if (tied) this.#tied[position] = 1;
  }

  /** Share of the users with a tied list. */
  tieShare(): number {
    return this.#tied.reduce((count, tied) => count + tied, 0) / this.#tied.length;
  }

  /** For each metric the mean over the lists of each user; 0 for users without a list, as for an empty one. */
  values(): Map<string, Float64Array> {
    return new Map(
      this.#requested.ranking.map(({ label, name, k }) => [label, this.#valuesOf(name, k)]),
    );
  }

  /** The gaps between groups of users; `groups` says the group of the user at each position, −1 for none. */
  gaps(groups: Int32Array): Map<string, number> {
    return new Map(
      this.#requested.gaps.map(({ label, name, k }) => {
        const { of, compute } = gapMetrics[name];
        return [label, compute(this.#valuesOf(of, k), groups)];
      }),
    );
  }

  #valuesOf(name: MetricOfKind<'ranking'>['name'], k: number): Float64Array {
    const metric = this.#metrics.findIndex((other) => other.name === name && other.k === k);
    return this.#values[metric]!.map((sum, position) => sum / Math.max(1, this.#lists[position]!));
  }
}
