import {
  capabilityNames,
  describeParameters,
  drawParameters,
  hasCapability,
  parseParameters,
  searchDimensions,
  type Model,
  type ModelDescriptor,
} from '@tensorec/core';
import { Random } from '@tensorec/kernels';
import { check, refused, samePlain } from '../assert.js';
import { checkerboard } from '../known-data/index.js';
import { recommender, rulesOf, withModel, type Rule, type Subject } from './rule.js';

/** Promises of the descriptor, the recommender and their parameters. */
export const contractRules: readonly Rule[] = rulesOf('every model', [
  {
    name: 'the descriptor says what the model is',
    async check({ descriptor }) {
      const { name, summary, paper, tasks, capabilities } = descriptor;
      check(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name), `the name "${name}" is not in kebab case`);
      check(summary.trim() !== '', 'the summary is empty');
      check(paper.trim() !== '', 'the paper is empty');
      check(tasks.length > 0, 'there is no task');
      check(new Set(tasks).size === tasks.length, 'a task is listed twice');
      check(new Set(capabilities).size === capabilities.length, 'a capability is listed twice');
      return Promise.resolve();
    },
  },
  {
    name: 'recommender and model have the name of the descriptor',
    async check(subject) {
      const { name } = subject.descriptor;
      const found = recommender(subject).name;
      check(found === name, `the recommender is called "${found}", expected "${name}"`);
      await withModel(subject, checkerboard().train, (model) => {
        check(model.name === name, `the model is called "${model.name}", expected "${name}"`);
      });
    },
  },
  {
    name: 'parameters are complete and read back by their schema',
    async check(subject) {
      const { descriptor } = subject;
      const { parameters } = recommender(subject);
      samePlain({ ...parameters, ...subject.parameters }, parameters, 'parameters as given');
      for (const { name } of describeParameters(descriptor)) {
        check(Object.hasOwn(parameters, name), `the recommender has no parameter "${name}"`);
      }
      const stored: unknown = JSON.parse(JSON.stringify(parameters));
      samePlain(parseParameters(descriptor, stored), parameters, 'parameters read back');
      samePlain(descriptor.create(parameters).parameters, parameters, 'parameters created again');
      await withModel(subject, checkerboard().train, (model) => {
        samePlain(model.parameters, parameters, 'parameters of the model');
      });
    },
  },
  {
    name: 'an unknown parameter is refused, with the nearest known name',
    async check({ descriptor }) {
      const known = describeParameters(descriptor).map((parameter) => parameter.name);
      const nearest = known[0];
      const mistyped = `${nearest ?? 'anything'}x`;
      const parameters: object = { [mistyped]: 1 };
      await refused(
        () => descriptor.create(parameters),
        'invalid-argument',
        `parameter ${mistyped}`,
        [mistyped, ...(nearest === undefined ? [] : [`"${nearest}"`])],
      );
    },
  },
  {
    name: 'a parameter that is NaN is refused by name',
    async check({ descriptor }) {
      for (const { name } of describeParameters(descriptor)) {
        const parameters: object = { [name]: NaN };
        await refused(() => descriptor.create(parameters), 'invalid-argument', `${name}: NaN`, [
          name,
        ]);
      }
    },
  },
  {
    name: 'every point of the search space is accepted by the schema',
    async check({ descriptor }) {
      for (const point of searchPoints(descriptor)) {
        const parameters: object = parseParameters(descriptor, point);
        samePlain({ ...parameters, ...point }, parameters, `the point ${JSON.stringify(point)}`);
      }
      return Promise.resolve();
    },
  },
  {
    name: 'the model has the capabilities of the descriptor and no others',
    async check(subject) {
      await withModel(subject, checkerboard().train, (model) => {
        checkCapabilities(model, subject);
      });
    },
  },
]);

/** Points drawn from the search space. */
const drawnPoints = 50;

/** The ends and choices of each dimension, and points drawn at random. */
function searchPoints(descriptor: ModelDescriptor): readonly Readonly<Record<string, unknown>>[] {
  const edges = searchDimensions(descriptor).flatMap(([name, dimension]) => {
    const values = 'choices' in dimension ? dimension.choices : [dimension.from, dimension.to];
    return values.map((value) => ({ [name]: value }));
  });
  const random = new Random(0);
  return [
    ...edges,
    ...Array.from({ length: drawnPoints }, () => drawParameters(descriptor, random)),
  ];
}

/** Requires a model to have the capabilities of its descriptor, and no others. */
export function checkCapabilities(model: Model, { descriptor }: Subject): void {
  const found = capabilityNames.filter((name) => hasCapability(model, name));
  samePlain(
    found,
    capabilityNames.filter((name) => descriptor.capabilities.includes(name)),
    'capabilities',
  );
}
