/** Specs of the suite that are not run: a piece of the full name, and why. */
export const exclusions: readonly (readonly [piece: string, reason: string])[] = [];
