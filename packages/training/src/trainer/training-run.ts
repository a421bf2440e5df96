import type { TrainingEpoch } from '@tensorec/core';
import { requireArgument, TensorecError, type Random } from '@tensorec/kernels';
import type { Batches } from '../batches/batches.js';
import { prefixed, type Identity } from '../identity.js';
import { epochStream } from '../streams.js';
import type { TrainingState } from './checkpoint.js';
import { Checkpoints } from './checkpoints.js';
import { EventLoop } from './event-loop.js';
import type { Position } from './events.js';
import { lossError, requireFinite, type Place } from './finite.js';
import { LossLog } from './loss-log.js';
import type { StopReason, TrainOptions, TrainingResult } from './options.js';
import type { StepResult, TrainingStep } from './training-step.js';
import { Watch } from './validation.js';

/** One call of `train`. */
export class TrainingRun<Batch> {
  readonly #step: TrainingStep<Batch>;
  readonly #batches: Batches<Batch>;
  readonly #options: TrainOptions;
  readonly #identity: Identity;
  readonly #watch: Watch | undefined;
  readonly #checkpoints: Checkpoints | undefined;
  readonly #losses: LossLog;
  readonly #loop: EventLoop;

  #epoch = 1;
  #batch = 0;
  #updates = 0;
  #lossSum = 0;
  #history: TrainingEpoch[] = [];
  /** Seconds before this call. */
  #earlierSeconds = 0;
  /** Fraction that was done before this call. */
  #earlierFraction = 0;
  readonly #start = performance.now();

