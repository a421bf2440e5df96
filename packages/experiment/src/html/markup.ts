/** A piece of HTML: what is in it was escaped, or written by this package. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What {@link html} takes: text is escaped, markup is not, lists are joined and nothing is nothing. */
export type Content = string | number | Markup | undefined | readonly Content[];

/** Text that is safe inside an element or a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0) ?? 0};`);
}

/** A template whose values are escaped unless they are markup themselves. */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Markup {
  let text = '';
  parts.forEach((part, n) => {
    text += part + contentText(values[n]);
  });
  return new Markup(text);
}

function contentText(content: Content): string {
  if (content === undefined) return '';
  if (content instanceof Markup) return content.text;
  if (typeof content === 'string') return escapeHtml(content);
  if (typeof content === 'number') return String(content);
  return content.map(contentText).join('');
}
