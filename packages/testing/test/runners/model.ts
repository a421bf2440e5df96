import { artifactFlaws } from '../support/artifact-flaws.js';
import { complete } from '../support/complete-model.js';
import { flawed } from '../support/flaws.js';

const flaw = process.env['TENSOREC_FLAW'];

/** The model under test: a complete one, with the flaw that the environment names. */
export const model = flaw === undefined ? complete : flawed(artifactFlaws[flaw]!);
