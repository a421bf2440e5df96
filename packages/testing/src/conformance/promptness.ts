import type { CallOptions } from '@tensorec/core';
import { check, failure } from '../assert.js';
import { checkerboard, type Checkerboard } from '../known-data/index.js';
import { requests } from './calls.js';
import { recommender, rulesOf, withModel, type Rule } from './rule.js';

/** Longest time, in milliseconds, that a call may keep the event loop, or an abort, waiting. */
const limit = 200;

/**
 * How often a measurement is taken before it counts as too long. A step that takes too long does so each time; a machine
 * with other work to do stops a process for so long now and then, so the best of the measurements is the one to go by.
 */
const tries = 5;

/** When calls are aborted, as shares of the time that they take. */
const moments = [0.1, 0.4, 0.8];

/** That long calls share the thread they run on. */
export const promptnessRules: readonly Rule[] = rulesOf('every model', [
  {
    name: `fit leaves the event loop a turn at least every ${limit} ms, and heeds an abort as soon`,
    async check(subject) {
      const { train } = largest();
      await isPrompt('fit', async (options) => {
        const model = await recommender(subject).fit(train, options);
        model.dispose();
      });
    },
  },
  {
    name: `requests leave the event loop a turn at least every ${limit} ms, and heed an abort as soon`,
    async check(subject) {
      await withModel(subject, largest().train, async (model) => {
        for (const [what, call] of requests(model)) await isPrompt(what, call);
      });
    },
  },
]);

type Call = (options: CallOptions) => Promise<unknown>;

let made: Checkerboard | undefined;

/** Enough data for many slices of work; made once. */
function largest(): Checkerboard {
  return (made ??= checkerboard({ users: 1500, items: 120 }));
}

async function isPrompt(what: string, call: Call): Promise<void> {
  const { longest, duration } = await best(
    () => watched(call),
    (one) => one.longest,
  );
  check(
    longest <= limit,
    `${what} keeps the event loop for ${Math.round(longest)} ms, expected ${limit} ms at most`,
  );
  for (const moment of moments) {
    const after = moment * duration;
    const latency = await best(
      () => aborted(call, after),
      (one) => one,
    );
    check(
      latency <= limit,
      `${what}, aborted after ${Math.round(after)} ms, goes on for ${Math.round(latency)} ms, expected ${limit} ms at most`,
    );
  }
}

/** The first result within the limit, or the least of several. */
async function best<Result>(
  measure: () => Promise<Result>,
  milliseconds: (result: Result) => number,
): Promise<Result> {
  let least = await measure();
  for (let n = 1; n < tries && milliseconds(least) > limit; n++) {
    const next = await measure();
    if (milliseconds(next) < milliseconds(least)) least = next;
  }
  return least;
}

interface Watched {
  /** The longest time between two turns of the event loop, in milliseconds. */
  readonly longest: number;
  /** The time of the whole call, in milliseconds. */
  readonly duration: number;
}

/** Runs a call beside a timer that wants to run all the time. */
async function watched(call: Call): Promise<Watched> {
  const start = performance.now();
  let [before, longest, running] = [start, 0, true];
  const turn = (): void => {
    const now = performance.now();
    longest = Math.max(longest, now - before);
    before = now;
    if (running) setTimeout(turn, 0);
  };
  setTimeout(turn, 0);
  try {
    await call({});
  } finally {
    running = false;
  }
  turn();
  return { longest, duration: before - start };
}

/**
 * Aborts a call and gives the milliseconds from the moment at which the abort was due until the call rejected; 0 where it
 * was done before. Whoever aborts waits for the event loop too, so the time counts from when the abort was due.
 */
async function aborted(call: Call, after: number): Promise<number> {
  const controller = new AbortController();
  const reason = new Error('aborted in between');
  const due = performance.now() + after;
  const timer = setTimeout(() => {
    controller.abort(reason);
  }, after);
  const failed = await failure(() => call({ signal: controller.signal }));
  clearTimeout(timer);
  if (failed === undefined) return 0;
  check(failed.thrown === reason, 'an aborted call rejects with something else than the reason');
  return Math.max(0, performance.now() - due);
}
