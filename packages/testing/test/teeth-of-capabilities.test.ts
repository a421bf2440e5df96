import { capabilityFlaws } from './support/capability-flaws.js';
import { testFlaws } from './support/teeth.js';

testFlaws(capabilityFlaws);
