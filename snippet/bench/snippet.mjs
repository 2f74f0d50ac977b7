// `npm run bench:snippet`: what the shipped browser program (snippet/dist) costs a page.
import { measureFirstVisit } from './first-visit.mjs';
import { measureIdle } from './idle.mjs';
import { measureReturnVisit } from './return-visit.mjs';
import { openStage } from './stage.mjs';
import { measureSwap } from './swap.mjs';

/** Measures; gives the rows of the table. */
export async function measure() {
  const stage = await openStage();
  try {
    const rows = [...(await measureSwap(stage)), ...(await measureIdle(stage))];
    return [...rows, ...(await measureReturnVisit()), ...(await measureFirstVisit())];
  } finally {
    await stage.close();
  }
}
