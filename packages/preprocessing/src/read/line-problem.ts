/** What is wrong with one line. The reader adds the file, the line and the column, and skips the line or stops. */
export class LineProblem extends Error {
  /** Byte of the block being read that the problem is at. */
  readonly position: number;
  /** Whether the rest of the file cannot be read either, so that the line is never skipped. */
  readonly fatal: boolean;

  constructor(message: string, position: number, fatal = false) {
    super(message);
    this.position = position;
    this.fatal = fatal;
  }
}
