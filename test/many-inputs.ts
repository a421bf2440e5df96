import * as fc from 'fast-check';

// Properties that do not say how often they run, run 100 times in `npm test` and as often as this in the release tests.
fc.configureGlobal({ numRuns: 10_000 });
