import manifest from '../package.json' with { type: 'json' };

/** Version of `@tensorec/core`, and of all `@tensorec` packages of the same release. */
export const version: string = manifest.version;
