import { createRequire } from 'node:module';

/** What the tests use of an element; the types of browsers are not among those of this package. */
export interface PageElement {
  readonly id: string;
  readonly tagName: string;
  readonly localName: string;
  readonly textContent: string | null;
  getAttribute(name: string): string | null;
  getAttributeNames(): string[];
  querySelector(selector: string): PageElement | null;
  querySelectorAll(selector: string): Iterable<PageElement> & ArrayLike<PageElement>;
  click(): void;
}

/** What the tests use of a document. */
export interface Page extends Pick<PageElement, 'querySelector' | 'querySelectorAll'> {
  readonly documentElement: PageElement;
}

const { JSDOM } = createRequire(import.meta.url)('jsdom') as {
  readonly JSDOM: new (
    text: string,
    options: { readonly runScripts?: 'dangerously' },
  ) => { readonly window: { readonly document: Page } };
};

/** The document of a page, parsed as browsers do. */
export function openPage(text: string, scripts = false): Page {
  return new JSDOM(text, scripts ? { runScripts: 'dangerously' } : {}).window.document;
}
