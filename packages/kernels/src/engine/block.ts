import { requireEngine, type Engine } from './engine.js';

/** Where a block lies; what is left of one that nobody holds any more. */
interface Place {
  engine: Engine;
  address: number;
}

/** Frees blocks that were forgotten. */
const forgotten = new FinalizationRegistry<Place>(({ engine, address }) => {
  engine.free(address);
});

/** Blocks without memory. They stay registered, which would cost more than all else that an allocation takes. */
const idle: Block[] = [];

/** A block of the engine's memory, freed by {@link giveBack} or when it is collected as garbage. */
export class Block {
  readonly #place: Place;

  private constructor(place: Place) {
    this.#place = place;
    forgotten.register(this, place);
  }

  /** A block of at least `bytes` bytes, with any contents. @throws TensorecError `not-ready`, `memory`. */
  static take(bytes: number): Block {
    const engine = requireEngine();
    const address = engine.allocate(bytes);
    const block = idle.pop();
    if (block === undefined) return new Block({ engine, address });
    block.#place.engine = engine;
    block.#place.address = address;
    return block;
  }

  get engine(): Engine {
    return this.#place.engine;
  }

  get address(): number {
    return this.#place.address;
  }

  /** Frees the memory. Whoever calls forgets the block: the next one that is taken may be the same object. */
  giveBack(): void {
    this.#place.engine.free(this.#place.address);
    idle.push(this);
  }
}
