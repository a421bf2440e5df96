/**
 * Floor of each package; a floor imports only from floors below it (docs/architecture.md).
 * @type {Readonly<Record<string, number>>}
 */
export const floors = {
  kernels: 0,
  metrics: 1,
  'tfjs-backend-simd': 1,
  core: 2,
  tensor: 2,
  preprocessing: 3,
  datasets: 3,
  evaluation: 3,
  baselines: 3,
  training: 4,
  testing: 4,
  neighbors: 5,
  'matrix-factorization': 5,
  gcn: 5,
  experiment: 6,
  cli: 7,
};

/** @param {string} file */
function packageOfFile(file) {
  return /packages[\\/]([^\\/]+)[\\/]src[\\/]/.exec(file)?.[1];
}

/**
 * Reports imports of a `@tensorec` package from the same floor or a higher one, and packages that have no floor.
 * @type {import('eslint').Rule.RuleModule}
 */
export const floorImports = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      upward: '{{from}} is on floor {{fromFloor}}; it cannot import {{to}} on floor {{toFloor}}.',
      unknown: '{{name}} has no floor; add it to tools/eslint/floors.js.',
      outside: 'Import {{name}} by its package name, not by a path out of the package.',
    },
  },
  create(context) {
    const from = packageOfFile(context.filename);
    if (from === undefined) return {};
    /** @type {(node: import('eslint').Rule.Node, source: unknown) => void} */
    const check = (node, source) => {
      if (typeof source !== 'string') return;
      if (/^(\.\.\/)+[^.]+\/src\//.test(source)) {
        context.report({ node, messageId: 'outside', data: { name: source } });
      }
      const to = /^@tensorec\/([^/]+)/.exec(source)?.[1];
      if (to === undefined || to === from) return;
      const fromFloor = floors[from];
      const toFloor = floors[to];
      if (fromFloor === undefined || toFloor === undefined) {
        const name = fromFloor === undefined ? from : to;
        context.report({ node, messageId: 'unknown', data: { name } });
      } else if (toFloor >= fromFloor) {
        const data = { from, to, fromFloor: String(fromFloor), toFloor: String(toFloor) };
        context.report({ node, messageId: 'upward', data });
      }
    };
    return {
      ImportDeclaration(node) {
        check(node, node.source.value);
      },
      ExportNamedDeclaration(node) {
        check(node, node.source?.value);
      },
      ExportAllDeclaration(node) {
        check(node, node.source.value);
      },
      ImportExpression(node) {
        check(node, node.source.type === 'Literal' ? node.source.value : undefined);
      },
    };
  },
};
