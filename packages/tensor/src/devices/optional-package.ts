import { TensorecError } from '@tensorec/kernels';

/**
 * Imports a package that need not be installed. The name stays a variable for bundlers, which would otherwise insist on
 * every package for every device; a browser therefore finds only what its program imports itself.
 *
 * @throws TensorecError `unsupported` when the package is not there, or fails to load; the message says which and why.
 */
export async function importOptional(name: string): Promise<unknown> {
  try {
    return (await import(/* webpackIgnore: true */ /* @vite-ignore */ name)) as unknown;
  } catch (cause) {
    throw new TensorecError('unsupported', messageOf(name, cause), { cause });
  }
}

function messageOf(name: string, cause: unknown): string {
  if (isNotFound(name, cause)) {
    return `${name} is not installed; install it, or in a browser import it in your program, and try again.`;
  }
  return `${name} is installed and failed to load: ${cause instanceof Error ? cause.message : String(cause)}`;
}

/** How Node, Bun, Deno, Vite and browsers begin to say that they cannot find a module; its name follows in quotes. */
const notFound = /cannot find (package|module)|could not (find|resolve)|specifier|module name/i;

/** Whether the package itself is missing, and not a file or a package that it needs. */
function isNotFound(name: string, cause: unknown): boolean {
  if (!(cause instanceof Error)) return false;
  return notFound.test(cause.message) && /['"“]([^'"”]+)/.exec(cause.message)?.[1] === name;
}

/** A text that a module exports under a name. */
export function textOf(module: unknown, name: string): string | undefined {
  if (typeof module !== 'object' || module === null) return undefined;
  const value: unknown = Reflect.get(module, name);
  return typeof value === 'string' ? value : undefined;
}
