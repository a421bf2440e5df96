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
  const result = z.core.safeParse(schema, value, localeError === undefined ? {} : { error: localeError });
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => describeIssue(issue, schema, value, what));
  throw new TensorecError(code, problems.join('\n'));
}

/** Names of the keys of an object schema, also through defaults and optionals; empty for other schemas. */
export function schemaKeys(schema: Schema<unknown>): readonly string[] {
  const object = unwrap(schema);
  return object instanceof z.core.$ZodObject ? Object.keys(object._zod.def.shape) : [];
}

function describeIssue(
  issue: z.core.$ZodIssue,
  schema: Schema<unknown>,
  value: unknown,
  what: string,
): string {
  const place = issue.path.length === 0 ? what : `${what}, ${formatPath(issue.path)}`;
  if (issue.code === 'unrecognized_keys') {
    const known = schemaKeys(schemaAt(schema, issue.path));
    return issue.keys
      .map((key) => `${place}: unknown key "${key}"${suggest(key, known)}`)
      .join('\n');
  }
  if (issue.code === 'invalid_union') {
    const nested = issue.errors
      .filter((branch) => branch.length > 0)
      .sort((a, b) => depth(b) - depth(a))[0];
    const deepest = nested?.[0];
    if (deepest !== undefined && deepest.path.length > 0) {
      const path = [...issue.path, ...deepest.path];
      return describeIssue({ ...deepest, path }, schema, value, what);
    }
  }
  const found = show(valueAt(value, issue.path));
  const expected = found === 'undefined' ? 'it is missing' : `found ${found}`;
  return `${place}: ${issue.message} (${expected}).`;
}

function depth(issues: readonly z.core.$ZodIssue[]): number {
  return Math.max(...issues.map((issue) => issue.path.length));
}

function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, key) =>
      typeof key === 'number' ? `${text}[${key}]` : text === '' ? String(key) : `${text}.${String(key)}`,
    '',
  );
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (current, key) =>
      typeof current === 'object' && current !== null && Object.hasOwn(current, key)
        ? (current as Record<PropertyKey, unknown>)[key]
        : undefined,
    value,
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

function schemaAt(schema: Schema<unknown>, path: readonly PropertyKey[]): Schema<unknown> {
  return path.reduce<Schema<unknown>>((current, key) => {
    const outer = unwrap(current);
    if (outer instanceof z.core.$ZodObject) return outer._zod.def.shape[String(key)] ?? outer;
    if (outer instanceof z.core.$ZodArray) return outer._zod.def.element;
    if (outer instanceof z.core.$ZodUnion) {
      const branch = outer._zod.def.options.find((option) =>
        schemaKeys(option).includes(String(key)),
      );
      return branch === undefined ? outer : schemaAt(branch, [key]);
    }
    return outer;
  }, schema);
}
