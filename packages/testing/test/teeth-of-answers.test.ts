import { answerFlaws } from './support/answer-flaws.js';
import { testFlaws } from './support/teeth.js';

testFlaws(answerFlaws);
