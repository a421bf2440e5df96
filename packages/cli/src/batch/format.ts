import type { Recommendation } from '@tensorec/core';
import { csvText } from '@tensorec/preprocessing';
import type { Titles } from '../artifacts.js';

/** How lists are written. */
export interface ListFormat {
  /** What comes before the first list. */
  readonly head: string;
  /** The lines of some recommendations. */
  lines(rows: Iterable<Recommendation>): string;
}

/** Digits that tell any two scores apart. */
const scoreDigits = 9;

/** CSV with the columns user, item, rank, score, and title where titles are known. */
export function csvFormat(title: Titles | undefined): ListFormat {
  const names = ['user', 'item', 'rank', 'score', ...(title === undefined ? [] : ['title'])];
  const head = csvText(names, []);
  return {
    head,
    lines(rows) {
      const cells = Array.from(rows, ({ user, item, rank, score }) => [
        user,
        item,
        rank,
        shortScore(score),
        ...(title === undefined ? [] : [title(item)]),
      ]);
      return csvText(names, cells).slice(head.length);
    },
  };
}

/** JSON lines: an object a recommendation, with the names of the columns of {@link csvFormat}. */
export function jsonLinesFormat(title: Titles | undefined): ListFormat {
  return {
    head: '',
    lines: (rows) =>
      Array.from(rows, ({ user, item, rank, score }) => {
        const titles = title === undefined ? {} : { title: title(item) };
        return `${JSON.stringify({ user, item, rank, score: shortScore(score), ...titles })}\n`;
      }).join(''),
  };
}

function shortScore(score: number): number {
  return Number(score.toPrecision(scoreDigits));
}
