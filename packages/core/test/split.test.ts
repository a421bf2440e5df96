import { describe, expect, expectTypeOf, it } from 'vitest';
import { Interactions, trainAndValidation } from '../src/index.js';
import { errorOf } from './error-of.js';

const whole = Interactions.fromColumns<string, number>({
  users: ['a', 'b', 'a', 'c'],
  items: [1, 2, 3, 1],
  values: [5, 4, 3, 2],
  timestamps: [10, 20, 30, 40],
});
const train = whole.part(Int32Array.of(0, 3), 'train', 'split');
const validation = whole.part(Int32Array.of(2, 1), 'validation', 'split');

describe('trainAndValidation', () => {
  it('joins the events of both, training first', () => {
    const both = trainAndValidation({ train, validation });
    expectTypeOf(both).toEqualTypeOf<Interactions<string, number, 'train'>>();
    expect([both.role, both.splitId, both.users]).toEqual(['train', 'split', whole.users]);
    expect([...both.userRows]).toEqual([0, 2, 0, 1]);
    expect([...both.itemRows]).toEqual([0, 0, 2, 1]);
    expect([...both.values!]).toEqual([5, 2, 3, 4]);
    expect([...both.timestamps!]).toEqual([10, 40, 30, 20]);
  });

  it('is train where there is no validation, and joins an empty one', () => {
    expect(trainAndValidation({ train })).toBe(train);
    const none = whole.part(new Int32Array(0), 'validation', 'split');
    expect(trainAndValidation({ train, validation: none }).fingerprint).toBe(train.fingerprint);
  });

  it.each(['values', 'timestamps'] as const)(
    'refuses parts of which one lacks %s',
    async (column) => {
      const less = new Interactions({ ...validation.columns(), [column]: undefined });
      const error = await errorOf(() => trainAndValidation({ train, validation: less }));
      expect(error.code).toBe('invalid-argument');
      expect(error.message).toBe(
        `The train part has ${column} and the validation part has none; give both or neither.`,
      );
      const lessTrain = new Interactions({ ...train.columns(), [column]: undefined });
      const other = await errorOf(() => trainAndValidation({ train: lessTrain, validation }));
      expect(other.message).toContain(
        `The validation part has ${column} and the train part has none`,
      );
    },
  );

  it('refuses parts over other vocabularies', async () => {
    const error = await errorOf(() =>
      trainAndValidation({ train, validation: validation.compact() }),
    );
    expect(error.code).toBe('invalid-argument');
    expect(error.message).toContain('not over the same vocabularies');
  });

  it('takes a train and a validation part only', () => {
    // @ts-expect-error -- a train part is no validation part
    const wrong = (): unknown => trainAndValidation({ train, validation: train });
    expect(wrong).toBeTypeOf('function');
  });
});
