// Changes that the frameworks' pages make to themselves, with what must stand there in the next frame.
import assert from 'node:assert/strict';
import { ownNumber } from './clinic.mjs';

/** Presses a button and gives the text of a part, and all of the page's, as the next frame shows them. */
const press = (page, button, part) => page.evaluate(async ([pressed, read]) => {
  document.querySelector(`[data-test="${pressed}"]`).click();
  await new Promise((resolve) => requestAnimationFrame(resolve));
  const link = document.querySelector('[data-test="link"]');
  return [document.querySelector(`[data-test="${read}"]`).textContent, document.body.innerText + link.href + link.ariaLabel];
}, [button, part]);

/** Goes through every change, twice. */
export async function assertRepaired({ page, number }) {
  const lines = (letters) => letters.map((letter) => `${letter} ${number}`).join('');
  const steps = [
    ['button', 'two-texts', `Call ${number} (1)`],
    ['button', 'button', `${number} / 2`],
    ['toggle', 'conditional', `${number} closed`],
    ['toggle', 'conditional', number],
    ['toggle', 'conditional', `${number} closed`],
    ['rekey', 'keyed', `${number} key 1`],
    ['rekey', 'keyed', `${number} key 2`],
    ['reorder', 'list', lines(['c', 'a', 'b'])],
    ['reorder', 'list', lines(['b', 'c', 'a'])],
    ['drop', 'list', lines(['c', 'a'])],
    ['toggle', 'text-or-nothing', `${number} `],
    ['drop', 'list', lines(['a'])],
    ['drop', 'list', ''],
    ['button', 'two-texts', `Call ${number} (3)`],
  ];
  for (const [button, part, wanted] of steps) {
    const [text, all] = await press(page, button, part);
    assert.equal(text, wanted, `${button}, ${part}`);
    assert.ok(!all.replaceAll('-', '').includes(ownNumber.replaceAll('-', '')), `${button}: ${all}`);
  }
}
