import { isTensorecError, ready, requireArgument } from '@tensorec/kernels';
import { requireWhole, type Batches } from '../batches/batches.js';
import type { TrainOptions, TrainingResult } from './options.js';
import { TrainingRun } from './training-run.js';
import type { TrainingStep } from './training-step.js';

/**
 * Trains a model epoch by epoch.
 *
 * The event loop gets a turn every 25 ms as far as single steps allow it; aborts and progress are served then, and
 * progress tells the mean `loss` of the epoch and the seconds that are left. With a validation, the parameters of the best
 * epoch are restored at the end. With checkpoints, a training that was interrupted, at whatever moment, is taken up at its
 * last checkpoint and ends with the same bits; only where it stops by `maxMinutes` depends on the machine. More `epochs`
 * may be asked for than before.
 *
 * @param step - the model in training; it belongs to the caller, who frees it
 * @param batches - what it learns from
 * @throws TensorecError `invalid-argument` for options out of range; `numerical` naming epoch, batch and parameter when
 * the loss or a parameter is not finite; `checkpoint` for a checkpoint that is damaged or of another training, saying
 * what to do. The signal's reason on abort. What the step, `validate`, the store or `onEpoch` throw.
 */
export async function train<Batch>(
  step: TrainingStep<Batch>,
  batches: Batches<NoInfer<Batch>>,
  options: TrainOptions,
): Promise<TrainingResult> {
  requireOptions(step, options);
  await ready();
  options.signal?.throwIfAborted();
  const run = new TrainingRun(step, batches, options);
  try {
    return await run.run();
  } catch (error) {
    if (isTensorecError(error)) await run.tellFailure(error.message);
    throw error;
  }
}

function requireOptions<Batch>(step: TrainingStep<Batch>, options: TrainOptions): void {
  const { epochs, learningRate, accumulate = 1, maxMinutes = Infinity, seed = 0 } = options;
  requireWhole('epochs', epochs);
  requireWhole('accumulate', accumulate);
  requireArgument(
    accumulate === 1 || step.accumulate !== undefined,
    () => `accumulate is ${accumulate}, but this step cannot accumulate gradients; leave it out.`,
  );
  requireArgument(
    typeof learningRate === 'function' || (learningRate >= 0 && learningRate < Infinity),
    () => `learningRate is ${String(learningRate)}; give a finite number of 0 or more.`,
  );
  requireArgument(maxMinutes >= 0, () => `maxMinutes is ${maxMinutes}; give 0 or more.`);
  requireArgument(
    Number.isSafeInteger(seed) && seed >= 0,
    () => `seed is ${seed}; give a safe integer of 0 or more.`,
  );
}
