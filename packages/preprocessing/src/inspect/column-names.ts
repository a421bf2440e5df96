/** What a column of interactions can be. */
export type ColumnRole = 'user' | 'item' | 'value' | 'timestamp';

/** Names of columns without case and separators, the likeliest first; `…id` is understood. */
const names: Readonly<Record<ColumnRole, readonly string[]>> = {
  user: [
    ...['user', 'uid', 'userid', 'username', 'usr', 'userhash', 'useruuid', 'u'],
    ...['customer', 'customernumber', 'client', 'member', 'reviewer', 'visitor', 'fullvisitor'],
    ...['account', 'person', 'profile', 'buyer', 'shopper', 'listener', 'subscriber', 'player'],
    ...['device', 'cookie', 'session', 'sess', 'visit', 'basket', 'order', 'case'],
  ],
  item: [
    ...['item', 'iid', 'itemid', 'i', 'product', 'productcode', 'movie', 'film', 'sku', 'asin'],
    ...['parentasin', 'article', 'track', 'song', 'artist', 'album', 'book', 'isbn', 'game'],
    ...['app', 'news', 'video', 'business', 'restaurant', 'recipe', 'joke', 'anime', 'poi'],
    ...['location', 'place', 'venue', 'content', 'listing', 'hotel', 'course', 'offer', 'ad'],
    ...['stockcode', 'document', 'doc', 'page', 'url', 'podcast', 'show', 'episode', 'title'],
  ],
  value: [
    ...['rating', 'ratings', 'score', 'stars', 'star', 'overall', 'value', 'preference', 'pref'],
    ...['weight', 'count', 'cnt', 'counts', 'plays', 'playcount', 'listen', 'listens'],
    ...['listencount', 'listeningcount', 'views', 'clicks', 'click', 'purchases', 'quantity'],
    ...['qty', 'amount', 'frequency', 'freq', 'feedback', 'hours', 'watchratio', 'strength'],
  ],
  timestamp: [
    ...['timestamp', 'time', 'ts', 'unixtime', 'unixtimestamp', 'unixreviewtime', 'unix'],
    ...['epoch', 'datetime', 'eventtime', 'createdat', 'ratedat', 'updatedat', 'date'],
    ...['eventdate', 'ratingtime', 'ratingtimestamp', 'reviewtime', 'reviewdate', 'created'],
    ...['checkintime', 'visittime', 'starttime', 'invoicedate', 'eventtimestamp', 'when', 't'],
  ],
};

const roles = ['user', 'item', 'value', 'timestamp'] as const;

/** Names that stand for a role only beside another one of a single letter. */
const singleLetters = new Set(['u', 'i', 't']);

/** Names of users that are sessions. */
const sessions = new Set(['session', 'sess', 'visit', 'basket', 'order']);

/** How many names of each role messages show. */
const SHOWN = 6;

/** The columns of a header by what their names mean; a name that means nothing is left out. */
export function rolesByName(
  header: readonly string[],
): Partial<Readonly<Record<ColumnRole, number>>> {
  const compact = header.map(words);
  const letters = compact.filter((name) => singleLetters.has(name.join(''))).length;
  const found: Partial<Record<ColumnRole, number>> = {};
  for (const role of roles) {
    let best = Infinity;
    for (const [column, name] of compact.entries()) {
      if (letters < 2 && singleLetters.has(name.join(''))) continue;
      const rank = rankOf(name, role);
      if (rank >= best) continue;
      best = rank;
      found[role] = column;
    }
  }
  return found;
}

/** Whether a column's name says that its users are sessions. */
export function namesSessions(name: string): boolean {
  return stems(words(name)).some((stem) => sessions.has(stem));
}

/** Names that a column of a role may have, for messages. */
export function namesOf(role: ColumnRole): string {
  return `${names[role].slice(0, SHOWN).join(', ')}, …`;
}

/** How far a name is from the likeliest of a role: whole names before ends of names, which durations end with too. */
function rankOf(name: readonly string[], role: ColumnRole): number {
  const rank = (part: readonly string[]): number => {
    const places = stems(part).map((stem) => names[role].indexOf(stem));
    return Math.min(Infinity, ...places.filter((place) => place >= 0));
  };
  const ending = name.length > 2 ? 1000 + rank(name.slice(-2)) : Infinity;
  const last = name.length > 1 && name.at(-1) !== 'time' ? 2000 + rank(name.slice(-1)) : Infinity;
  return Math.min(rank(name), ending, last);
}

/** The words of a name in one, with and without a final `id`. */
function stems(name: readonly string[]): string[] {
  const joined = name.join('');
  const stem = joined.replace(/(?:id|idx|index|uuid|code|key|no)$/, '');
  return stem === joined || stem === '' ? [joined] : [joined, stem];
}

/** `movieId`, `movie_id` and `Movie ID` as `movie`, `id`. */
function words(name: string): readonly string[] {
  return name
    .replace(/:(?:token|float)(?:_seq)?$/, '')
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}
