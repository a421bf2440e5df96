/** Columns of interactions, of one length; `undefined` where there are no values or timestamps. */
export interface Columns {
  readonly userRows: Int32Array<ArrayBuffer>;
  readonly itemRows: Int32Array<ArrayBuffer>;
  readonly values: Float32Array<ArrayBuffer> | undefined;
  readonly timestamps: Float64Array<ArrayBuffer> | undefined;
}

const FIRST_BLOCK = 1024;
const LONGEST_BLOCK = 262144;

/** Interactions as a reader collects them: columns that grow, in blocks, so that nothing is copied while they do. */
export class ColumnBuilder {
  readonly #hasValues: boolean;
  readonly #hasTimestamps: boolean;
  readonly #full: Columns[] = [];
  #block: Columns;
  #used = 0;
  #size = 0;

  constructor(hasValues: boolean, hasTimestamps: boolean) {
    this.#hasValues = hasValues;
    this.#hasTimestamps = hasTimestamps;
    this.#block = this.#create(FIRST_BLOCK);
  }

  get size(): number {
    return this.#size;
  }

  /** Adds one interaction; a value or timestamp that the columns do not hold is ignored. */
  add(userRow: number, itemRow: number, value = 0, timestamp = 0): void {
    if (this.#used === this.#block.userRows.length) this.#nextBlock();
    const { userRows, itemRows, values, timestamps } = this.#block;
    const place = this.#used++;
    this.#size++;
    userRows[place] = userRow;
    itemRows[place] = itemRow;
    if (values !== undefined) values[place] = value;
    if (timestamps !== undefined) timestamps[place] = timestamp;
  }

  /** Adds interactions; columns that the builder does not hold are ignored. */
  append(
    userRows: Int32Array,
    itemRows: Int32Array,
    values: Float32Array,
    timestamps: Float64Array,
  ): void {
    for (let from = 0; from < userRows.length;) {
      if (this.#used === this.#block.userRows.length) this.#nextBlock();
      const block = this.#block;
      const to = Math.min(userRows.length, from + block.userRows.length - this.#used);
      block.userRows.set(userRows.subarray(from, to), this.#used);
      block.itemRows.set(itemRows.subarray(from, to), this.#used);
      block.values?.set(values.subarray(from, to), this.#used);
      block.timestamps?.set(timestamps.subarray(from, to), this.#used);
      this.#used += to - from;
      this.#size += to - from;
      from = to;
    }
  }

  /** The columns, each of its exact length. The builder is empty afterwards. */
  build(): Columns {
    const columns = this.#create(this.#size);
    let place = 0;
    const put = (block: Columns, length: number): void => {
      columns.userRows.set(block.userRows.subarray(0, length), place);
      columns.itemRows.set(block.itemRows.subarray(0, length), place);
      if (block.values) columns.values?.set(block.values.subarray(0, length), place);
      if (block.timestamps) columns.timestamps?.set(block.timestamps.subarray(0, length), place);
      place += length;
    };
    for (const block of this.#full) put(block, block.userRows.length);
    put(this.#block, this.#used);
    this.#full.length = 0;
    this.#block = this.#create(0);
    this.#used = 0;
    this.#size = 0;
    return columns;
  }

  #nextBlock(): void {
    const { length } = this.#block.userRows;
    if (length > 0) this.#full.push(this.#block);
    this.#block = this.#create(Math.min(LONGEST_BLOCK, Math.max(FIRST_BLOCK, 2 * length)));
    this.#used = 0;
  }

  #create(length: number): Columns {
    return {
      userRows: new Int32Array(length),
      itemRows: new Int32Array(length),
      values: this.#hasValues ? new Float32Array(length) : undefined,
      timestamps: this.#hasTimestamps ? new Float64Array(length) : undefined,
    };
  }
}
