import { isTensorecError } from '@tensorec/core';
import { describe, expect, it } from 'vitest';
import { experimentJsonSchema, parseExperiment } from '../src/index.js';

const small = {
  name: 'small',
  data: { format: 'adjacency', path: 'a.txt' },
  split: { method: 'leave-last-out' },
  evaluation: { metrics: ['recall@20'] },
  models: [{ model: 'popular' }],
};

function messageOf(content: unknown): string {
  try {
    parseExperiment(typeof content === 'string' ? content : JSON.stringify(content), 'file.json');
  } catch (error) {
    if (isTensorecError(error)) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('parseExperiment', () => {
  it('fills in the defaults', () => {
    expect(parseExperiment(JSON.stringify(small), 'file.json')).toEqual({
      name: 'small',
      seed: 0,
      data: { format: 'adjacency', path: 'a.txt' },
      split: { method: 'leave-last-out', test: 1, validation: 0 },
      evaluation: {
        task: 'ranking',
        candidates: 'all',
        users: 'all',
        on: 'test',
        metrics: ['recall@20'],
      },
      training: { refit: false },
      models: [{ model: 'popular', params: {} }],
    });
  });

  it('accepts comments, trailing commas, a byte order mark and $schema', () => {
    const text = `\uFEFF// a comment\n${JSON.stringify({ $schema: 'x', ...small }).replace(/\}$/, ',}')}`;
    expect(parseExperiment(text, 'file.json').name).toBe('small');
  });

  it('names the line and column of what is not JSON', () => {
    expect(messageOf('{\n  "name": oops\n}')).toMatch(/^file\.json:2:11: not JSON/);
    expect(messageOf('')).toMatch(/^file\.json:1:1: not JSON/);
  });

  it.each([
    [{ ...small, nme: 'x' }, 'unknown key "nme"; did you mean "name"?'],
    [{ ...small, data: { ...small.data, pth: 'x' } }, 'unknown key "pth"; did you mean "path"?'],
    [{ ...small, data: { ...small.data, format: 'csv' } }, 'data.format'],
    [{ ...small, split: { method: 'leave-last' } }, 'split'],
    [{ ...small, models: [] }, 'models'],
    [{ ...small, models: undefined }, 'models'],
    [{ ...small, seed: -1 }, 'seed'],
    [{ ...small, evaluation: { metrics: [] } }, 'evaluation.metrics'],
    [{ ...small, evaluation: { metrics: ['recal@20'] } }, '"recall"'],
    [{ ...small, evaluation: { metrics: ['recall@20', 'recall@20'] } }, 'twice'],
    [{ ...small, evaluation: { metrics: ['recall@0'] } }, 'recall'],
    [{ ...small, split: undefined }, 'neither data.test nor a split'],
    [{ ...small, data: { ...small.data, test: 'b.txt' } }, 'data.test already splits'],
    [{ ...small, data: { ...small.data, validation: 'b.txt' } }, 'need data.test'],
    [{ ...small, evaluation: { metrics: ['recall@20'], candidates: 'given' } }, 'testFormat'],
    [{ ...small, data: { ...small.data, scale: [5, 1] } }, 'lowest rating comes first'],
    [[], 'file.json'],
    ['null', 'file.json'],
  ])('refuses %j', (content, expected) => {
    const message = messageOf(content);
    expect(message).toContain(expected);
    expect(message).not.toBe('accepted');
  });

  it('refuses the key __proto__ at any depth', () => {
    const top = JSON.stringify(small).replace('{', '{\n "__proto__": {"seed": 7}, ');
    expect(messageOf(top)).toBe('file.json:2:2: unknown key "__proto__"; remove it.');
    const params = JSON.stringify(small).replace('"popular"', '"als", "params": {"__proto__": {}}');
    expect(messageOf(params)).toContain('unknown key "__proto__"');
    expect(messageOf(params.replace('__proto__', '__proto\\u005f_'))).toContain('"__proto__"');
    expect(Object.hasOwn(Object.prototype, 'seed')).toBe(false);
  });

  it('counts columns after a byte order mark', () => {
    expect(messageOf('\uFEFF{\n  "name": oops\n}')).toMatch(/^file\.json:2:11: not JSON/);
  });
});

describe('experimentJsonSchema', () => {
  it('describes the sections', () => {
    expect(experimentJsonSchema()).toMatchObject({
      type: 'object',
      properties: { data: { type: 'object' }, models: { type: 'array' } },
      required: expect.arrayContaining(['name', 'data', 'evaluation', 'models']) as unknown,
    });
  });
});
