/** What the cells of one column are like. */
export interface ColumnContent {
  readonly cells: number;
  /** How many different cells there are. */
  readonly distinct: number;
  readonly empty: number;
  /** Whether all cells are decimal numbers. */
  readonly numeric: boolean;
  readonly integers: boolean;
  /** Smallest and greatest number; infinite where there are none. */
  readonly minimum: number;
  readonly maximum: number;
  /** Whether all cells are ISO-8601 dates. */
  readonly dates: boolean;
}

const DECIMAL = /^ *[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)? *$/;
const DATE = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?$/;

/** 1 January 1980, in seconds: numbers from here on can be times. */
const FIRST_SECOND = 315_532_800;
/** 1 January 2100, in seconds. */
const LAST_SECOND = 4_102_444_800;
/** Different values that a rating may have. */
const RATING_STEPS = 21;

/** Looks at one column of the rows; a row that is too short has an empty cell. */
export function columnContent(rows: readonly (readonly string[])[], column: number): ColumnContent {
  const cells = rows.map((row) => row[column] ?? '');
  const numeric = cells.every((cell) => DECIMAL.test(cell));
  const numbers = numeric ? cells.map(Number) : [];
  let minimum = Infinity;
  let maximum = -Infinity;
  for (const number of numbers) {
    minimum = Math.min(minimum, number);
    maximum = Math.max(maximum, number);
  }
  return {
    cells: cells.length,
    distinct: new Set(cells).size,
    empty: cells.filter((cell) => cell === '').length,
    numeric,
    integers: numeric && numbers.every(Number.isInteger),
    minimum,
    maximum,
    dates: cells.every((cell) => DATE.test(cell)),
  };
}

/** Whether a column holds times between 1980 and 2100: seconds, milliseconds or dates. */
export function looksLikeTimes({ numeric, minimum, maximum, dates }: ColumnContent): boolean {
  if (dates) return true;
  if (!numeric) return false;
  const within = (factor: number): boolean =>
    minimum >= FIRST_SECOND * factor && maximum <= LAST_SECOND * factor;
  return within(1) || within(1000);
}

/** Whether a column can be read as times, whatever they count. */
export function canBeTimes({ numeric, dates }: ColumnContent): boolean {
  return numeric || dates;
}

/** Whether numbers are of a scale as 1 to 5, 0.5 to 5 or 1 to 10: few steps, no zero alone. */
export function looksLikeRatings(content: ColumnContent): boolean {
  const { numeric, distinct, minimum, maximum } = content;
  return (
    numeric &&
    distinct > 2 &&
    distinct <= RATING_STEPS &&
    minimum >= 0 &&
    maximum <= 10 &&
    maximum >= 3
  );
}

/** Whether a column can hold ids: no fractions, no dates, no empty cells. */
export function canBeIds({ numeric, integers, dates, empty }: ColumnContent): boolean {
  return !dates && empty === 0 && (integers || !numeric);
}
