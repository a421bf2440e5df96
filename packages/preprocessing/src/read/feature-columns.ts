import {
  show,
  VocabularyBuilder,
  FeatureTable,
  type FeatureColumn,
  type FeatureKind,
  type Id,
} from '@tensorec/core';
import { LineProblem } from './line-problem.js';

/** Collects the entries of one feature, in the order of ids. */
export class FeatureColumnBuilder {
  readonly kind: FeatureKind;
  readonly #numbers: number[] = [];
  readonly #texts: (string | undefined)[] = [];
  readonly #tags: (readonly string[])[] = [];

  constructor(kind: FeatureKind) {
    this.kind = kind;
  }

  addNumber(number: number): void {
    this.#numbers.push(number);
  }

  addText(text: string): void {
    this.#texts.push(text);
  }

  addTags(tags: readonly string[]): void {
    this.#tags.push(tags);
  }

  /** Adds missing entries until there are `size`. */
  fill(size: number): void {
    if (this.kind === 'number') while (this.#numbers.length < size) this.#numbers.push(NaN);
    else if (this.kind === 'tags') while (this.#tags.length < size) this.#tags.push([]);
    else while (this.#texts.length < size) this.#texts.push(undefined);
  }

  build(): FeatureColumn {
    switch (this.kind) {
      case 'number':
        return { kind: 'number', values: Float64Array.from(this.#numbers) };
      case 'tags':
        return { kind: 'tags', values: this.#tags };
      case 'category':
      case 'text':
        return { kind: this.kind, values: this.#texts };
    }
  }
}

/** Collects a table: ids one by one, and the columns that have entries for them. */
export class FeatureTableBuilder {
  readonly columns: Map<string, FeatureColumnBuilder> = new Map();
  readonly vocabulary: VocabularyBuilder = new VocabularyBuilder();

  /** Adds an id; a {@link LineProblem} at `position` when it was there before. */
  addId(id: Id, position: number): void {
    const { size } = this.vocabulary;
    if (this.vocabulary.add(id) < size) {
      throw new LineProblem(
        `found the id ${show(id)} again, expected one line an id; remove one of them`,
        position,
      );
    }
  }

  build(): FeatureTable {
    const { size } = this.vocabulary;
    const columns = new Map<string, FeatureColumn>();
    for (const [name, column] of this.columns) {
      column.fill(size);
      columns.set(name, column.build());
    }
    return new FeatureTable(this.vocabulary.build(), columns);
  }
}
