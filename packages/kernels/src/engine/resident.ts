import { TensorecError } from '../errors.js';
import type { Steps } from '../steps.js';
import { requireEngine } from './engine.js';
import type { Scope } from './scope.js';

/** What a use after `dispose` throws. */
export function disposedError(): TensorecError {
  return new TensorecError(
    'invalid-argument',
    'This object was disposed of and its memory given back; make a new one.',
  );
}

/** Closes the scopes of objects that nobody disposed of. */
const forgotten = new FinalizationRegistry<Scope>((memory) => {
  memory.close();
});

/** Something that keeps blocks of the engine's memory until it is disposed of, or collected as garbage. */
export abstract class Resident {
  readonly #memory: Scope = requireEngine().open();
  #disposed = false;

  constructor() {
    forgotten.register(this, this.#memory, this);
  }

  /** Frees the memory; the object cannot be used afterwards, and steps that are under way throw. */
  dispose(): void {
    this.#disposed = true;
    forgotten.unregister(this);
    this.#memory.close();
  }

  /** What it keeps. @throws TensorecError `invalid-argument` once it was disposed of. */
  protected get memory(): Scope {
    this.requireUsable();
    return this.#memory;
  }

  /** @throws TensorecError `invalid-argument` once it was disposed of. */
  protected requireUsable(): void {
    if (this.#disposed) throw disposedError();
  }

  /** The same steps, but none after {@link dispose}: the memory may hold something else by then. */
  protected *whileUsable<Result>(steps: Steps<Result>): Steps<Result> {
    try {
      for (;;) {
        this.requireUsable();
        const step = steps.next();
        if (step.done === true) return step.value;
        yield step.value;
      }
    } finally {
      steps.return(undefined as never);
    }
  }
}
