// For runtimes that answer requests.
import { outcome } from './outcome.js';

export default {
  /** @returns {Promise<Response>} */
  async fetch() {
    return Response.json(await outcome());
  },
};
