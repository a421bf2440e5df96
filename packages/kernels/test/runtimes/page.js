// For browsers: the outcome in the page and in a worker of the page, as the text of the page.
import { outcome } from './outcome.js';

const problems = [];
addEventListener('error', ({ message }) => problems.push(message));
addEventListener('unhandledrejection', ({ reason }) => problems.push(String(reason)));
const worker = new Worker(new URL('./page-worker.js', import.meta.url), { type: 'module' });
const inWorker = await new Promise((resolve, reject) => {
  worker.onmessage = ({ data }) => resolve(data);
  worker.onerror = ({ message }) => reject(new Error(message));
});
const inPage = await outcome();
document.body.textContent = JSON.stringify({ inPage, inWorker, problems });
document.title = 'done';
