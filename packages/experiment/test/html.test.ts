import { createHash } from 'node:crypto';
import axe from 'axe-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeHtml, reportHtml, type Report } from '../src/index.js';
import { openPage, type Page, type PageElement } from './dom.js';
import { rankingReport, ratingReport } from './html-reports.js';

const hostile = `</style></script><script>alert(1)</script><img src=x onerror=alert(1)> "' &amp; \u202e`;

async function pageOf(report: Report, scripts = false): Promise<Page> {
  return openPage(await reportHtml(report), scripts);
}

function textOf(element: PageElement | null | undefined): string {
  return (element?.textContent ?? '').replace(/\s+/g, ' ').trim();
}

function texts(page: Pick<Page, 'querySelectorAll'>, selector: string): string[] {
  return Array.from(page.querySelectorAll(selector), textOf);
}

/** The elements and attributes outside plots, whose number of ticks depends on the length of names. */
function shapeOf(page: Page): string {
  return Array.from(page.querySelectorAll(':not(figure svg *)'), (element) => {
    const attributes = element.getAttributeNames().filter((name) => name !== 'class');
    return `${element.tagName} ${attributes.join(' ')}`;
  }).join('\n');
}

/** Elements that plots are made of. */
const plotElements = ['g', 'line', 'path', 'text', 'tspan', 'circle', 'rect'];

