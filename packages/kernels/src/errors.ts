/** What went wrong, for programs; the message is for people. */
export type ErrorCode =
  | 'invalid-argument'
  | 'numerical'
  | 'not-ready'
  | 'unsupported'
  | 'memory'
  | 'parse'
  | 'unknown-id'
  | 'unknown-name'
  | 'empty-data'
  | 'role'
  | 'artifact'
  | 'checkpoint'
  | 'experiment'
  | 'file'
  | 'download';

/**
 * The one error class of all `@tensorec` packages. Its message says what was found, where, and what to do next.
 *
 * Check for it with {@link isTensorecError} and {@link TensorecError.code}: both work across copies of the library,
 * which `instanceof` does not.
 */
export class TensorecError extends Error {
  override readonly name = 'TensorecError';
  /** The brand: present on the errors of every copy of the library. */
  readonly '~tensorec' = true;
  /** What went wrong, for programs. */
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** Whether a caught value is a {@link TensorecError}, optionally of one code. */
export function isTensorecError(value: unknown, code?: ErrorCode): value is TensorecError {
  return (
    typeof value === 'object' &&
    value !== null &&
    '~tensorec' in value &&
    (code === undefined || ('code' in value && value.code === code))
  );
}

/** Throws an `invalid-argument` error unless `condition` holds. */
export function requireArgument(condition: boolean, message: () => string): asserts condition {
  if (!condition) throw new TensorecError('invalid-argument', message());
}
