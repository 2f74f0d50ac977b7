/*
 * The page's own side of `src/page/`: walking the document, where every step over the border to wasm would cost more
 * than the step itself. It knows no number: a regular expression, the gate, tells what is worth a closer look.
 * Nothing in here throws.
 */

/** Never looked into: programs, what people type, and what the site has marked. */
const SKIPPED =
  "head,script,style,noscript,template,textarea,input,select,[data-hatsuban-ignore],[contenteditable]:not([contenteditable=false i])";
/** Elements that a line of text runs through. A number may be spread over these, never over others. */
const INLINE = new Set(
  (
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q rb ruby s samp small span " +
    "strike strong sub sup time tt u var wbr tspan textPath"
  ).split(" "),
);
const CARRIERS =
  '[title],[aria-label],[alt],a[href^="tel:" i],a[href^="sms:" i],area[href^="tel:" i],area[href^="sms:" i]';
/** What a place on the page is: its kind is an index in here, or -1 for a text node. */
const ATTRIBUTES = ["href", "title", "aria-label", "alt"];
const LINK = /^(tel|sms):/i;

/** Elements of one part of a page whose text is tested at once. */
const SMALL_PART = 100;
/** Siblings whose text is tested at once. */
const CHUNK = 32;
/** No spelling of a number is longer, blanks between its pieces included. */
const LONGEST_SPELLING = 120;
/** A run of more nodes is cut down to the surroundings of what the gate finds. */
const LONG_RUN = 16;

const isSkipped = (element) => element.matches(SKIPPED);

/** Runs of text nodes below a node that may hold a number, spread over them or not: `[node, node, null, node, null]`. */
export function runs(root, gate) {
  const found = [];
  let run = [];
  let text = "";
  const end = () => {
    if (run.length && gate.test(text)) found.push(...(run.length > LONG_RUN ? near(run, text, gate) : run), null);
    if (run.length) [run, text] = [[], ""];
  };
  const walk = (parent, size) => {
    let children = 1;
    for (let node = parent.firstElementChild; node && children < 64; node = node.nextElementSibling) children++;
    const part = size / children;
    // A test reads all text below an element: not worth it while nearly all of the page is below.
    if (children < 3 || (children < 64 && part > SMALL_PART)) return pick(parent.firstChild, null, part, false);
    let passed = null;
    let before = "";
    for (let first = parent.firstChild, next = first; first; first = next) {
      let chunk = before;
      for (let count = 0; next && count < CHUNK; count++, next = next.nextSibling) chunk += next.textContent;
      if (gate.test(chunk)) {
        // The number may have begun among the nodes that were passed over last.
        pick(passed || first, next, part, true);
        passed = null;
      } else {
        end();
        passed = first;
      }
      before = chunk.slice(-LONGEST_SPELLING);
    }
  };
  const pick = (from, until, size, isTested) => {
    for (let node = from; node !== until; node = node.nextSibling) {
      if (node.nodeType === 3) {
        run.push(node);
        text += node.data;
      } else if (node.nodeType === 1) {
        const isInline = INLINE.has(node.localName);
        if (!isInline) end();
        if (isInline || !isTested || gate.test(node.textContent)) {
          if (!isSkipped(node)) walk(node, size);
          else end();
        }
        if (!isInline) end();
      }
    }
  };
  walk(root, root.getElementsByTagName("*").length);
  end();
  return found;
}

/** The nodes of a run that matches of the gate lie in, with two neighbours on either side; `null` between groups. */
function near(run, text, gate) {
  const spans = [...text.matchAll(new RegExp(gate.source, gate.flags + "g"))].map(({ index, 0: { length } }) => [index, index + length]);
  const isNear = new Set();
  let start = 0;
  let span = 0;
  run.forEach((node, at) => {
    const stop = start + node.data.length;
    while (span < spans.length && spans[span][1] <= start) span++;
    for (let each = span; each < spans.length && spans[each][0] < stop; each++) [at - 2, at - 1, at, at + 1, at + 2].forEach((one) => isNear.add(one));
    start = stop;
  });
  const groups = [];
  run.forEach((node, at) => {
    if (isNear.has(at)) groups.push(node);
    else if (groups.length && groups[groups.length - 1]) groups.push(null);
  });
  return groups;
}

