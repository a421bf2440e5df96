import { trainingFlaws } from './support/training-flaws.js';
import { testFlaws } from './support/teeth.js';

testFlaws(trainingFlaws);
