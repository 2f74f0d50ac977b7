/*
 * Walking the document. What a number is, it does not know: a regular expression, the gate, tells what is worth a closer
 * look. Texts of whole parts of the page are read at once, since every node that a script touches costs more than the
 * text of a hundred. Nothing in here throws.
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
const ATTRIBUTES = ["href", "title", "aria-label", "alt"];
const CARRIERS = '[href^="tel:" i],[href^="sms:" i],[title],[aria-label],[alt]';
const LINK = /^(tel|sms):/i;
/** A text that may hold a piece of a number whose other pieces stand in other nodes: only a letter ends a number for sure. */
const PIECE = /^[^0-9０-９a-zぁ-ゖァ-ヺ一-鿿]*[0-9０-９]|[0-9０-９][^0-9０-９a-zぁ-ゖァ-ヺ一-鿿]*$/i;

/** The first so many elements on the way down are entered untested: nearly all of the page is below each. */
const FEW = 64;
/** Parts with longer texts are tested part by part. */
const LONG = 8000;
/** Below, looking at every node is quicker than looking for the right ones. */
const SHORT = 200;
/** Characters on either side of a match that tell whether it is a number. */
const ROOM = 200;
/** No match leads from one text over this to another. */
const APART = "x".repeat(13);

/** Runs of text nodes below an element or a shadow root that the gate matches in, cut down to what surrounds its matches. */
export function runs(root, gate) {
  const found = [];
  const global = new RegExp(gate, "g");
  let nodes = [];
  let text = "";
  /** Where the matches begin and end, one after another. */
  const matches = (where) => {
    const places = [];
    for (let match; (match = global.exec(where)); ) places.push(match.index, global.lastIndex);
    return places;
  };
  const end = () => {
    if (text) {
      const places = matches(text);
      let group;
      let at = 0;
      let place = 0;
      if (places[0] >= 0)
        for (const node of nodes) {
          while (places[place + 1] + ROOM <= at) place += 2;
          at += node.length;
          if (places[place] - ROOM >= at || place >= places.length) group = 0;
          else if (group) group.push(node);
          else found.push((group = [node]));
        }
      text = "";
    }
    nodes = [];
  };
  /** `fan`: about how many parts like this the page has; 0 if only the lines that run through it itself are wanted. */
  const walk = (parent, fan) => {
    const parts = fan * parent.childElementCount;
    for (let node = parent.firstChild; node; node = node.nextSibling) {
      const type = node.nodeType;
      if (type === 3 || type === 4) {
        nodes.push(node);
        text += node.data;
      } else if (type === 1) {
        if (!INLINE.has(node.localName)) {
          end();
          if (fan) visit(node, parts);
          end();
        } else if (node.matches(SKIPPED)) end();
        else walk(node, parts || FEW);
      }
    }
  };
  const visit = (block, fan) => {
    if (fan >= FEW) {
      const content = block.textContent;
      const places = matches(content);
      if (!places[0] && places[0] !== 0) return;
      if (content.length < LONG) return locate(block, 0, content.length, places);
      fan = 1;
    }
    if (!block.matches(SKIPPED)) walk(block, fan);
  };
  /** Goes down to where the matches are, in a part whose text begins at `at`. */
  const locate = (block, at, stop, places) => {
    if (block.matches(SKIPPED)) return;
    if (stop - at < SHORT) {
      walk(block, FEW);
      return end();
    }
    let place = 0;
    let isIn = false;
    for (let node = block.firstChild; node && place < places.length; node = node.nextSibling) {
      const type = node.nodeType;
      if (type < 7) {
        const next = at + (type === 1 ? node.textContent.length : node.length);
        while (places[place + 1] <= at) place += 2;
        if (places[place] < next) {
          if (type === 1 && !INLINE.has(node.localName)) locate(node, at, next, places);
          else isIn = true;
        }
        at = next;
      }
    }
    if (isIn) walk(block, 0);
    end();
  };
  walk(root, 1);
  end();
  return found;
}

const isCarried = (element, name, gate) => {
  const value = element.getAttribute(name);
  return value && (name === "href" ? LINK : gate).test(value);
};

/** Attributes at and below an element or shadow root that may hold a number: `[[element, name], …]`. */
export function carriers(root, gate) {
  const found = [];
  const look = (element) => {
    for (const name of ATTRIBUTES) if (isCarried(element, name, gate) && !element.closest(SKIPPED)) found.push([element, name]);
  };
  if (root.localName) look(root);
  root.querySelectorAll(CARRIERS).forEach(look);
  return found;
}

/** The smallest elements and shadow roots that hold everything which a batch of mutations may have made a number of. */
export function touched(records, gate) {
  const found = new Set();
  const blocks = new Set();
  const whole = [];
  let text = "";
  const addBlock = (node) => {
    while (node && (node.nodeType > 2 && node.nodeType < 5 || INLINE.has(node.localName))) node = node.parentNode;
    if (node) blocks.add(node);
  };
  const add = (node) => {
    const type = node.nodeType;
    if (type > 4) return;
    if (type === 1 && ((node.hasAttributes() && node.matches(CARRIERS)) || (node.firstElementChild && node.querySelector(CARRIERS)))) found.add(node);
    const own = type === 1 ? node.textContent : node.data;
    if (PIECE.test(own)) addBlock(node);
    else if (own) {
      whole.push(node);
      text += own + APART;
    }
  };
  for (const record of records) {
    const { type, target } = record;
    if (type === "childList") for (const node of record.addedNodes) add(node);
    else if (type === "characterData") add(target);
    else if (isCarried(target, record.attributeName, gate)) found.add(target);
  }
  if (gate.test(text)) whole.forEach(addBlock);
  text = "";
  for (const block of blocks) text += block.textContent + APART;
  if (gate.test(text)) for (const block of blocks) if (gate.test(block.textContent)) found.add(block);
  return [...found].filter((root) => {
    for (let node = root; (node = node.parentNode); ) if (found.has(node)) return false;
    return root.isConnected && !(root.closest ? root : root.host).closest(SKIPPED);
  });
}

/** Open shadow roots below an element. */
export const shadows = () => [];
