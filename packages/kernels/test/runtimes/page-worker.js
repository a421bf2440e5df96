import { outcome } from './outcome.js';

outcome().then((found) => postMessage(found));
