import { show, TensorecError } from '@tensorec/core';

/** A line of a file of users. */
export interface UserLine {
  /** The id as it stands there. */
  readonly text: string;
  /** From 1. */
  readonly line: number;
}

/** Characters that a line may have. */
const longestLine = 1 << 20;

/**
 * The ids of a text with one a line. Blank lines and a byte order mark are passed over; a carriage return before a line
 * feed belongs to the line end.
 *
 * @param name - what the text is called in messages
 * @throws TensorecError `parse` that names the line, for bytes that are not UTF-8, a NUL or a line of more than 1 MiB.
 */
export async function* userLines(
  bytes: AsyncIterable<Uint8Array>,
  name: string,
): AsyncGenerator<UserLine> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  let line = 0;
  const decode = (block?: Uint8Array): string => {
    try {
      return block === undefined ? decoder.decode() : decoder.decode(block, { stream: true });
    } catch {
      throw problem(name, line + 1, 'found bytes that are not UTF-8 here or in a line after');
    }
  };
  for await (const block of bytes) {
    const lines = (rest + decode(block)).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > longestLine) {
      throw problem(name, line + lines.length + 1, 'found a line of more than 1 MiB');
    }
    for (const text of lines) yield* userLine(text, name, ++line);
  }
  yield* userLine(rest + decode(), name, ++line);
}

function* userLine(content: string, name: string, line: number): Generator<UserLine> {
  const text = content.endsWith('\r') ? content.slice(0, -1) : content;
  if (text.includes('\0')) throw problem(name, line, `found a NUL in ${show(text)}`);
  if (text !== '') yield { text, line };
}

function problem(name: string, line: number, found: string): TensorecError {
  return new TensorecError('parse', `${name}:${line}: ${found}; give a text with one id a line.`);
}
