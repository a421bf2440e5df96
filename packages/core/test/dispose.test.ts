import { expect, it, vi } from 'vitest';

it('disposes by a symbol also where the runtime has no Symbol.dispose', async () => {
  const { dispose, ...older } = Object.getOwnPropertyDescriptors(Symbol);
  expect(dispose.value).toBe(Symbol.dispose);
  vi.stubGlobal(
    'Symbol',
    Object.defineProperties(() => undefined, older),
  );
  vi.resetModules();
  const { BaseModel } = await import('../src/base-model.js');
  vi.unstubAllGlobals();
  expect(Object.getOwnPropertySymbols(BaseModel.prototype)).toEqual([Symbol.for('Symbol.dispose')]);
  expect(Object.hasOwn(BaseModel.prototype, 'undefined')).toBe(false);
});
