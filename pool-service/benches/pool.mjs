// `npm run bench:pool`: how fast leases and look-ups are, what they cost in pools of any size, what they take of memory,
// what half a million of them that end at once do to the others, and how quickly calls are routed beside them. Everything
// runs on real servers of its own.
import { ends } from './pool/ends.mjs';
import { memory } from './pool/memory.mjs';
import { route } from './pool/route.mjs';
import { sizes } from './pool/sizes.mjs';
import { throughput } from './pool/throughput.mjs';

/** Measures; gives the rows of the table. */
export async function measure() {
  return [...(await throughput()), ...(await sizes()), ...(await memory()), ...(await ends()), ...(await route())];
}
