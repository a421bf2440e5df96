/** Arrays of numbers that parameters and optimizer states are made of: those that a safetensors file can hold. */
export type NumberArray = Float32Array | Float64Array | Int32Array | Uint8Array;

/** Arrays by name. */
export type NamedArrays = Readonly<Record<string, NumberArray>>;

/** A value, now or later. */
export type Awaitable<Value> = Value | Promise<Value>;

/** Copies of the arrays; those of an earlier copy are used again where they fit. */
export function copyArrays(arrays: NamedArrays, earlier: NamedArrays = {}): NamedArrays {
  return Object.fromEntries(
    Object.entries(arrays).map(([name, array]) => {
      const old = Object.hasOwn(earlier, name) ? earlier[name] : undefined;
      if (old?.length !== array.length || kindOf(old) !== kindOf(array))
        return [name, array.slice()];
      old.set(array);
      return [name, old];
    }),
  );
}

/** How the arrays of a state differ in name, type or length from those they should replace; undefined when in nothing. */
export function misfit(arrays: NamedArrays, expected: NamedArrays): string | undefined {
  for (const name of Object.keys(expected)) {
    if (!Object.hasOwn(arrays, name)) return `it has no array "${name}"`;
    const [found, wanted] = [describe(arrays[name]!), describe(expected[name]!)];
    if (found !== wanted) return `its array "${name}" is ${found}, expected ${wanted}`;
  }
  const extra = Object.keys(arrays).find((name) => !Object.hasOwn(expected, name));
  return extra === undefined ? undefined : `it has an array "${extra}" that nothing takes`;
}

function describe(array: NumberArray): string {
  return `${kindOf(array)} of ${array.length}`;
}

function kindOf(array: NumberArray): string {
  return array[Symbol.toStringTag];
}
