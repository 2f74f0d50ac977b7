// Every option of the npm package, each with a value: checked against the package's types by one test, and against the
// program by another.

/** @type {Required<import('hatsuban').Options>} */
export const everyOption = {
  site: 'st_clinic',
  service: 'http://localhost:1',
  wasm: '/hatsuban/hatsuban_bg.wasm',
  targets: [
    { id: 'main', number: '0120-123-456' },
    { id: 'booking', selector: '#booking .tel' },
    { id: 'berlin', number: '030 5550100', e164: '+49 30 5550100', groups: [3, 3, 4] },
  ],
  sessionCookie: 'visit',
  mode: 'channel',
  consent: 'channel-only',
  channels: [{ name: 'Google Ads', when: ({ click_ids }) => click_ids.some(({ kind }) => kind === 'gclid'), numbers: { main: '0120-900-101' } }],
  cookies: ['_biz_uid'],
  media: 'google',
  leaseOn: 'sight',
  rollout: 50,
  health: 0.01,
  dataLayer: true,
  discover: false,
  iframes: true,
  images: [{ selector: '.header img.tel', target: 'main', url: '/img/tel-{number}.png', background: false }],
  headless: true,
};