/** Attributes at and below an element that may hold a number: `[element, kind, element, kind]`. */
export function carriers(root, gate) {
  const found = [];
  const look = (element) => {
    ATTRIBUTES.forEach((name, kind) => {
      const value = element.getAttribute(name);
      if (value && (kind ? gate.test(value) : LINK.test(value)) && !element.closest(SKIPPED)) found.push(element, kind);
    });
  };
  if (root.matches(CARRIERS)) look(root);
  root.querySelectorAll(CARRIERS).forEach(look);
  return found;
}

/** The smallest elements that hold everything which a batch of mutations may have made a number of. */
export function touched(records, gate) {
  const roots = new Set();
  const addText = (node) => {
    // A piece of a number counts by what stands around it.
    let block = node.nodeType === 1 ? node : node.parentNode;
    while (block && INLINE.has(block.localName)) block = block.parentNode;
    if (block && block.nodeType === 1 && gate.test(block.textContent)) roots.add(block);
  };
  const addCarrier = (element, name) => {
    const value = element.getAttribute(name);
    if (value && (name === "href" ? LINK : gate).test(value)) roots.add(element);
  };
  const add = (node) => {
    if (node.nodeType === 3) {
      if (/[0-9０-９]/.test(node.data)) addText(node);
    } else if (node.nodeType === 1) {
      const text = node.textContent;
      const isCarrier = node.hasAttributes() && node.matches(CARRIERS);
      if (gate.test(text) || isCarrier || (node.firstElementChild && node.querySelector(CARRIERS))) roots.add(node);
      if (/[0-9０-９]/.test(text) && INLINE.has(node.localName)) addText(node);
    }
  };
  for (const { type, target, addedNodes, attributeName } of records) {
    if (type === "childList") addedNodes.forEach(add);
    else if (type === "characterData") add(target);
    else addCarrier(target, attributeName);
  }
  return [...roots].filter((root) => root.isConnected && !root.closest(SKIPPED));
}

/** What stands in a place; nothing when it has gone. */
export function read(node, kind) {
  const text = kind < 0 ? node.data : node.getAttribute(ATTRIBUTES[kind]);
  return text === null ? undefined : text;
}

/** Puts a text into a place. */
export function write(node, kind, text) {
  if (kind < 0) node.data = text;
  else node.setAttribute(ATTRIBUTES[kind], text);
}

/** Whether a node is still part of the document. */
export function is_connected(node) {
  return node.isConnected;
}

/** Marks that stick to nodes without being seen on them. */
export function new_marks() {
  return new WeakMap();
}

/** The mark of a place, -1 if it has none. */
export function mark(marks, node, kind) {
  const places = marks.get(node);
  return places && kind + 1 in places ? places[kind + 1] : -1;
}

/** Marks a place. */
export function set_mark(marks, node, kind, value) {
  const places = marks.get(node) || {};
  places[kind + 1] = value;
  marks.set(node, places);
}

/** Observes the whole document, also what has not been parsed yet. */
export function observe(callback) {
  const observer = new MutationObserver((records) => callback(records));
  observer.observe(document, {
    subtree: true,
    childList: true,
    characterData: true,
    attributes: true,
    attributeFilter: ATTRIBUTES,
  });
  return observer;
}
export function ignore_recorded(observer) {
  observer.takeRecords();
}
export function disconnect(observer) {
  observer.disconnect();
}

/** Listens on the window or the document; `unlisten` with the same arguments ends it. */
export function listen(isDocument, name, listener) {
  (isDocument ? document : window).addEventListener(name, listener);
}
export function unlisten(isDocument, name, listener) {
  (isDocument ? document : window).removeEventListener(name, listener);
}

/** Where a scan of everything begins; nothing while the body is not there yet. */
export function body() {
  return document.body;
}
