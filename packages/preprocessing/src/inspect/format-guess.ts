import type { TestSpec } from '../read/specification.js';

/** Another way to read a file, less likely than the one guessed. */
export interface GuessAlternative {
  readonly spec: TestSpec;
  /** When it is the right one, in words. */
  readonly when: string;
}

/** How a file seems to be laid out. */
export interface FormatGuess {
  /** How to read it. */
  readonly spec: TestSpec;
  /** `test` where lines of this kind come only in a test or validation part. */
  readonly part: 'whole' | 'test';
  /** How sure that is, 0 to 1: above 0.8 hardly anything else fits, below 0.5 look at the data. */
  readonly confidence: number;
  /** What speaks for it, a sentence each. */
  readonly reasons: readonly string[];
  /** What else it could be, the likeliest first. */
  readonly alternatives: readonly GuessAlternative[];
  /** What the file lacks or what cannot be read, a sentence each. */
  readonly missing: readonly string[];
  /** What values mean; undefined where there are none. */
  readonly values: 'ratings' | 'counts' | 'constant' | undefined;
  /** What tells the order of time: timestamps, the order of lines or items, or nothing for sure. */
  readonly order: 'timestamps' | 'lines' | 'unknown';
  /** Whether the users are people, or sessions that never come back. */
  readonly users: 'users' | 'sessions';
}
