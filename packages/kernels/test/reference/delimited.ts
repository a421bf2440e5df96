/** What a plain line holds. */
export interface PlainLine {
  readonly first: string;
  readonly second: string;
  readonly value: number;
  readonly time: number;
}

const NUMBER = /^-?(?:\d+\.?\d*|\.\d+)$/;

/** A number of up to 15 digits and 16 characters, or NaN. */
function decimal(text: string): number {
  const digits = text.replace(/\D/g, '').length;
  return NUMBER.test(text) && digits <= 15 && text.length <= 16 ? Number(text) : NaN;
}

/** The plain lines at the start of a text with keys in fields 1 and 0 and numbers in fields 2 and 3. */
export function plainLines(
  text: string,
  separator: string,
): { readonly rows: readonly PlainLine[]; readonly next: number; readonly lines: number } {
  const rows: PlainLine[] = [];
  let next = 0;
  let lines = 0;
  for (;;) {
    const end = text.indexOf('\n', next);
    if (end < 0) return { rows, next, lines };
    const line = text.slice(next, end).replace(/\r$/, '');
    const fields = line.split(separator);
    if (line !== '') {
      const [second = '', first = '', value = '', time = ''] = fields;
      const row = { first, second, value: decimal(value), time: decimal(time) };
      const isPlain =
        fields.length >= 4 &&
        !/[\r\0]/.test(line) &&
        fields.every((field) => !field.startsWith('"')) &&
        ![first, second].includes('') &&
        !Number.isNaN(row.value) &&
        !Number.isNaN(row.time);
      if (!isPlain) return { rows, next, lines };
      rows.push(row);
    }
    next = end + 1;
    lines++;
  }
}
