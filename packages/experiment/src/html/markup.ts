/** A piece of HTML: what is in it was escaped, or written by this package. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What {@link html} takes: text is escaped, markup is not, lists are joined and nothing is nothing. */
export type Content = string | number | Markup | undefined | readonly Content[];

/** Embeddings, overrides and isolates, with which a name could turn round the text beside it (Boucher and Anderson 2023). */
const directionControls = /[\u202a-\u202e\u2066-\u2069]/g;

/** Text without the characters that change the direction of other text. */
export function withoutControls(text: string): string {
  return text.replace(directionControls, '');
}

/** Text that is safe inside an element or a quoted attribute, and does not change the direction of what is beside it. */
export function escapeHtml(text: string): string {
  return withoutControls(text).replace(
    /[&<>"']/g,
    (character) => `&#${character.codePointAt(0) ?? 0};`,
  );
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
