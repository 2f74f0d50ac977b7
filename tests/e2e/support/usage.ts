// How an application may use the package, and how it may not: compiled by a test, never run.
import { start, type Events, type Hatsuban, type Options, type Target } from 'hatsuban';
import { everyOption } from './every-option.mjs';

const least: Options = { site: 'st_clinic', service: 'https://numbers.clinic.example' };
const all: Required<Options> = everyOption;
const targets: Target[] = [
  { id: 'main', number: '0120-123-456' },
  { id: 'berlin', number: '030 5550100', e164: '+49 30 5550100', groups: [3, 3, 4] },
  { id: 'booking', selector: '#booking .tel' },
  { id: 'anywhere' },
];

export async function use(): Promise<Hatsuban> {
  const hatsuban = await start({ ...least, targets, wasm: fetch('/hatsuban_bg.wasm') });
  await start(all);
  hatsuban.scan();
  const found = await hatsuban.lookup(['0120-123-456']);
  const shown: string | undefined = found['0120-123-456']?.national;
  hatsuban.consent('granted');
  hatsuban.consent('granted', { ad_user_data: 'denied' });
  hatsuban.attributes({ plan: shown ?? 'none' });
  hatsuban.release();
  const end: () => void = hatsuban.on('swapped', ({ target, number, original, count }) => {
    console.log(target.length, number.e164?.length, original.national, count.toFixed());
  });
  hatsuban.on('ready', ({ session, channel, click_ids }) => console.log(session?.length, channel?.length, click_ids.length));
  hatsuban.on('no-number', ({ status }) => console.log(status === 'exhausted'));
  hatsuban.on('error', ({ cause, cure }) => console.log(cause + cure));
  hatsuban.on('leased', ({ lease_for_ms }: Events['leased']) => console.log(lease_for_ms?.toFixed()));
  console.log(hatsuban.state?.leases.map(({ status, expires_in_ms }) => [status, expires_in_ms?.toFixed()]));
  end();
  hatsuban.stop();

  // @ts-expect-error: the site's key is needed
  await start({ service: 'https://numbers.clinic.example' });
  // @ts-expect-error: written in the configuration's way
  await start({ ...least, session_cookie: 'visit' });
  // @ts-expect-error: no such moment
  await start({ ...least, leaseOn: 'hover' });
  // @ts-expect-error: a target has an id
  await start({ ...least, targets: [{ number: '0120-123-456' }] });
  // @ts-expect-error: no such property of a target
  await start({ ...least, targets: [{ id: 'main', nummer: '0120-123-456' }] });
  // @ts-expect-error: a share, not a text
  await start({ ...least, rollout: '50' });
  // @ts-expect-error: no such event
  hatsuban.on('swop', () => {});
  // @ts-expect-error: no such property of the event
  hatsuban.on('leased', ({ phone }) => console.log(phone));
  // @ts-expect-error: a visitor says yes or no
  hatsuban.consent('perhaps');
  // @ts-expect-error: of each use, too
  hatsuban.consent('granted', { ad_user_data: false });
  // @ts-expect-error: texts only
  hatsuban.attributes({ age: 42 });
  // @ts-expect-error: a list
  await hatsuban.lookup('0120-123-456');
  // @ts-expect-error: only asked numbers are answered
  console.log(found['0120-000-000']);
  // @ts-expect-error: a number may be absent
  console.log(found['0120-123-456'].national);
  // @ts-expect-error: not the application's to set
  hatsuban.state = undefined;
  return hatsuban;
}
