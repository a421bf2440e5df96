import type { Progress } from '@tensorec/core';
import { Presets, SingleBar } from 'cli-progress';
import type { Console } from './console.js';

/** Milliseconds between two lines of progress where no bar can be drawn. */
const lineInterval = 5000;

/** Shows progress on standard error: a bar with an ETA on a terminal, else a line every five seconds. */
export class ProgressDisplay {
  readonly #console: Console;
  #bar: SingleBar | undefined;
  #stage = '';
  #stageStart = 0;
  #lastLine = 0;

  constructor(console: Console) {
    this.#console = console;
  }

  /** Handed to `onProgress`. */
  readonly report = ({ stage, fraction }: Progress): void => {
    const now = performance.now();
    if (stage !== this.#stage) {
      this.stop();
      this.#stage = stage;
      this.#stageStart = now;
      this.#lastLine = now;
      if (this.#console.isTerminal) this.#bar = startBar(stage);
    }
    this.#bar?.update(Math.round(fraction * 1000));
    if (this.#bar === undefined && now - this.#lastLine > lineInterval) {
      this.#lastLine = now;
      const remaining = ((now - this.#stageStart) / Math.max(fraction, 0.001)) * (1 - fraction);
      this.#console.error(
        `${stage}: ${(100 * fraction).toFixed(0)} %, about ${Math.ceil(remaining / 1000)} s left`,
      );
    }
  };

  /** Removes the bar. */
  stop(): void {
    this.#bar?.stop();
    this.#bar = undefined;
    this.#stage = '';
  }
}

function startBar(stage: string): SingleBar {
  const bar = new SingleBar(
    {
      stream: process.stderr,
      format: '{stage} [{bar}] {percentage} % | {eta_formatted} left',
      clearOnComplete: true,
      hideCursor: true,
      barsize: 24,
      etaBuffer: 50,
      gracefulExit: false,
    },
    Presets.rect,
  );
  bar.start(1000, 0, { stage });
  return bar;
}
