import { TensorecError } from '@tensorec/kernels';
import { show, suggest } from './nearest.js';

/** What is needed to make a stage again: its registered name and its parameters, as JSON. */
export interface StageDescriptor {
  readonly name: string;
  readonly parameters: object;
}

/**
 * A step of a pipeline that can be saved. Declare a stage as an interface with one generic call signature, so that
 * TypeScript carries id types through {@link pipeline}; through an intersection type it would not:
 *
 * ```ts
 * interface Keep {
 *   <User extends Id, Item extends Id, R extends Role>(
 *     data: Interactions<User, Item, R>,
 *   ): Interactions<User, Item, R>;
 * }
 * interface KeepStage extends Keep, DescribedStage {}
 * const all: KeepStage = describeStage<Keep>({ name: 'all', parameters: {} }, (data) => data);
 * ```
 */
export interface DescribedStage {
  readonly descriptor: StageDescriptor;
}

/** Attaches a descriptor to a function, which makes it a stage that can be saved. */
export function describeStage<F extends (input: never) => unknown>(
  descriptor: StageDescriptor,
  run: F,
): F & DescribedStage {
  return Object.assign(run, { descriptor });
}

type Stage = (input: never) => unknown;

const stagesOf = new WeakMap<Stage, readonly Stage[]>();

/**
 * Composes stages from left to right: `pipeline(f, g)(x)` is `g(f(x))`. Each stage must accept what the one before
 * returns, and id types pass through. A stage that takes whole data only cannot follow one that is generic in the role;
 * the splits of `@tensorec/preprocessing` are generic for that reason, and refuse the parts of a split when they run.
 *
 * @example
 * ```ts
 * const prepare = pipeline(minimumValue(4), kCore(5), leaveLastOut());
 * const { train, test } = prepare(interactions);
 * ```
 */
export function pipeline<A, B>(ab: (input: A) => B): (input: A) => B;
export function pipeline<A, B, C>(ab: (input: A) => B, bc: (input: B) => C): (input: A) => C;
export function pipeline<A, B, C, D>(
  ab: (input: A) => B,
  bc: (input: B) => C,
  cd: (input: C) => D,
): (input: A) => D;
export function pipeline<A, B, C, D, E>(
  ab: (input: A) => B,
  bc: (input: B) => C,
  cd: (input: C) => D,
  de: (input: D) => E,
): (input: A) => E;
export function pipeline<A, B, C, D, E, F>(
  ab: (input: A) => B,
  bc: (input: B) => C,
  cd: (input: C) => D,
  de: (input: D) => E,
  ef: (input: E) => F,
): (input: A) => F;
export function pipeline(
  ...stages: readonly ((input: unknown) => unknown)[]
): (input: unknown) => unknown {
  const run = (input: unknown): unknown => stages.reduce((value, stage) => stage(value), input);
  stagesOf.set(run, stages);
  return run;
}

/**
 * The descriptors of a pipeline's stages, in order, as JSON; nested pipelines are laid flat.
 *
 * @throws TensorecError `invalid-argument` that names the stage which has no descriptor.
 */
export function savePipeline(pipelined: Stage): readonly StageDescriptor[] {
  const stages = stagesOf.get(pipelined);
  if (stages !== undefined) return stages.flatMap((stage) => savePipeline(stage));
  if ('descriptor' in pipelined) return [(pipelined as Stage & DescribedStage).descriptor];
  const name =
    pipelined.name === '' ? 'an unnamed function' : `the function ${show(pipelined.name)}`;
  throw new TensorecError(
    'invalid-argument',
    `The pipeline cannot be saved: ${name} has no descriptor; give it one with describeStage.`,
  );
}

/** Makes a stage from the parameters that its descriptor saved. */
export type StageFactory = (parameters: object) => (input: never) => unknown;

/**
 * A pipeline from saved descriptors. What it accepts and returns is known at run time only.
 *
 * @throws TensorecError `unknown-name` for a stage that is not among the factories.
 */
export function loadPipeline(
  saved: readonly StageDescriptor[],
  factories: Readonly<Record<string, StageFactory>>,
): (input: unknown) => unknown {
  const compose: (
    ...stages: readonly ((input: unknown) => unknown)[]
  ) => (input: unknown) => unknown = pipeline;
  return compose(
    ...saved.map(({ name, parameters }) => {
      const factory = Object.hasOwn(factories, name) ? factories[name] : undefined;
      if (factory === undefined) {
        throw new TensorecError(
          'unknown-name',
          `There is no stage "${name}"${suggest(name, Object.keys(factories))}`,
        );
      }
      return factory(parameters) as (input: unknown) => unknown;
    }),
  );
}
