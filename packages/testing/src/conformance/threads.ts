import { engineStatus, ready } from '@tensorec/kernels';
import { everyAnswer, sameAnswers, type Answers } from './answers.js';
import { larger } from './calls.js';
import { rulesOf, withModel, type Rule, type Subject } from './rule.js';

/** That how many threads compute changes nothing but the time it takes. */
export const threadRules: readonly Rule[] = rulesOf('every model', [
  {
    name: 'the same bits for 1, 2 and 3 threads',
    async check(subject) {
      await ready();
      const before = engineStatus()?.threads;
      try {
        const expected = await answersOn(1, subject);
        for (const threads of [2, 3]) {
          const found = await answersOn(threads, subject);
          if (found === undefined) return;
          sameAnswers(found, expected!, `on ${threads} threads instead of 1`);
        }
      } finally {
        await ready({ threads: before });
      }
    },
  },
]);

/** What a model says that is fitted and asked on so many threads; nothing where the host does not allow as many. */
async function answersOn(threads: number, subject: Subject): Promise<Answers | undefined> {
  await ready({ threads });
  const status = engineStatus();
  if (status?.threads !== threads) {
    // eslint-disable-next-line no-console -- a check that cannot be made says so
    console.warn(
      `${subject.descriptor.name}: not checked on ${threads} threads. ${status?.limitation ?? ''}`,
    );
    return undefined;
  }
  return withModel(subject, larger().train, everyAnswer);
}
