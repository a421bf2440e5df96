/** Where a command writes, and what it may learn of its surroundings. */
export interface Console {
  /** Results: tables or JSON. */
  out(text: string): void;
  /** Progress, warnings, errors. */
  error(text: string): void;
  /** Whether standard error is a terminal that a progress bar can be drawn on. */
  readonly isTerminal: boolean;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}