describe('a report of rankings', async () => {
  const page = await pageOf(rankingReport('als'));

  it('says first which model is best', () => {
    expect(textOf(page.querySelector('main p'))).toMatch(/^als2 is best with/);
  });

  it('shows figures with their intervals, and why a model failed', () => {
    const rows = texts(page.querySelectorAll('table')[0]!, 'tbody tr');
    expect(rows[0]).toBe('als0 0.20000.1800 to 0.2300 0.1000 1.2512');
    expect(rows[2]).toContain('✓ best: 0.4000');
    expect(rows[3]).toBe('als failed ✕ failed: als');
  });

  it('compares models two by two', () => {
    const row = texts(page, 'tbody tr').find((text) => text.includes('als0 – als1'));
    expect(row).toContain('−0.1000−0.1300 to −0.0700 −0.40 0.0010 0.0010 als1 is better');
  });

  it('has every section, in order', () => {
    expect(texts(page, 'h2')).toEqual([
      'Models',
      'Over the length of the list',
      'Beyond accuracy',
      'For whom, and for which items',
      'Training',
      'Protocol',
      'Some test users',
      'How it ran',
    ]);
  });

  it('marks what a user chose, not by colour alone', () => {
    expect(textOf(page.querySelector('.hit'))).toBe('als ✓ (chosen)');
  });

  it('names every plot, and every id is there once', () => {
    const plots = [...page.querySelectorAll('figure svg')];
    expect(plots.length).toBe(8);
    for (const plot of plots) {
      expect(plot.getAttribute('role')).toBe('img');
      expect(plot.getAttribute('aria-label')).toMatch(/table/);
    }
    const ids = Array.from(page.querySelectorAll('[id]'), ({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const link of page.querySelectorAll('nav a')) {
      expect(ids).toContain((link.getAttribute('href') ?? '').slice(1));
    }
  });

  it('names every table, its columns and its rows', () => {
    const tables = [...page.querySelectorAll('table')];
    expect(tables.length).toBeGreaterThan(5);
    for (const table of tables) {
      expect(textOf(table.querySelector('caption'))).not.toBe('');
      expect(table.querySelectorAll('thead th[scope=col]').length).toBeGreaterThan(0);
      expect(table.querySelectorAll('tbody th[scope=row]').length).toBe(
        table.querySelectorAll('tbody tr').length,
      );
    }
  });

  it('lets its own script run and no other', () => {
    const [script, ...others] = [...page.querySelectorAll('script')];
    const hash = createHash('sha256')
      .update(script?.textContent ?? '')
      .digest('base64');
    const policy = page.querySelector('meta[http-equiv]')?.getAttribute('content');
    expect(policy).toContain(`script-src 'sha256-${hash}';`);
    expect(others).toEqual([]);
  });

  it('needs no network', () => {
    for (const element of page.querySelectorAll('*')) {
      for (const name of ['src', 'href', 'xlink:href', 'srcset', 'action']) {
        expect(element.getAttribute(name) ?? '#').toMatch(/^#/);
      }
    }
    expect(textOf(page.querySelector('style'))).not.toMatch(/@import|url\(/);
    const policy = page.querySelector('meta[http-equiv]')?.getAttribute('content');
    expect(policy).toMatch(/^default-src 'none';/);
  });

  it('has no fault that axe finds', async () => {
    const { violations } = await axe.run(page.documentElement, {
      // jsdom does not lay out, so that colours cannot be compared.
      rules: { 'color-contrast': { enabled: false } },
    });
    expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
  });
});

describe('sorting', async () => {
  const page = await pageOf(rankingReport('als'), true);
  const table = page.querySelectorAll('table')[0]!;
  const names = (): string[] => texts(table, 'tbody th');
  const press = (position: number): PageElement => {
    const head = table.querySelectorAll('thead th')[position]!;
    head.querySelector('button')?.click();
    return head;
  };

  it('goes by the figures, first the better way round, failed models last', () => {
    const head = press(1);
    expect(head.getAttribute('aria-sort')).toBe('descending');
    expect(names()).toEqual(['als2', 'als1', 'als0', 'als failed']);
    press(1);
    expect(head.getAttribute('aria-sort')).toBe('ascending');
    expect(names()).toEqual(['als0', 'als1', 'als2', 'als failed']);
  });

  it('goes by names', () => {
    press(1);
    const head = press(0);
    expect(head.getAttribute('aria-sort')).toBe('ascending');
    expect(names()).toEqual(['als failed', 'als0', 'als1', 'als2']);
    expect(table.querySelectorAll('[aria-sort]').length).toBe(1);
  });
});

describe('texts', () => {
  it('never become markup', async () => {
    const plain = shapeOf(await pageOf(rankingReport('plain')));
    expect(shapeOf(await pageOf(rankingReport(hostile)))).toBe(plain);
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 1, unit: 'binary' }), async (text) => {
        const page = await pageOf(rankingReport(text));
        expect(shapeOf(page)).toBe(plain);
        for (const { localName } of page.querySelectorAll('figure svg *')) {
          expect(plotElements).toContain(localName);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('do not turn the text beside them round', async () => {
    const page = await pageOf(rankingReport('a\u202eb\u2066c'));
    expect(page.documentElement.textContent).toContain('abc');
    expect(page.documentElement.textContent).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
  });

  it('are safe in elements and quoted attributes', () => {
    expect(escapeHtml('<a href="x">&\'')).toBe('&#60;a href=&#34;x&#34;&#62;&#38;&#39;');
  });
});

describe('the matrix of comparisons', () => {
  const pairs = [
    ['als0', 'als1', -0.1, 0.001],
    ['als2', 'als0', 0.2, 0.001],
    ['als1', 'als2', -0.1, 0.4],
  ] as const;

  async function matrix(metric: 'recall@10' | 'rmse'): Promise<readonly string[]> {
    const report = rankingReport('als');
    const [comparison] = report.comparisons;
    const page = await pageOf({
      ...report,
      experiment: {
        ...report.experiment,
        evaluation: { ...report.experiment.evaluation, metrics: [metric] },
      },
      models: report.models.map((model) => ({
        ...model,
        metrics: model.status === 'ok' ? { [metric]: model.metrics['recall@10'] ?? NaN } : {},
      })),
      comparisons: pairs.map(([a, b, difference, adjustedPValue]) => ({
        ...comparison!,
        a,
        b,
        metric,
        difference,
        adjustedPValue,
      })),
    });
    return texts(page, '.matrix tbody tr');
  }

  it('has the best model first and says who is better', async () => {
    expect(await matrix('recall@10')).toEqual([
      'als2 · ≈ cannot be told apart: 0.1000 p 0.4000 ▲ better: 0.2000 p 0.0010',
      'als1 ≈ cannot be told apart: −0.1000 p 0.4000 · ▲ better: 0.1000 p 0.0010',
      'als0 ▼ worse: −0.2000 p 0.0010 ▼ worse: −0.1000 p 0.0010 ·',
    ]);
  });

  it('knows metrics of which lower is better', async () => {
    expect((await matrix('rmse'))[0]).toBe(
      'als0 · ▲ better: −0.1000 p 0.0010 ▲ better: −0.2000 p 0.0010',
    );
  });
});

describe('other reports', () => {
  it('of several seeds and folds have every run', async () => {
    const report = rankingReport('als', 1);
    const page = await pageOf({
      ...report,
      models: report.models.map((model) => ({
        ...model,
        runs: [1, 2].map((fold) => ({ seed: 3, fold, metrics: { 'recall@10': fold / 10 } })),
      })),
    });
    expect(texts(page, 'tbody tr')).toContain('als0, seed 3, fold 2 0.2000–');
  });

  it('of ratings have no lists, and say so by leaving the sections out', async () => {
    const page = await pageOf(ratingReport());
    expect(texts(page, 'h2')).toEqual(['Models', 'Protocol', 'How it ran']);
    expect(textOf(page.querySelector('main p'))).toBe('bias0 reaches rmse 0.9400.');
  });

  it('of twelve models stay below 1.5 MB and fold what is long', async () => {
    const report = rankingReport('model', 12);
    const names = report.experiment.models.map(({ model }) => model);
    const comparisons = names.flatMap((a, n) =>
      names.slice(n + 1).map((b) => ({ ...report.comparisons[0]!, a, b })),
    );
    const text = await reportHtml({ ...report, comparisons });
    expect(text.length).toBeLessThan(1_500_000);
    const page = openPage(text);
    expect(texts(page, 'summary')).toContain('All 66 comparisons of two models');
  });

  it('of models that all failed are still pages', async () => {
    const report = rankingReport('als', 0);
    const page = await pageOf({ ...report, comparisons: [], samples: [] });
    expect(textOf(page.querySelector('.bad'))).toBe('✕ failed: als');
  });
});
