export { escapeHtml } from './markup.js';
export { reportHtml } from './page.js';
