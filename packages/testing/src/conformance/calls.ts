import { hasCapability, type CallOptions, type Model, type Progress } from '@tensorec/core';
import { check, failure, refused } from '../assert.js';
import { checkerboard } from '../known-data/index.js';
import { recommender, rulesOf, withModel, type Rule } from './rule.js';

/** Promises of long calls and of the end of a model. */
export const callRules: readonly Rule[] = rulesOf('every model', [
  {
    name: 'a call with an aborted signal rejects with its reason',
    async check(subject) {
      const { train } = checkerboard();
      const reason = new Error('aborted before the call');
      const signal = AbortSignal.abort(reason);
      const rejects = async (what: string, call: () => unknown): Promise<void> => {
        const failed = await failure(call);
        check(failed?.thrown === reason, `${what} does not reject with the signal's reason`);
      };
      await rejects('fit', () => recommender(subject).fit(train, { signal }));
      await withModel(subject, train, async (model) => {
        for (const [what, call] of requests(model)) await rejects(what, () => call({ signal }));
      });
    },
  },
  {
    name: 'an abort during fit rejects with its reason and ends the work',
    async check(subject) {
      const { train } = larger();
      await abortsInBetween('fit', (options) => recommender(subject).fit(train, options));
    },
  },
  {
    name: 'an abort during a request rejects with its reason and ends the work',
    async check(subject) {
      await withModel(subject, larger().train, async (model) => {
        for (const [what, call] of requests(model)) await abortsInBetween(what, call);
      });
    },
  },
  {
    name: 'progress rises from 0 to 1',
    async check(subject) {
      await reportsProgress('fit', async (options) => {
        await withModel(subject, larger().train, () => undefined, options);
      });
      await withModel(subject, larger().train, async (model) => {
        for (const [what, call] of requests(model)) await reportsProgress(what, call);
      });
    },
  },
  {
    name: 'a disposed model refuses every request, and may be disposed again',
    async check(subject) {
      const model = await recommender(subject).fit(checkerboard().train);
      const calls = requests(model);
      model.dispose();
      model.dispose();
      model[Symbol.dispose]();
      for (const [what, call] of calls) {
        await refused(() => call({}), 'invalid-argument', `${what} after dispose`);
      }
      if (hasCapability(model, 'explains')) {
        const request = { user: model.users.id(0), item: model.items.id(0) };
        await refused(() => model.explain(request), 'invalid-argument', 'explain after dispose');
      }
    },
  },
]);

type Request = (options: CallOptions) => Promise<unknown>;

/** Enough data for most models to work longer than one slice. */
export function larger(): ReturnType<typeof checkerboard> {
  return checkerboard({ users: 200, items: 100 });
}

/** The requests that a model answers asynchronously, for all its users or items. */
export function requests(model: Model<string, string>): readonly (readonly [string, Request])[] {
  const users = [...model.users];
  const items = [...model.items];
  const pairs = { users, items: users.map((_, n) => items[n % items.length]!) };
  const calls: (readonly [string, Request])[] = [
    ['recommend', (options) => model.recommend({ users, ...options })],
    ['score', (options) => model.score({ ...pairs, ...options })],
  ];
  if (hasCapability(model, 'folds-in')) {
    const histories = users.map((_, n) => [
      items[n % items.length]!,
      items[(n + 2) % items.length]!,
    ]);
    calls.push([
      'recommend for histories',
      (options) => model.recommend({ histories, ...options }),
    ]);
  }
  if (hasCapability(model, 'finds-similar')) {
    calls.push(['similar', (options) => model.similar({ items, ...options })]);
  }
  if (hasCapability(model, 'rates-items')) {
    calls.push(['rate', (options) => model.rate({ ...pairs, ...options })]);
  }
  return calls;
}

/** A call aborted at its first report must end there, unless that report says that all is done. */
async function abortsInBetween(what: string, call: Request): Promise<void> {
  const controller = new AbortController();
  const reason = new Error('aborted in between');
  const reports: Progress[] = [];
  const failed = await failure(() =>
    call({
      signal: controller.signal,
      onProgress: (progress) => {
        reports.push(progress);
        controller.abort(reason);
      },
    }),
  );
  if (failed !== undefined) {
    check(
      failed.thrown === reason,
      `${what}, aborted, rejects with something else than the reason`,
    );
  }
  const [first] = reports;
  if (first === undefined || first.fraction >= 1) return;
  check(failed !== undefined, `${what} was aborted at ${first.fraction}, yet it resolves`);
  check(reports.length === 1, `${what} goes on for ${reports.length - 1} reports after the abort`);
}

async function reportsProgress(what: string, call: Request): Promise<void> {
  const reports: Progress[] = [];
  await call({ onProgress: (progress) => reports.push(progress) });
  let before = 0;
  for (const { stage, fraction } of reports) {
    check(stage.trim() !== '', `${what} reports a stage without a name`);
    check(fraction >= 0 && fraction <= 1, `${what} reports the fraction ${fraction}`);
    check(fraction >= before, `${what} reports ${fraction} after ${before}`);
    before = fraction;
  }
  check(before === 1, `the last report of ${what} is ${before}, expected 1`);
}
