/** Interactions as a reader collects them: columns that grow. */
export class ColumnBuilder {
  #userRows = new Int32Array(1024);
  #itemRows = new Int32Array(1024);
  #values: Float32Array<ArrayBuffer> | undefined;
  #timestamps: Float64Array<ArrayBuffer> | undefined;
  #size = 0;

  constructor(hasValues: boolean, hasTimestamps: boolean) {
    if (hasValues) this.#values = new Float32Array(1024);
    if (hasTimestamps) this.#timestamps = new Float64Array(1024);
  }

  get size(): number {
    return this.#size;
  }

  /** Adds one interaction; a value or timestamp that the columns do not hold is ignored. */
  add(userRow: number, itemRow: number, value = 0, timestamp = 0): void {
    const size = this.#size++;
    if (size === this.#userRows.length) this.#grow();
    this.#userRows[size] = userRow;
    this.#itemRows[size] = itemRow;
    if (this.#values !== undefined) this.#values[size] = value;
    if (this.#timestamps !== undefined) this.#timestamps[size] = timestamp;
  }

  /** The columns, each of its exact length. */
  build(): {
    userRows: Int32Array;
    itemRows: Int32Array;
    values: Float32Array | undefined;
    timestamps: Float64Array | undefined;
  } {
    return {
      userRows: this.#userRows.slice(0, this.#size),
      itemRows: this.#itemRows.slice(0, this.#size),
      values: this.#values?.slice(0, this.#size),
      timestamps: this.#timestamps?.slice(0, this.#size),
    };
  }

  #grow(): void {
    const length = 2 * this.#userRows.length;
    this.#userRows = copied(this.#userRows, new Int32Array(length));
    this.#itemRows = copied(this.#itemRows, new Int32Array(length));
    this.#values &&= copied(this.#values, new Float32Array(length));
    this.#timestamps &&= copied(this.#timestamps, new Float64Array(length));
  }
}

function copied<Column extends Int32Array | Float32Array | Float64Array>(
  from: Column,
  to: Column,
): Column {
  to.set(from);
  return to;
}
