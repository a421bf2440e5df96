/** The error that a call throws; fails when it throws none. */
export function errorOf(call: () => unknown): Error {
  try {
    call();
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
  throw new Error('The call was expected to throw, and it returned.');
}
