/** A learning rate for each step, counted from 0. */
export type Schedule = (step: number) => number;
