/** A value of JSON that was not written here: read by what it should be, with an error that names its place otherwise. */
export class Json {
  readonly #value: unknown;
  readonly #place: string;

  constructor(value: unknown, place: string) {
    this.#value = value;
    this.#place = place;
  }

  /** The value of a text. */
  static parse(text: string, place: string): Json {
    try {
      return new Json(JSON.parse(text), place);
    } catch {
      throw new Error(`${place} is no JSON: ${text.slice(0, 200)}`);
    }
  }

  /** A property of an object; one that is missing is `undefined`. */
  get(key: string): Json {
    return new Json(this.#object()[key], `${this.#place}.${key}`);
  }

  get missing(): boolean {
    return this.#value === undefined;
  }

  text(): string {
    if (typeof this.#value === 'string') return this.#value;
    throw this.#unexpected('a text');
  }

  number(): number {
    if (typeof this.#value === 'number') return this.#value;
    throw this.#unexpected('a number');
  }

  list(): readonly Json[] {
    if (!Array.isArray(this.#value)) throw this.#unexpected('a list');
    return this.#value.map((value: unknown, n) => new Json(value, `${this.#place}[${n}]`));
  }

  /** Names of the properties of an object. */
  keys(): readonly string[] {
    return Object.keys(this.#object());
  }

  /** An object whose properties are numbers. */
  numbers(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.keys().map((key) => [key, this.get(key).number()]));
  }

  #object(): Record<string, unknown> {
    const value = this.#value;
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return Object.fromEntries(Object.entries(value));
    }
    throw this.#unexpected('an object');
  }

  #unexpected(what: string): Error {
    return new Error(`${this.#place} is ${JSON.stringify(this.#value)}, expected ${what}.`);
  }
}
