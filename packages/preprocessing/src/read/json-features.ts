import { show, suggest, TensorecError, type FeatureKind } from '@tensorec/core';
import { FeatureColumnBuilder, type FeatureTableBuilder } from './feature-columns.js';
import type { JsonLinesFeatureSpec } from './feature-specification.js';
import { readJsonId, readJsonObject } from './json-lines.js';
import { LineProblem } from './line-problem.js';
import { LineScanner } from './line-scanner.js';
import type { RecordFormat } from './records.js';

/** Reads features from one JSON object a line. */
export class JsonLinesFeatureReader extends LineScanner implements RecordFormat {
  readonly #spec: JsonLinesFeatureSpec;
  readonly #kinds: Readonly<Record<string, FeatureKind>>;
  readonly #table: FeatureTableBuilder;

  constructor(spec: JsonLinesFeatureSpec, table: FeatureTableBuilder) {
    super();
    this.#spec = spec;
    this.#kinds = spec.kinds ?? {};
    this.#table = table;
  }

  take(bytes: Uint8Array, start: number): void {
    const object = readJsonObject(bytes, start, this.contentEnd);
    if (object === undefined) return;
    const { id, ids = 'string' } = this.#spec;
    const rowsBefore = this.#table.vocabulary.size;
    this.#table.addId(readJsonId(object, id, ids, start), start);
    const entries: [string, unknown][] = Object.entries(object);
    for (const [name, value] of entries) {
      if (name === id || value === null) continue;
      let column = this.#table.columns.get(name);
      if (column === undefined) {
        const kind = Object.hasOwn(this.#kinds, name) ? this.#kinds[name]! : kindOf(value);
        if (kind === undefined) continue;
        column = new FeatureColumnBuilder(kind);
        this.#table.columns.set(name, column);
      }
      column.fill(rowsBefore);
      addValue(column, name, value, start);
    }
  }

  /** Throws `unknown-name` for a kind that was given to a property which no object has. */
  checkKinds(source: string): void {
    const known = [...this.#table.columns.keys()];
    for (const name of Object.keys(this.#kinds)) {
      if (known.includes(name)) continue;
      throw new TensorecError(
        'unknown-name',
        `${source} has no property ${show(name)}, which kinds names${suggest(name, known)}`,
      );
    }
  }
}

function kindOf(value: unknown): FeatureKind | undefined {
  if (typeof value === 'string') return 'text';
  if (typeof value === 'number') return 'number';
  return isTexts(value) ? 'tags' : undefined;
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((tag) => typeof tag === 'string');
}

function addValue(
  column: FeatureColumnBuilder,
  name: string,
  value: unknown,
  position: number,
): void {
  const { kind } = column;
  if (kind === 'number' && typeof value === 'number' && Number.isFinite(value)) {
    column.addNumber(value);
  } else if (kind === 'tags' && isTexts(value)) {
    column.addTags(value);
  } else if ((kind === 'text' || kind === 'category') && isScalar(value)) {
    column.addText(String(value));
  } else {
    const expected = {
      number: 'a finite number',
      tags: 'an array of texts',
      text: 'text',
      category: 'text',
    }[kind];
    throw new LineProblem(
      `found ${show(value)} as ${show(name)}, expected ${expected} or null; correct it, or name its kind in kinds`,
      position,
    );
  }
}

function isScalar(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}
