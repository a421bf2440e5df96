/** The part of jasmine-core, which has no types, that the op suite is run with. */
declare module 'jasmine-core' {
  interface Result {
    readonly fullName: string;
    readonly status: 'passed' | 'failed' | 'pending' | 'excluded';
    readonly failedExpectations: readonly { readonly message: string }[];
  }
  interface Environment {
    configure(options: {
      random: boolean;
      forbidDuplicateNames: boolean;
      specFilter(spec: { getFullName(): string }): boolean;
    }): void;
    addReporter(reporter: {
      specDone?(result: Result): void;
      suiteDone?(result: Result): void;
    }): void;
    execute(): Promise<unknown>;
  }
  interface Globals {
    readonly jasmine: { getEnv(): Environment; DEFAULT_TIMEOUT_INTERVAL: number };
  }
  const jasmineCore: { noGlobals(): Globals };
  export default jasmineCore;
}
