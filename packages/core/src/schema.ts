import { TensorecError, type ErrorCode } from '@tensorec/kernels';
import * as z from 'zod/mini';
import { show, suggest } from './nearest.js';

/** A zod schema of values of type `Output`. */
export type Schema<Output> = z.core.$ZodType<Output>;

const { localeError } = z.locales.en();

/**
 * The value as its schema reads it, defaults filled in.
 *
 * @param what - what the value is, for the message: `parameters of "als"`
 * @throws TensorecError of the given code that names the place, the value found and, for an unknown key, the nearest
 * known one.
 */
export function parseWith<Output>(
  schema: Schema<Output>,
  value: unknown,
  what: string,
  code: ErrorCode = 'invalid-argument',
): Output {
  const result = z.core.safeParse(schema, value, { error: localeError });
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) =>
    describeIssue(issue, { what, path: [], schema, value }),
  );
  throw new TensorecError(code, problems.join('\n'));
}

/** Names of the keys of an object schema, also through defaults and optionals; empty for other schemas. */
export function schemaKeys(schema: Schema<unknown>): readonly string[] {
  const object = unwrap(schema);
  return object instanceof z.core.$ZodObject ? Object.keys(object._zod.def.shape) : [];
}

/** Where in a value an issue lies, with the schema of that place. */
interface Place {
  readonly what: string;
  readonly path: readonly PropertyKey[];
  readonly schema: Schema<unknown>;
  readonly value: unknown;
}

function describeIssue(issue: z.core.$ZodIssue, from: Place): string {
  const place = issue.path.reduce<Place>(descend, from);
  const where = place.path.length === 0 ? place.what : `${place.what}, ${formatPath(place.path)}`;
  if (issue.code === 'unrecognized_keys') {
    const known = schemaKeys(chosen(place.schema, place.value));
    return issue.keys
      .map((key) => `${where}: unknown key "${key}"${suggest(key, known)}`)
      .join('\n');
  }
  if (issue.code === 'invalid_union') {
    const branch = nearestBranch(issue.errors);
    const problems = issue.errors[branch];
    if (problems !== undefined) {
      const schema = unionOptions(place.schema)[branch] ?? place.schema;
      return problems.map((problem) => describeIssue(problem, { ...place, schema })).join('\n');
    }
  }
  const found = show(place.value);
  const state = found === 'undefined' ? 'it is missing' : `found ${found}`;
  return `${where}: ${issue.message} (${state}).`;
}

/** The alternative of a union that takes this kind of value and objects to the fewest things within; −1 when none. */
function nearestBranch(branches: readonly (readonly z.core.$ZodIssue[])[]): number {
  let nearest = -1;
  branches.forEach((issues, branch) => {
    const within = issues.every(
      (issue) => issue.path.length > 0 || issue.code === 'unrecognized_keys',
    );
    if (!within || issues.length === 0) return;
    if (nearest === -1 || issues.length < branches[nearest]!.length) nearest = branch;
  });
  return nearest;
}

function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, key) =>
      typeof key === 'number'
        ? `${text}[${key}]`
        : text === ''
          ? String(key)
          : `${text}.${String(key)}`,
    '',
  );
}

function unwrap(schema: Schema<unknown>): Schema<unknown> {
  if (
    schema instanceof z.core.$ZodDefault ||
    schema instanceof z.core.$ZodOptional ||
    schema instanceof z.core.$ZodPrefault ||
    schema instanceof z.core.$ZodNullable
  ) {
    return unwrap(schema._zod.def.innerType);
  }
  return schema;
}

function unionOptions(schema: Schema<unknown>): readonly Schema<unknown>[] {
  const union = unwrap(schema);
  return union instanceof z.core.$ZodUnion ? union._zod.def.options : [];
}

function descend(place: Place, key: PropertyKey): Place {
  return {
    what: place.what,
    path: [...place.path, key],
    schema: schemaAt(place.schema, key, place.value),
    value: ownProperty(place.value, key),
  };
}

function ownProperty(value: unknown, key: PropertyKey): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<PropertyKey, unknown>)[key]
    : undefined;
}

/** The schema of a property or an element. */
function schemaAt(schema: Schema<unknown>, key: PropertyKey, value: unknown): Schema<unknown> {
  const outer = chosen(schema, value);
  if (outer instanceof z.core.$ZodObject) return outer._zod.def.shape[String(key)] ?? outer;
  if (outer instanceof z.core.$ZodArray) return outer._zod.def.element;
  return outer;
}

/** The schema itself; of a union the alternative that a value names, or whose keys it shares most. */
function chosen(schema: Schema<unknown>, value: unknown): Schema<unknown> {
  const outer = unwrap(schema);
  if (!(outer instanceof z.core.$ZodDiscriminatedUnion)) {
    const options = unionOptions(outer);
    const shared = options.map(
      (option) => schemaKeys(option).filter((key) => ownProperty(value, key) !== undefined).length,
    );
    return options[shared.indexOf(Math.max(...shared))] ?? outer;
  }
  const { discriminator, options } = outer._zod.def;
  const name = ownProperty(value, discriminator) as z.core.util.Primitive;
  return options.find((option) => option._zod.propValues?.[discriminator]?.has(name)) ?? outer;
}
