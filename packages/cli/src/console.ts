/** Where a command writes, and what it may learn of its surroundings. */
export interface Console {
  /** Results: tables or JSON. */
  out(text: string): void;
  /** Resolves when what was written is on its way, where results may be long and their reader slow. */
  outReady?(): Promise<void>;
  /** Progress, warnings, errors. */
  error(text: string): void;
  /** Standard input, where there is one. */
  readonly input?: AsyncIterable<Uint8Array> | undefined;
  /** Whether standard error is a terminal that a progress bar can be drawn on. */
  readonly isTerminal: boolean;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** What a command works with. */
export interface CommandContext {
  readonly console: Console;
  /** Sets what the process ends with, where a command finishes without an error and yet something failed. */
  readonly setExitCode: (code: number) => void;
}
