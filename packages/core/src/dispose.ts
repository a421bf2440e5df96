/**
 * `Symbol.dispose`, or where the runtime lacks it the symbol that esbuild and Babel make of it when they compile
 * `using`.
 */
export const disposeSymbol: typeof Symbol.dispose =
  'dispose' in (Symbol as object) ? Symbol.dispose : (Symbol.for('Symbol.dispose') as never);
