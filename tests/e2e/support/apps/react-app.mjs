// A clinic's page in React, for the server and for the browser: its number wherever React hydrates in a way of its own.
import { createElement as h, Suspense, useEffect, useState } from 'react';

const number = '0120-123-456';
const part = (name, more) => ({ 'data-test': name, ...more });

export const Late = () => h('p', part('late'), 'Late ', number);
/** Shows nothing, but may come late. */
export const Rest = () => null;

/** Boundaries that are hydrated with what comes late: React begins with what stands before it, gives up and begins again. */
function LateParts({ late }) {
  return h('section', null,
    h('p', part('before-late'), number),
    h('p', part('text-in-late'), 'Call ', h(Suspense, null, number, h(late.Rest))),
    h(Suspense, null, h('p', part('beside-late'), number), h('p', part('link-in-late', { title: number }), 'Call us'), h(late.Late)));
}

export function Clinic({ late = { Late, Rest } }) {
  const [count, setCount] = useState(0);
  const [order, setOrder] = useState(['a', 'b', 'c']);
  const [isOpen, setOpen] = useState(true);
  const [key, setKey] = useState(0);
  useEffect(() => { window.isHydrated = true; }, []);
  return h('main', null,
    h('p', part('only-child'), number),
    h('p', part('two-texts'), 'Call ', number, ' (', count, ')'),
    h('p', part('split'), h('span', null, '0120'), '-', h('b', null, '123'), '-456'),
    h('a', part('link', { href: 'tel:0120123456', 'aria-label': `Call ${number}` }), number),
    h('button', part('button', { onClick: () => setCount(count + 1) }), `${number} / ${count}`),
    h('div', part('cms', { dangerouslySetInnerHTML: { __html: `<p>${number}</p>` } })),
    h('ul', part('list'), order.map((item) => h('li', { key: item }, item, ' ', number))),
    h('div', part('conditional'), isOpen ? h('p', null, number) : `${number} closed`),
    h('div', part('text-or-nothing'), isOpen && number, ' ', isOpen ? null : 'closed'),
    h('div', part('keyed'), h('p', { key }, number, ' key ', key)),
    h('button', part('reorder', { onClick: () => setOrder([order[2], order[0], order[1]]) }), 'reorder'),
    h('button', part('drop', { onClick: () => setOrder(order.slice(1)) }), 'drop'),
    h('button', part('toggle', { onClick: () => setOpen(!isOpen) }), 'toggle'),
    h('button', part('rekey', { onClick: () => setKey(key + 1) }), 'rekey'),
    h(LateParts, { late }));
}

/** The whole document as one React tree, as Next's app router and React Router have it. */
export function Page({ late }) {
  return h('html', { lang: 'ja' },
    h('head', null, h('meta', { charSet: 'utf-8' }), h('title', null, 'Clinic')),
    h('body', null, h('header', null, number), h(Clinic, { late })));
}
