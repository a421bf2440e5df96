import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** What a test server does with the n-th request (from 0). */
export type Answer = (request: IncomingMessage, response: ServerResponse, n: number) => void;

/** A server on this machine that a test asks. */
export interface TestServer {
  readonly baseUrl: string;
  /** Method, path and Range header of each request so far. */
  readonly requests: readonly string[];
  /** To be called with the number of bytes that the client holds; see {@link FileAnswer}. */
  readonly received: (bytes: number) => void;
  close(): Promise<void>;
}

export async function startServer(answering: Answer | FileAnswer): Promise<TestServer> {
  const { answer, received } =
    typeof answering === 'function' ? { answer: answering, received: () => undefined } : answering;
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const { method = '', url = '', headers } = request;
    requests.push(`${method} ${url} ${headers.range ?? ''}`.trim());
    answer(request, response, requests.length - 1);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return {
    baseUrl: `http://127.0.0.1:${address.port}/sets`,
    requests,
    received,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

/** Answers with a file; `received` is told how many bytes the client holds, so that cuts do not depend on time. */
export interface FileAnswer {
  readonly answer: Answer;
  readonly received: (bytes: number) => void;
}

/**
 * A server that keeps to ranges and If-Range. `cutAt` is where it breaks the n-th answer off, once the client has all
 * bytes up to there.
 */
export function fileAnswer(
  content: Buffer,
  options: {
    readonly etag?: string;
    readonly lastModified?: string;
    readonly ranges?: boolean;
    readonly cutAt?: (n: number) => number | undefined;
  } = {},
): FileAnswer {
  const { etag, lastModified, ranges = true, cutAt } = options;
  let held: { readonly response: ServerResponse; readonly end: number } | undefined;
  return {
    answer({ headers }, response, n) {
      if (etag !== undefined) response.setHeader('etag', etag);
      if (lastModified !== undefined) response.setHeader('last-modified', lastModified);
      const range = /^bytes=(\d+)-$/.exec(headers.range ?? '');
      const condition = headers['if-range'];
      const same = condition === undefined || condition === etag || condition === lastModified;
      const from = ranges && same && range ? Number(range[1]) : 0;
      const end = cutAt?.(n) ?? content.length;
      if (from > 0 && from === end) {
        response.destroy();
        return;
      }
      if (from > 0) {
        response.statusCode = 206;
        response.setHeader(
          'content-range',
          `bytes ${from}-${content.length - 1}/${content.length}`,
        );
      }
      response.setHeader('content-length', content.length - from);
      if (end === content.length) response.end(content.subarray(from));
      else {
        held = { response, end };
        response.write(content.subarray(from, end));
      }
    },
    received(bytes) {
      if (held === undefined || bytes < held.end) return;
      held.response.destroy();
      held = undefined;
    },
  };
}
