import { expect, it } from 'vitest';
import { conformanceCases } from '../../src/index.js';
import { flawed, type KnownFlaw } from './flaws.js';

/** One test a flaw: exactly the cases that are meant to find it do. */
export function testFlaws(flaws: Readonly<Record<string, KnownFlaw>>): void {
  for (const [what, flaw] of Object.entries(flaws)) {
    it(`finds ${what}`, async () => {
      const failing: string[] = [];
      for (const { name, run } of conformanceCases(flawed(flaw))) {
        await run().catch(() => failing.push(name));
      }
      expect(failing).toEqual(flaw.foundBy);
    });
  }
}
