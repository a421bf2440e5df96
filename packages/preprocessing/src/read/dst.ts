import { LineProblem } from './line-problem.js';
import { LineScanner, splitAt } from './line-scanner.js';
import type { RecordFormat } from './records.js';
import { createPlainPart, type IdTables, type PartColumns } from './sink.js';
import { COMMA } from './text.js';

const CASE = 67;
const VISIT = 86;

/** Reads DST text; a user without visits leaves nothing. */
export class DstReader extends LineScanner implements RecordFormat {
  readonly part: PartColumns = createPlainPart();
  readonly #tables: IdTables;
  /** The id that the last case line named, until its first visit. */
  #newUser: Uint8Array | undefined;
  #userRow = -1;

  constructor(tables: IdTables) {
    super();
    this.#tables = tables;
  }

  take(bytes: Uint8Array, start: number): void {
    if (start === this.contentEnd) return;
    const kind = bytes[start]!;
    const isLine = bytes[start + 1] === COMMA && start + 1 < this.contentEnd;
    if (!isLine || kind < 65 || kind > 90) {
      throw new LineProblem(
        'found a line that does not begin with a capital letter and a comma, expected DST text: C,"7",7 or V,item,1; check the format',
        start,
      );
    }
    if (kind === CASE) this.#takeCase(bytes, start);
    else if (kind === VISIT) this.#takeVisit(bytes, start);
  }

  #takeCase(bytes: Uint8Array, start: number): void {
    this.#newUser = undefined;
    this.#userRow = -1;
    const fields = splitAt(bytes, start, this.contentEnd, COMMA);
    if (fields.length !== 6) {
      throw new LineProblem(
        `found ${fields.length / 2} fields in a case line, expected 3, such as C,"7",7; correct or remove it and its visits`,
        start,
      );
    }
    this.#tables.users.read(bytes, fields[4]!, fields[5]!, fields[4]!);
    this.#newUser = bytes.slice(fields[4], fields[5]);
  }

  #takeVisit(bytes: Uint8Array, start: number): void {
    const fields = splitAt(bytes, start, this.contentEnd, COMMA);
    const newUser = this.#newUser;
    if (newUser === undefined && this.#userRow < 0) {
      throw new LineProblem(
        'found a visit before any user, expected a case line such as C,"7",7 first; check the file',
        start,
      );
    }
    if (fields.length < 4) {
      throw new LineProblem('found a visit without an item, expected V,item,1', start);
    }
    const { users, items } = this.#tables;
    const itemRow = items.row(bytes, fields[2]!, fields[3]!, fields[2]!);
    if (newUser !== undefined) {
      this.#userRow = users.row(newUser, 0, newUser.length, start);
      this.#newUser = undefined;
    }
    this.part.columns.add(this.#userRow, itemRow);
  }
}
