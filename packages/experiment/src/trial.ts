/** One point that was tried for a model. */
export interface Trial {
  /** The model by its name in the report: `als`, `als-2`. */
  readonly model: string;
  /** From 0, which has the parameters of the file, else the defaults. */
  readonly trial: number;
  /** Parameters that the file gives or that were drawn; the others have their defaults. */
  readonly params: Readonly<Record<string, unknown>>;
  /** `stopped`: it took longer than a trial may. */
  readonly status: 'ok' | 'failed' | 'stopped';
  /** Why it failed or was stopped. */
  readonly error?: string | undefined;
  /** Figures on the validation part. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly fitSeconds: number;
  readonly evaluateSeconds: number;
}

/** Keeps trials where they outlive the process. */
export interface TrialStore {
  /** The trials that were kept before. */
  readonly trials: readonly Trial[];
  add(trial: Trial): Promise<void>;
}
