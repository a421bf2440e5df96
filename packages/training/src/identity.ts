import { show } from '@tensorec/core';

/**
 * What determines the numbers of a training beside the code: settings and fingerprints by name. Two trainings with equal
 * identities may continue one another.
 */
export type Identity = Readonly<Record<string, string | number | boolean>>;

/** The same entries with a prefix before their names. */
export function prefixed(prefix: string, identity: Identity): Identity {
  return Object.fromEntries(
    Object.entries(identity).map(([name, value]) => [`${prefix}.${name}`, value]),
  );
}

/** What differs between two identities, a line an entry; empty when nothing does. */
export function differences(before: Identity, now: Identity): readonly string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])];
  return names
    .filter((name) => !Object.is(valueOf(before, name), valueOf(now, name)))
    .map(
      (name) => `${name} was ${show(valueOf(before, name))} and is now ${show(valueOf(now, name))}`,
    );
}

function valueOf(identity: Identity, name: string): string | number | boolean | undefined {
  return Object.hasOwn(identity, name) ? identity[name] : undefined;
}
