import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** What a test server does with the n-th request (from 0). */
export type Answer = (request: IncomingMessage, response: ServerResponse, n: number) => void;

/** A server on this machine that a test asks. */
export interface TestServer {
  readonly baseUrl: string;
  /** Method, path and Range header of each request so far. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

export async function startServer(answer: Answer): Promise<TestServer> {
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
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

/** A server that keeps to ranges and If-Range, as GroupLens' does; `cutAt` breaks the n-th answer off there. */
export function fileAnswer(
  content: Buffer,
  options: {
    readonly etag?: string;
    readonly lastModified?: string;
    readonly ranges?: boolean;
    readonly cutAt?: (n: number) => number | undefined;
  } = {},
): Answer {
  const { etag, lastModified, ranges = true, cutAt } = options;
  return ({ headers }, response, n) => {
    if (etag !== undefined) response.setHeader('etag', etag);
    if (lastModified !== undefined) response.setHeader('last-modified', lastModified);
    const range = /^bytes=(\d+)-$/.exec(headers.range ?? '');
    const condition = headers['if-range'];
    const same = condition === undefined || condition === etag || condition === lastModified;
    const from = ranges && same && range ? Number(range[1]) : 0;
    if (from > 0) {
      response.statusCode = 206;
      response.setHeader('content-range', `bytes ${from}-${content.length - 1}/${content.length}`);
    }
    response.setHeader('content-length', content.length - from);
    const end = cutAt?.(n);
    if (end === undefined) {
      response.end(content.subarray(from));
      return;
    }
    response.write(content.subarray(from, end), () => {
      setTimeout(() => response.destroy(), 20);
    });
  };
}
