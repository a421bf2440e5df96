/** Exit codes of the command. */
export const exitCodes = { ok: 0, failed: 1, usage: 2, stopped: 130 } as const;
