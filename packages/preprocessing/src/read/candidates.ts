import type { CandidateLists } from '@tensorec/core';
import { LineProblem } from './line-problem.js';
import { LineScanner, splitAt, splitWords } from './line-scanner.js';
import { checkWords, wordRows } from './item-lists.js';
import type { RecordFormat } from './records.js';
import { createPlainPart, type IdTables, type PartColumns } from './sink.js';
import { COMMA, showBytes, SPACE, TAB } from './text.js';

const OPEN = 40;
const CLOSE = 41;

/** Reads test interactions with the items to rank for each, in either form of `CandidatesSpec`. */
export class CandidatesReader extends LineScanner implements RecordFormat {
  readonly part: PartColumns = createPlainPart();
  readonly #tables: IdTables;
  readonly #offsets: number[] = [0];
  readonly #itemRows: number[] = [];
  #positivesRemoved = 0;

  constructor(tables: IdTables) {
    super();
    this.#tables = tables;
  }

  take(bytes: Uint8Array, start: number): void {
    const end = this.contentEnd;
    if (splitWords(bytes, start, end).length === 0) return;
    const [user, positive, negatives] =
      bytes[start] === OPEN ? readPairForm(bytes, start, end) : readFieldForm(bytes, start, end);
    const { users, items } = this.#tables;
    checkWords(users, bytes, user, 0, user.length);
    checkWords(items, bytes, positive, 0, positive.length);
    checkWords(items, bytes, negatives, 0, negatives.length);
    const userRow = wordRows(users, bytes, user, 0)[0]!;
    const positiveRow = wordRows(items, bytes, positive, 0)[0]!;
    this.part.columns.add(userRow, positiveRow);
    for (const itemRow of wordRows(items, bytes, negatives, 0)) {
      if (itemRow === positiveRow) this.#positivesRemoved++;
      else this.#itemRows.push(itemRow);
    }
    this.#offsets.push(this.#itemRows.length);
  }

  /** The candidates of each interaction read. */
  candidates(): CandidateLists {
    return {
      offsets: Int32Array.from(this.#offsets),
      itemRows: Int32Array.from(this.#itemRows),
    };
  }

  /** What a reader of the results must know. */
  notes(): string[] {
    const removed = this.#positivesRemoved;
    return removed === 0
      ? []
      : [`${removed} given negatives were the positive of their own line and were taken out.`];
  }
}

type Words = readonly number[];

/** `user<TAB>positive<TAB>…<TAB>negatives separated by spaces` */
function readFieldForm(bytes: Uint8Array, start: number, end: number): [Words, Words, Words] {
  const fields = splitAt(bytes, start, end, TAB);
  if (fields.length < 6) {
    throw new LineProblem(
      `found ${fields.length / 2} tab-separated fields, expected at least 3: the user, the positive and the negatives; check the format`,
      start,
    );
  }
  const last = fields.length - 2;
  const negatives = splitWords(bytes, fields[last]!, fields[last + 1]!);
  return [fields.slice(0, 2), fields.slice(2, 4), negatives];
}

/** `(user,item)<TAB>negative<TAB>negative…` */
function readPairForm(bytes: Uint8Array, start: number, end: number): [Words, Words, Words] {
  const [, pairEnd, ...negatives] = splitAt(bytes, start, end, TAB) as [
    number,
    number,
    ...number[],
  ];
  const pair = splitAt(bytes, start + 1, pairEnd - 1, COMMA);
  if (bytes[pairEnd - 1] !== CLOSE || pair.length !== 4) {
    throw new LineProblem(
      `found ${showBytes(bytes, start, pairEnd)}, expected "(user,item)" before the first tab; check the format`,
      start,
    );
  }
  while (bytes[pair[2]!] === SPACE) pair[2]!++;
  // A tab at the end of the line makes no further candidate.
  if (negatives.length > 0 && negatives.at(-1) === negatives.at(-2)) negatives.length -= 2;
  return [pair.slice(0, 2), pair.slice(2, 4), negatives];
}
