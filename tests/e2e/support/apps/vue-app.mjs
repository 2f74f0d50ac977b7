// A clinic's page in Vue, for the server and for the browser.
import { createSSRApp, h, ref, onMounted } from 'vue';

const number = '0120-123-456';
const part = (name, more) => ({ 'data-test': name, ...more });

const Clinic = {
  setup() {
    const count = ref(0);
    const order = ref(['a', 'b', 'c']);
    const isOpen = ref(true);
    const key = ref(0);
    onMounted(() => { window.isHydrated = true; });
    const turn = (list) => [...list.slice(-1), ...list.slice(0, -1)];
    return () => h('main', [
      h('p', part('only-child'), number),
      h('p', part('two-texts'), ['Call ', number, ` (${count.value})`]),
      h('p', part('split'), [h('span', '0120'), '-', h('b', '123'), '-456']),
      h('a', part('link', { href: 'tel:0120123456', 'aria-label': `Call ${number}` }), number),
      h('button', part('button', { onClick: () => { count.value += 1; } }), `${number} / ${count.value}`),
      h('div', part('cms', { innerHTML: `<p>${number}</p>` })),
      h('ul', part('list'), order.value.map((item) => h('li', { key: item }, `${item} ${number}`))),
      h('div', part('conditional'), [isOpen.value ? h('p', number) : `${number} closed`]),
      h('div', part('text-or-nothing'), [isOpen.value ? number : '', ' ', isOpen.value ? null : h('i', 'closed')]),
      h('div', part('keyed'), [h('p', { key: key.value }, `${number} key ${key.value}`)]),
      h('button', part('reorder', { onClick: () => { order.value = turn(order.value); } }), 'reorder'),
      h('button', part('drop', { onClick: () => { order.value = order.value.slice(1); } }), 'drop'),
      h('button', part('toggle', { onClick: () => { isOpen.value = !isOpen.value; } }), 'toggle'),
      h('button', part('rekey', { onClick: () => { key.value += 1; } }), 'rekey'),
    ]);
  },
};

export const makeApp = () => createSSRApp(Clinic);