  constructor(step: TrainingStep<Batch>, batches: Batches<Batch>, options: TrainOptions) {
    this.#step = step;
    this.#batches = batches;
    this.#options = options;
    this.#watch = options.validation && new Watch(options.validation);
    // Without anything to compare it with, the fingerprint of the data is not computed.
    const { checkpoints, log } = options;
    this.#identity = (checkpoints ?? log) === undefined ? {} : this.#identify();
    this.#checkpoints = checkpoints && new Checkpoints(checkpoints, this.#identity);
    this.#losses = new LossLog(log, batches.batchesPerEpoch);
    this.#loop = new EventLoop(options.signal, () => {
      this.#reportProgress();
    });
  }

  async run(): Promise<TrainingResult> {
    const resumed = await this.#resume();
    let stopped = this.#stopReason();
    while (stopped === undefined) {
      await this.#runEpoch();
      stopped = this.#stopReason();
    }
    if (this.#checkpoints?.isWritten(this.#position()) === false) await this.#writeCheckpoint();
    return this.#end(stopped, resumed);
  }

  /** Tells the log why training failed; where the log fails as well, the first failure counts. */
  async tellFailure(message: string): Promise<void> {
    const { log } = this.#options;
    try {
      await log?.write({ type: 'failure', message, ...this.#position(), seconds: this.#seconds() });
    } catch {
      return;
    }
  }

  /** Goes on from the checkpoint, if there is one. */
  async #resume(): Promise<boolean> {
    const { log, epochs, onEpoch } = this.#options;
    const state = await this.#checkpoints?.read({
      parameters: await this.#step.parameters(),
      optimizerState: (await this.#step.optimizerState?.()) ?? {},
    });
    const { batchesPerEpoch } = this.#batches;
    const time = Date.now();
    if (state === undefined) {
      const identity = this.#identity;
      await log?.write({ type: 'start', time, epochs, batchesPerEpoch, identity });
      return false;
    }
    this.#requireEpochs(state);
    await this.#step.restore(state.parameters, state.optimizerState);
    this.#epoch = state.epoch;
    this.#batch = state.batch;
    this.#updates = state.step;
    this.#lossSum = state.lossSum;
    this.#history = [...state.history];
    this.#earlierSeconds = state.seconds;
    this.#earlierFraction = this.#fraction();
    if (this.#watch) {
      this.#watch.best = state.best;
      this.#watch.waited = state.waited;
    }
    await log?.write({ type: 'resume', time, ...this.#position() });
    for (const epoch of this.#history) onEpoch?.(epoch);
    return true;
  }

  /** Refuses a state that has seen more epochs than are asked for. */
  #requireEpochs({ epoch, batch }: TrainingState): void {
    const { epochs, checkpoints } = this.#options;
    const begun = batch > 0 ? epoch : epoch - 1;
    if (begun <= epochs) return;
    throw new TensorecError(
      'checkpoint',
      `The checkpoint ${checkpoints!.store.name} is in epoch ${begun}, beyond the ${epochs} asked for. ` +
        'Ask for as many, or remove it to start anew.',
    );
  }

  #stopReason(): StopReason | undefined {
    if (this.#epoch > this.#options.epochs) return 'epochs';
    if (this.#batch === 0 && this.#watch?.isOver === true) return 'patience';
    return this.#isTimeOver() ? 'time' : undefined;
  }

  #isTimeOver(): boolean {
    return this.#seconds() >= 60 * (this.#options.maxMinutes ?? Infinity);
  }

  /** Trains on what is left of the epoch, or until time is over. */
  async #runEpoch(): Promise<void> {
    const { accumulate = 1, seed = 0, signal } = this.#options;
    const { batchesPerEpoch } = this.#batches;
    const stream = epochStream(seed, 'step', this.#epoch);
    let accumulated = 0;
    for (const batch of this.#batches.epoch(this.#epoch, this.#batch)) {
      signal?.throwIfAborted();
      const isUpdate = accumulated + 1 === accumulate || this.#batch + 1 === batchesPerEpoch;
      await this.#train(batch, accumulated, isUpdate, stream);
      accumulated = isUpdate ? 0 : accumulated + 1;
      if (this.#loop.isDue) await this.#loop.turn();
      if (!isUpdate || this.#batch === batchesPerEpoch) continue;
      if (this.#isTimeOver()) return;
      if (this.#checkpoints?.isDue() === true) await this.#writeCheckpoint();
    }
    requireArgument(
      this.#batch === batchesPerEpoch,
      () =>
        `Epoch ${this.#epoch} ended after ${this.#batch} of ${batchesPerEpoch} batches; batchesPerEpoch must say how many epoch() gives.`,
    );
    await this.#endEpoch();
  }

  async #train(
    batch: Batch,
    accumulated: number,
    isUpdate: boolean,
    stream: Random,
  ): Promise<void> {
    const step = this.#step;
    const context = {
      learningRate: this.#learningRate(),
      ...this.#position(),
      accumulated,
      random: stream.fork(this.#batch),
    };
    const follow = isUpdate ? step.step : step.accumulate!;
    const loss = await this.#lossOf(follow.call(step, batch, context));
    if (!Number.isFinite(loss)) {
      throw await this.#loop.run(lossError(loss, await step.parameters(), this.#place(1)));
    }
    this.#lossSum += loss;
    this.#batch++;
    if (isUpdate) this.#updates++;
    await this.#losses.add(loss, context.learningRate, this.#position(), () => this.#seconds());
  }

  #lossOf(result: StepResult): number | Promise<number> {
    return typeof result === 'object' && 'next' in result ? this.#loop.run(result) : result;
  }

  #learningRate(): number {
    const { learningRate } = this.#options;
    if (typeof learningRate === 'number') return learningRate;
    const rate = learningRate(this.#updates);
    requireArgument(
      rate >= 0 && rate < Infinity,
      () => `learningRate(${this.#updates}) is ${rate}; return a finite number of 0 or more.`,
    );
    return rate;
  }

  /** Checks and validates the epoch that has just run through. */
  async #endEpoch(): Promise<void> {
    const { log, onEpoch, epochs, signal } = this.#options;
    const epoch = this.#epoch;
    const parameters = await this.#step.parameters();
    await this.#loop.run(requireFinite(parameters, this.#place(0)));
    let values: Readonly<Record<string, number>> = { loss: this.#lossSum / this.#batch };
    if (this.#watch?.isDue(epoch, epoch === epochs) === true) {
      const measured = await this.#watch.measure(epoch, signal);
      this.#watch.note(epoch, measured, await this.#step.parameters());
      values = { ...values, ...measured };
    }
    await log?.write({ type: 'epoch', ...this.#position(), values, seconds: this.#seconds() });
    this.#history.push({ epoch, values });
    this.#epoch++;
    this.#batch = 0;
    this.#lossSum = 0;
    onEpoch?.({ epoch, values });
    if (this.#loop.isDue) await this.#loop.turn();
    if (this.#checkpoints?.isDue(epoch) === true) await this.#writeCheckpoint();
  }

  async #writeCheckpoint(): Promise<void> {
    if (this.#checkpoints === undefined) return;
    const parameters = await this.#step.parameters();
    await this.#loop.run(requireFinite(parameters, this.#place(0)));
    const bytes = await this.#checkpoints.write({
      identity: this.#identity,
      ...this.#position(),
      seconds: this.#seconds(),
      lossSum: this.#lossSum,
      history: this.#history,
      best: this.#watch?.best,
      waited: this.#watch?.waited ?? 0,
      parameters,
      optimizerState: (await this.#step.optimizerState?.()) ?? {},
    });
    const { log } = this.#options;
    await log?.write({ type: 'checkpoint', ...this.#position(), bytes, seconds: this.#seconds() });
  }

  /** Restores the best parameters and tells what was done. */
  async #end(stopped: StopReason, resumed: boolean): Promise<TrainingResult> {
    const { log, stage = 'train', onProgress } = this.#options;
    const best = this.#watch?.best;
    if (best !== undefined) await this.#step.restore(best.parameters);
    const seconds = this.#seconds();
    await log?.write({
      type: 'end',
      stopped,
      ...(best === undefined ? {} : { bestEpoch: best.epoch }),
      ...this.#position(),
      seconds,
    });
    onProgress?.({ stage, fraction: 1 });
    return {
      stopped,
      epochs: this.#history.length,
      steps: this.#updates,
      history: this.#history,
      best: best && { epoch: best.epoch, value: best.value },
      seconds,
      resumed,
    };
  }

  #reportProgress(): void {
    const { onProgress, stage = 'train' } = this.#options;
    if (onProgress === undefined) return;
    const fraction = this.#fraction();
    const gained = fraction - this.#earlierFraction;
    const spent = this.#seconds() - this.#earlierSeconds;
    const last = this.#history.at(-1)?.values['loss'];
    const loss = this.#batch > 0 ? this.#lossSum / this.#batch : last;
    onProgress({
      stage,
      fraction,
      values: { epoch: this.#epoch, ...(loss === undefined ? {} : { loss }) },
      ...(gained > 0 ? { secondsLeft: (spent / gained) * (1 - fraction) } : {}),
    });
  }

  #fraction(): number {
    const done = this.#epoch - 1 + this.#batch / this.#batches.batchesPerEpoch;
    return Math.min(1, done / this.#options.epochs);
  }

  #seconds(): number {
    return this.#earlierSeconds + (performance.now() - this.#start) / 1000;
  }

  #position(): Position {
    return { epoch: this.#epoch, batch: this.#batch, step: this.#updates };
  }

  /** @param ahead - 0 for the batch before, 1 for the one that runs */
  #place(ahead: number): Place {
    return { epoch: this.#epoch, batch: this.#batch + ahead };
  }

  /** What determines the numbers of this training. */
  #identify(): Identity {
    const { learningRate, accumulate = 1, seed = 0, validation, checkpoints } = this.#options;
    return {
      ...prefixed('batches', this.#batches.identity),
      ...prefixed('settings', checkpoints?.settings ?? {}),
      ...learningRates(learningRate),
      accumulate,
      seed,
      ...(validation && this.#watch
        ? {
            metric: validation.metric,
            goal: this.#watch.goal,
            every: validation.every ?? 1,
            patience: validation.patience ?? 'none',
          }
        : {}),
    };
  }
}

/** A learning rate, or a schedule by its values at the steps 0, 1, 2, 4, … */
function learningRates(learningRate: TrainOptions['learningRate']): Identity {
  if (typeof learningRate === 'number') return { learningRate };
  const steps = [0, ...Array.from({ length: 24 }, (_, power) => 2 ** power)];
  return { learningRate: steps.map((step) => learningRate(step)).join(' ') };
}
