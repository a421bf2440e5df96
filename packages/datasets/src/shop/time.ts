/** 2025-01-01T00:00:00Z, a Wednesday: the first moment of the shop's year, in milliseconds since 1970. */
export const shopStart = 1735689600000;

/** Length of a day in milliseconds. */
export const dayMilliseconds = 86_400_000;

/** Days in the shop's year. */
export const yearDays = 365;

/** 2026-01-01T00:00:00Z: the end of the shop's year; no event has this time or a later one. */
export const shopEnd: number = shopStart + yearDays * dayMilliseconds;
