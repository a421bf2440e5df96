import { probe } from './probe.js';

/** What the probe gives, or its error. */
export async function outcome() {
  try {
    return await probe();
  } catch (error) {
    return { name: error.name, code: error.code, message: error.message };
  }
}
