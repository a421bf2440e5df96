import type { Steps } from '@tensorec/kernels';
import { listMetrics, type ListMetricName } from '@tensorec/metrics';
import type { ListFacts } from './list-facts.js';
import { ListPairs } from './list-pairs.js';
import type { RankedUser } from './rank-all.js';
import type { MetricOfKind } from './requested-metrics.js';

/** What a metric of one user's list is told. */
type OneList = Pick<RankedUser, 'user' | 'items' | 'flags'>;

/** The value of one user's list cut at k. */
type OfUser = (k: number, list: OneList) => number;

const nothing = { items: new Int32Array(0), flags: new Uint8Array(0) };

/** Collects the metrics of the items in lists, whatever is relevant. */
export class ListTable {
  readonly #metrics: readonly MetricOfKind<'list'>[];
  readonly #facts: ListFacts;
  readonly #users: Int32Array;
  readonly #listed: Uint8Array;
  /** Values of users by label. */
  readonly #values = new Map<string, Float64Array>();
  /** Mean popularity of lists, and of the histories of their users, by cut. */
  readonly #popularity = new Map<number, { lists: number[]; histories: number[] }>();
  /** Places that each of the model's items got, by cut. */
  readonly #places = new Map<number, Int32Array>();
  readonly #ofUser: readonly (OfUser | undefined)[];
  /** Lists whose diversity is found for all of them together. */
  readonly #pairs: ListPairs | undefined;

  /** @param users - rows of the test part's users, in the order of their positions */
  constructor(metrics: readonly MetricOfKind<'list'>[], facts: ListFacts, users: Int32Array) {
    this.#metrics = metrics;
    this.#facts = facts;
    this.#users = users;
    this.#listed = new Uint8Array(users.length);
    this.#pairs = collectPairs(metrics, facts, users.length);
    this.#ofUser = metrics.map(({ name }) =>
      name === 'diversity' && this.#pairs !== undefined ? undefined : valueOfUser(name, facts),
    );
    for (const { name, k, label } of metrics) {
      if (listMetrics[name].perUser) this.#values.set(label, new Float64Array(users.length));
      else if (name === 'popularity-bias') this.#popularity.set(k, { lists: [], histories: [] });
      else this.#places.set(k, new Int32Array(facts.itemUsers.length));
    }
  }

  /** Adds the list of a user. */
  record(ranked: RankedUser): void {
    this.#recordValues(ranked.position, ranked);
    this.#pairs?.record(ranked.position, ranked.items);
    this.#listed[ranked.position] = 1;
    for (const [k, places] of this.#places) {
      for (const item of ranked.items.subarray(0, k)) places[item]!++;
    }
    for (const [k, popularity] of this.#popularity) {
      const history = this.#facts.profileOf(ranked.user);
      if (ranked.items.length === 0 || history.length === 0) continue;
      popularity.lists.push(this.#meanPopularity(k, ranked.items));
      popularity.histories.push(this.#meanPopularity(history.length, history));
    }
  }

  /**
   * Figures and values of users by label, when all lists are recorded. Users whom the model does not answer have an
   * empty list.
   */
  *results(): Steps<{
    readonly figures: ReadonlyMap<string, number>;
    readonly values: ReadonlyMap<string, Float64Array>;
  }> {
    if (this.#pairs !== undefined) {
      const diversities = yield* this.#pairs.diversities();
      for (const { name, k, label } of this.#metrics) {
        if (name === 'diversity') this.#values.set(label, diversities.get(k)!);
      }
    }
    this.#listed.forEach((listed, position) => {
      if (listed === 0) this.#recordValues(position, { user: this.#users[position]!, ...nothing });
    });
    const figures = new Map(
      this.#metrics.flatMap((metric) => {
        const figure = this.#figure(metric);
        return figure === undefined ? [] : [[metric.label, figure]];
      }),
    );
    return { figures, values: this.#values };
  }

  #recordValues(position: number, list: OneList): void {
    this.#metrics.forEach(({ label, k }, metric) => {
      const value = this.#ofUser[metric]?.(k, list);
      if (value !== undefined) this.#values.get(label)![position] = value;
    });
  }

  #meanPopularity(k: number, items: RankedUser['items']): number {
    return listMetrics['average-popularity'].compute(k, items, this.#facts.itemUsers);
  }

  #figure({ name, k }: MetricOfKind<'list'>): number | undefined {
    if (name === 'popularity-bias') {
      const { lists, histories } = this.#popularity.get(k)!;
      return lists.length === 0 ? 0 : listMetrics[name].compute(lists, histories);
    }
    if (name !== 'item-coverage' && name !== 'gini' && name !== 'entropy') return undefined;
    const places = this.#places.get(k)!;
    const { catalogue } = this.#facts;
    return listMetrics[name].compute(catalogue.map((item) => places[item]!));
  }
}

/** What finds the diversity by training users of all lists together, where it is asked for and they can be kept. */
function collectPairs(
  metrics: readonly MetricOfKind<'list'>[],
  facts: ListFacts,
  users: number,
): ListPairs | undefined {
  const cuts = metrics.flatMap(({ name, k }) => (name === 'diversity' ? k : []));
  if (cuts.length === 0 || facts.categories !== undefined) return undefined;
  const { histories, owners } = facts;
  return ListPairs.fits(cuts, owners.rows, users)
    ? new ListPairs(histories, owners, cuts, users)
    : undefined;
}

/** The function of a metric that is a mean over users. */
function valueOfUser(name: ListMetricName, facts: ListFacts): OfUser | undefined {
  switch (name) {
    case 'user-coverage':
      return (k, { items }) => listMetrics[name].compute(k, items);
    case 'novelty':
      return (k, { items }) => listMetrics[name].compute(k, items, facts.itemUsers, facts.users);
    case 'average-popularity':
      return (k, { items }) => listMetrics[name].compute(k, items, facts.itemUsers);
    case 'tail-share':
      return (k, { items }) => listMetrics[name].compute(k, items, facts.tail);
    case 'diversity': {
      const sets = facts.categories?.sets ?? facts.owners;
      return (k, { items }) => listMetrics[name].compute(k, items, sets);
    }
    case 'serendipity':
      return (k, { items, flags }) =>
        listMetrics[name].compute(k, items, flags, facts.ranks, facts.catalogue.length);
    case 'calibration': {
      const sets = facts.categories!.sets;
      return (k, { user, items }) =>
        listMetrics[name].compute(k, items, facts.profileOf(user), sets);
    }
    case 'item-coverage':
    case 'gini':
    case 'entropy':
    case 'popularity-bias':
      return undefined;
  }
}
