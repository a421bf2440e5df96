/** The k greatest scores above −Infinity by a full sort, ties by ascending index, and whether the cut is a tie. */
export function bestOf(
  scores: ArrayLike<number>,
  k: number,
): { readonly indices: number[]; readonly scores: number[]; readonly tied: boolean } {
  const order = Array.from(scores, (_, index) => index)
    .filter((index) => scores[index]! > -Infinity)
    .sort((a, b) => scores[b]! - scores[a]! || a - b);
  const best = order.slice(0, k);
  const next = order[k];
  return {
    indices: best,
    scores: best.map((index) => scores[index]!),
    tied: next !== undefined && k > 0 && scores[next] === scores[best.at(-1)!],
  };
}
