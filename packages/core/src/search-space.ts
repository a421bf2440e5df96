import { exp, log, requireArgument, type Random } from '@tensorec/kernels';
import type { ModelDescriptor } from './descriptor.js';

/** A range of numbers that is worth trying for a hyper-parameter. */
export interface SearchRange {
  /** The least, included. */
  readonly from: number;
  /** The greatest, included; not below `from`. */
  readonly to: number;
  /**
   * Whether numbers (`linear`, default) or orders of magnitude (`log`, for which `from` is above 0) are equally likely.
   */
  readonly scale?: 'linear' | 'log';
  /** Whole numbers alone; default false. */
  readonly integer?: boolean;
}

/** Values that are worth trying for a hyper-parameter, equally likely; at least one. */
export interface SearchChoices {
  readonly choices: readonly (string | number | boolean)[];
}

/** What is worth trying for one hyper-parameter. */
export type SearchDimension = SearchRange | SearchChoices;

/** What is worth trying for the hyper-parameters of a model; those that are not named keep their defaults. */
export type SearchSpace<Parameters extends object = object> = Readonly<
  Partial<Record<keyof Parameters & string, SearchDimension>>
>;

/** Digits that a number drawn from a range keeps. */
const drawnDigits = 4;

/** The hyper-parameters of a search space, in its order. */
export function searchDimensions(
  descriptor: Pick<ModelDescriptor, 'searchSpace'>,
): readonly (readonly [name: string, dimension: SearchDimension])[] {
  return Object.entries<SearchDimension>(descriptor.searchSpace);
}

/**
 * Draws a point of a model's search space (random search: Bergstra and Bengio 2012, Random search for hyper-parameter
 * optimization). Hyper-parameters are drawn independently, in the order of the space. Numbers that are not whole are
 * rounded to four significant digits, so that they can be written down.
 *
 * @param random - the same stream gives the same point
 * @returns values of the hyper-parameters of the space alone
 * @throws TensorecError `invalid-argument` that names the hyper-parameter, for a range or choices that are wrong.
 */
export function drawParameters(
  descriptor: Pick<ModelDescriptor, 'name' | 'searchSpace'>,
  random: Random,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    searchDimensions(descriptor).map(([name, dimension]) => {
      requireDimension(dimension, `searchSpace.${name} of "${descriptor.name}"`);
      return [name, draw(dimension, random)];
    }),
  );
}

function draw(dimension: SearchDimension, random: Random): unknown {
  if ('choices' in dimension) return dimension.choices[random.integer(dimension.choices.length)];
  const { from, to, scale = 'linear', integer = false } = dimension;
  // Half a step more on both sides gives the whole numbers at the ends the share of the others.
  const margin = integer ? 0.5 : 0;
  const [low, high] = [from - margin, to + margin];
  const share = random.uniform();
  const drawn =
    scale === 'log' ? exp(log(low) + share * (log(high) - log(low))) : low + share * (high - low);
  const rounded = integer ? Math.round(drawn) : Number(drawn.toPrecision(drawnDigits));
  return Math.min(to, Math.max(from, rounded));
}

function requireDimension(dimension: SearchDimension, where: string): void {
  if ('choices' in dimension) {
    requireArgument(dimension.choices.length > 0, () => `${where} has no choices; give one.`);
    return;
  }
  const { from, to, scale, integer } = dimension;
  requireArgument(
    Number.isFinite(from) && Number.isFinite(to) && from <= to,
    () => `${where} goes from ${from} to ${to}; give finite numbers, the lesser one first.`,
  );
  requireArgument(
    scale !== 'log' || from > 0,
    () => `${where} has the scale "log" and goes from ${from}; such a range begins above 0.`,
  );
  requireArgument(
    integer !== true || (Number.isSafeInteger(from) && Number.isSafeInteger(to)),
    () => `${where} is of whole numbers and goes from ${from} to ${to}; give whole numbers.`,
  );
}
