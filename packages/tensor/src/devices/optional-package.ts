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

/** Whether the package itself is missing, and not a file or a package that it needs. */
function isNotFound(name: string, cause: unknown): boolean {
  if (!(cause instanceof Error)) return false;
  // A browser has no other word for a name that its page does not map to an address.
  if (cause instanceof TypeError) return /specifier|module name/i.test(cause.message);
  const code = 'code' in cause ? cause.code : undefined;
  const missing = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
  return missing && /'([^']+)'/.exec(cause.message)?.[1] === name;
}

/** A text that a module exports under a name. */
export function textOf(module: unknown, name: string): string | undefined {
  if (typeof module !== 'object' || module === null) return undefined;
  const value: unknown = Reflect.get(module, name);
  return typeof value === 'string' ? value : undefined;
}
