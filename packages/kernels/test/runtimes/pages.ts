import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';

const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** Ways to serve the same pages, by the first part of their address. */
const headers = {
  isolated: isolation,
  plain: {},
  strict: {
    ...isolation,
    'Content-Security-Policy': "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'",
  },
  forbidden: { ...isolation, 'Content-Security-Policy': "default-src 'self'" },
} as const;

export type Way = keyof typeof headers;

const kinds: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript' };

/** Serves a folder on loopback. */
export class PageServer {
  readonly #server: Server;

  constructor(folder: string) {
    this.#server = createServer((request, response) => {
      const [, way = '', ...names] = (request.url ?? '').split('/');
      const file = join(folder, ...names);
      const type = kinds[extname(file)];
      if (!Object.hasOwn(headers, way) || type === undefined) {
        response.writeHead(404).end();
        return;
      }
      response.writeHead(200, { 'Content-Type': type, ...headers[way as Way] });
      response.end(readFileSync(file));
    });
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  /** Address of a page of the folder. */
  url(way: Way, page: string): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/${way}/${page}`;
  }

  stop(): void {
    this.#server.close();
  }
}
