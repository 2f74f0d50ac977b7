/*
 * Walking the document. What a number is, it does not know: a regular expression, the gate, tells what is worth a closer
 * look. Texts of whole parts of the page are read at once, since every node that a script touches costs more than the
 * text of many. Nothing in here throws.
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
const LINK = /^(tel|sms):/i;
/** A text that may hold a piece of a number whose other pieces stand in other nodes: no number goes over a letter. */
const PIECE = /^[^\d０-９a-zぁ-ヺ一-龥]*[\d０-９]|[\d０-９][^\d０-９a-zぁ-ヺ一-龥]*$/i;

/** The first so many elements on the way down are entered untested: much of the page is below each. */
const FEW = 64;
/** Parts with longer texts are tested part by part. */
const LONG = 8000;
/** A part of more elements has small ones: not each is tested. */
const FLAT = 999;
/** Characters on either side of a match that tell whether it is a number. */
const ROOM = 200;

const isText = ({ nodeType }) => nodeType === 3 || nodeType === 4;
const isLine = (node) => isText(node) || INLINE.has(node.localName);

/** Runs of text nodes below an element or a shadow root that the gate matches in, cut down to what surrounds its matches. */
export function runs(root, gate) {
  const found = [];
  const global = new RegExp(gate, "g");
  let nodes = [];
  let text = "";
  /** Where the matches begin and end, one after another. */
  const matches = (where) => {
    const places = [];
    for (let match; (match = global.exec(where)) && match[0]; ) places.push(match.index, global.lastIndex);
    return places;
  };
  const end = () => {
    if (text) {
      const places = matches(text);
      let at = 0;
      let place = 0;
      let group;
      for (const node of nodes) {
        while (places[place + 1] + ROOM <= at) place += 2;
        at += node.length;
        if (!(places[place] - ROOM < at)) group = 0;
        else if (group) group.push(node);
        else found.push((group = [node]));
      }
    }
    nodes = [];
    text = "";
  };
  /** `fan`: about how many parts like this the page has; 0 if only the lines that run through the part itself are wanted. */
  const walk = (part, fan) => {
    const parts = fan * part.childElementCount;
    for (let node = part.firstChild; node; node = node.nextSibling) {
      if (isText(node)) {
        nodes.push(node);
        text += node.data;
      } else if (node.nodeType === 1) {
        if (!isLine(node)) {
          end();
          if (fan) visit(node, parts);
        } else if (node.matches(SKIPPED)) end();
        else walk(node, parts || FEW);
      }
    }
  };
  const visit = (block, fan) => {
    const isFlat = block.childElementCount > FLAT;
    if (isFlat || fan >= FEW) {
      const content = block.textContent;
      const places = matches(content);
      if (!places[1]) return;
      if (isFlat || content.length < LONG) return locate(block, 0, places);
      fan = 1;
    }
    if (!block.matches(SKIPPED)) walk(block, fan);
    end();
  };
  /** Goes down to where the matches are, in a part whose text begins at `at`. */
  const locate = (block, at, places) => {
    if (block.matches(SKIPPED)) return;
    let place = 0;
    let isIn;
    for (let node = block.firstChild; node && place < places.length; node = node.nextSibling) {
      if (node.nodeType < 7) {
        const start = at;
        at += (node.nodeType === 1 ? node.textContent : node).length;
        while (places[place + 1] <= start) place += 2;
        if (places[place] < at) {
          if (isLine(node)) isIn = 1;
          else locate(node, start, places);
        }
      }
    }
    if (isIn) walk(block, 0);
    end();
  };
  if (root.localName) visit(root, 1);
  else walk(root, 1);
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
  if (root.firstElementChild) root.querySelectorAll(`[${ATTRIBUTES.join("],[")}]`).forEach(look);
  return found;
}

/** The smallest elements and shadow roots that hold everything which a batch of mutations may have made a number of. */
export function touched(records, gate) {
  const found = new Set();
  const blocks = new Set();
  const whole = [];
  // One test of many texts is quicker than many. No match goes over letters.
  const isIn = (list) => gate.test([...list].map((node) => node.textContent).join("xxxxxxxxxxxxx"));
  const addBlock = (node) => {
    while (node && isLine(node)) node = node.parentNode;
    if (node) blocks.add(node);
  };
  const add = (node) => {
    if (node.nodeType < 7) {
      if (PIECE.test(node.textContent)) addBlock(node);
      else whole.push(node);
      if (carriers(node, gate)[0]) found.add(node);
    }
  };
  for (const record of records) {
    const { target, attributeName } = record;
    if (isText(target)) add(target);
    else if (!attributeName) record.addedNodes.forEach(add);
    else if (isCarried(target, attributeName, gate)) found.add(target);
  }
  if (isIn(whole)) whole.forEach(addBlock);
  if (isIn(blocks)) blocks.forEach((block) => isIn([block]) && found.add(block));
  return [...found].filter((root) => {
    for (let node = root; (node = node.parentNode); ) if (found.has(node)) return;
    return root.isConnected && !(root.localName ? root : root.host).closest(SKIPPED);
  });
}
