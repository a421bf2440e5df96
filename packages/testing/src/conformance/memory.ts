import {
  decodeArtifact,
  encodeArtifact,
  hasCapability,
  type CallOptions,
  type Model,
} from '@tensorec/core';
import { buildCsr, engineStatus, ready } from '@tensorec/kernels';
import { check, failure } from '../assert.js';
import { checkerboard } from '../known-data/index.js';
import { larger, requests } from './calls.js';
import { artifactReader } from './files.js';
import { recommender, rulesOf, withModel, type Rule } from './rule.js';

/** Promises of what a model takes beside the garbage-collected memory of JavaScript. */
export const memoryRules: readonly Rule[] = rulesOf('every model', [
  {
    name: "fit, requests and dispose leave the kernels' memory and threads as they were",
    async check(subject) {
      await ready();
      const before = takenNow();
      for (let repetition = 1; repetition <= 3; repetition++) {
        const model = await recommender(subject).fit(checkerboard().train);
        for (const [, call] of requests(model)) await call({});
        await explainOnce(model);
        model.dispose();
        sameAsBefore(before, `after fit, requests and dispose for the ${repetition}. time`);
      }
      const unused = await recommender(subject).fit(checkerboard().train);
      unused.dispose();
      await computeOnce(unused);
      sameAsBefore(before, 'by a model that computed after dispose');
    },
  },
  {
    name: "loading, requests and dispose leave the kernels' memory as it was",
    async check(subject) {
      await withModel(subject, checkerboard().train, async (model) => {
        const artifact = await encodeArtifact(model);
        const before = takenNow();
        const options = { models: [subject.descriptor] };
        const loaded = await decodeArtifact(artifactReader(artifact), options);
        for (const [, call] of requests(loaded as Model<string, string>)) await call({});
        loaded.dispose();
        sameAsBefore(before, 'after a loaded model was disposed');
      });
    },
  },
  {
    name: "calls that are aborted leave the kernels' memory as it was",
    async check(subject) {
      await ready();
      const { train } = larger();
      const before = takenNow();
      await abortAtOnce(async (options) => {
        const model: Model = await recommender(subject).fit(train, options);
        model.dispose();
      });
      sameAsBefore(before, 'after an aborted fit');
      await failure(async () => {
        const model = await recommender(subject).fit(train, { onEpoch: stop });
        model.dispose();
      });
      sameAsBefore(before, 'after a fit that onEpoch ended');
      await withModel(subject, train, async (model) => {
        for (const [, call] of requests(model)) await abortAtOnce(call);
      });
      sameAsBefore(before, 'after aborted requests and dispose');
    },
  },
]);

function stop(): never {
  throw new Error('enough');
}

interface Taken {
  readonly bytes: number;
  readonly threads: string;
}

function takenNow(): Taken {
  const status = engineStatus();
  return {
    bytes: status?.usedBytes ?? 0,
    threads: `${status?.threads ?? 0} threads and ${status?.workers ?? 0} workers`,
  };
}

/** Fewer bytes are no fault: what others forgot may have been collected meanwhile. */
function sameAsBefore(before: Taken, when: string): void {
  const now = takenNow();
  check(
    now.bytes <= before.bytes,
    `${now.bytes - before.bytes} bytes of the kernels' memory are still taken ${when}`,
  );
  check(now.threads === before.threads, `${now.threads} ${when}, ${before.threads} before`);
}

/** Calls what computes at once; a model may answer or refuse. */
async function computeOnce(model: Model): Promise<void> {
  const row = Int32Array.of(0);
  const out = new Float32Array(model.items.size);
  await failure(() => {
    model.scoreRows(row, out);
  });
  if (hasCapability(model, 'folds-in')) {
    const history = buildCsr(1, model.items.size, row, row);
    await failure(() => {
      model.scoreHistories(history, out);
    });
  }
  if (hasCapability(model, 'finds-similar')) {
    await failure(() => {
      model.similarRows(row, out);
    });
  }
}

async function explainOnce(model: Model<string, string>): Promise<void> {
  if (!hasCapability(model, 'explains')) return;
  await model.explain({ user: model.users.id(0), item: model.items.id(1) });
}

/** Aborts a call at its first report of progress. */
async function abortAtOnce(call: (options: CallOptions) => Promise<unknown>): Promise<void> {
  const controller = new AbortController();
  await failure(() =>
    call({
      signal: controller.signal,
      onProgress: () => {
        controller.abort();
      },
    }),
  );
}
