// Exact errors of one rounded operation (Dekker 1971, Knuth 1969). A number of twice the precision is a pair
// high + low; these two functions give the low part, and use nothing but + - *.

const SPLITTER = 134217729; // 2²⁷ + 1 cuts 53 bits into 26 + 26

/** What `sum`, the rounded `a + b`, lacks. */
export function sumError(a: number, b: number, sum: number): number {
  const part = sum - a;
  return a - (sum - part) + (b - part);
}

/** What `product`, the rounded `a * b`, lacks; |a| and |b| below 2⁹⁹⁰. */
export function productError(a: number, b: number, product: number): number {
  const aScaled = SPLITTER * a;
  const aHigh = aScaled - (aScaled - a);
  const aLow = a - aHigh;
  const bScaled = SPLITTER * b;
  const bHigh = bScaled - (bScaled - b);
  const bLow = b - bHigh;
  return aHigh * bHigh - product + aHigh * bLow + aLow * bHigh + aLow * bLow;
}
