/** A value with a reason. */
export interface Entry {
  /** Any JSON value, or a {@link Section} or {@link List} that takes several lines. */
  readonly value: unknown;
  /** Why, in few words; stands behind the value. */
  readonly comment?: string | undefined;
  /** Whether it is written as a comment: a choice that was not taken. */
  readonly isAlternative?: boolean | undefined;
}

/** A field of a commented JSON object. */
export interface Field extends Entry {
  readonly key: string;
}

/** An object, a field a line. */
export class Section {
  readonly fields: readonly Field[];

  constructor(fields: readonly Field[]) {
    this.fields = fields;
  }
}

/** An array, an entry a line. */
export class List {
  readonly entries: readonly Entry[];

  constructor(entries: readonly Entry[]) {
    this.entries = entries;
  }
}

/** An object as JSON with comments; fields end with commas, which `parseExperiment` allows. */
export function jsonc(fields: readonly Field[], comment: string): string {
  return `// ${oneLine(comment)}\n${sectionText(fields, '')}\n`;
}

function sectionText(fields: readonly Field[], indent: string): string {
  const lines = fields.map((field) => entryLine(field, `${JSON.stringify(field.key)}: `, indent));
  return `{\n${lines.join('\n')}\n${indent}}`;
}

function entryLine(entry: Entry, key: string, indent: string): string {
  const { value, comment, isAlternative = false } = entry;
  const inner = `${indent}  `;
  const behind = comment === undefined ? '' : ` // ${oneLine(comment)}`;
  return `${inner}${isAlternative ? '// ' : ''}${key}${valueText(value, inner)},${behind}`;
}

function valueText(value: unknown, indent: string): string {
  if (value instanceof Section) return sectionText(value.fields, indent);
  if (!(value instanceof List)) return inline(value);
  const lines = value.entries.map((entry) => entryLine(entry, '', indent));
  return `[\n${lines.join('\n')}\n${indent}]`;
}

/** JSON on one line, with spaces. */
function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(
    ([key, entry]) => `${JSON.stringify(key)}: ${inline(entry)}`,
  );
  return `{ ${entries.join(', ')} }`;
}

function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}
