import { requireEngine } from './engine.js';
import type { Scope } from './scope.js';

/** Closes the scopes of objects that nobody disposed of. */
const forgotten = new FinalizationRegistry<Scope>((memory) => {
  memory.close();
});

/** Something that keeps blocks of the engine's memory until it is disposed of, or collected as garbage. */
export abstract class Resident {
  protected readonly memory: Scope = requireEngine().open();

  constructor() {
    forgotten.register(this, this.memory, this);
  }

  /** Frees the memory; the object cannot be used afterwards. */
  dispose(): void {
    forgotten.unregister(this);
    this.memory.close();
  }
}
