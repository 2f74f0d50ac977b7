// The clinic with a Kamailio in front of its telephones: real calls ask the service where they go, and tell what became of them.
import { openClinic } from './clinic.mjs';
import { startKamailio } from './kamailio.mjs';

/** Longer than a busy machine may keep the service from answering, or its store, so that no call goes by without them by chance. */
const WAIT = 20;
const STORE_WAIT_MS = 10_000;

/** For tests that need no browser. */
const noBrowser = async () => ({ close: async () => {} });

/** The clinic's pool as a call system sees it: its destinations in their order, and who is blocked. */
function routing(destinations, blocked) {
  // Where numbers are called, too: the clinic's own, which is the static destination of the pool.
  const gateway = destinations.at(-1).to.split('@').pop();
  const rows = destinations.map(({ id, to, seconds = 20 }) => `
[[pool.routing.destination]]
id = "${id}"
to = "${to}"
timeout_seconds = ${seconds}
`);
  const callers = blocked.map((number) => `
[[pool.blocked]]
number = "${number}"
`);
  return [`[pool.routing]\ngateway = "${gateway}"\n`, ...rows, ...callers].join('');
}

/**
 * Opens the clinic and a Kamailio that asks its service.
 * @param {{ destinations: { id: string, to: string, seconds?: number }[], blocked?: string[], proxy?: object, url?: string }} options
 *   `proxy`: what `startKamailio` takes besides; `url`: where Kamailio looks for the service, if not where it is.
 *   The rest is for `openClinic`; without `openBrowser` there is none.
 */
export async function openCallSide({ destinations, blocked = [], proxy = {}, url, openBrowser = noBrowser, settings = {}, ...clinic }) {
  const opened = await openClinic({
    ...clinic,
    openBrowser,
    routing: routing(destinations, blocked),
    // Kamailio's clock is the machine's.
    settings: { HATSUBAN_CLOCK: 'system', HATSUBAN_CALLS__ROUTE_WAIT_MS: String(STORE_WAIT_MS), ...settings },
  });
  const { service } = opened;
  const scopes = (...names) => names.flatMap((name) => ['--scope', name]);
  const token = service.command('token', 'create', '--name', 'kamailio', ...scopes('route', 'calls:write')).trim();
  const reader = service.command('token', 'create', '--name', 'reports', ...scopes('calls:read')).trim();
  const patient = { ...proxy, settings: { HATSUBAN_WAIT: WAIT, ...proxy.settings } };
  const kamailio = await startKamailio({ url: url ?? service.url, token, ...patient }).catch(async (error) => {
    await opened.close();
    throw error;
  });

  return {
    clinic: opened,
    kamailio,
    /** All calls that the service knows, the oldest first, page by page. */
    async calls() {
      const calls = [];
      let cursor = '';
      do {
        const asked = new URL('/v1/calls?order=oldest&limit=200', service.url);
        if (cursor) asked.searchParams.set('cursor', cursor);
        const answer = await fetch(asked, { headers: { authorization: `Bearer ${reader}` } });
        if (!answer.ok) throw new Error(`GET /v1/calls answered ${answer.status}: ${await answer.text()}`);
        const page = await answer.json();
        calls.push(...page.calls);
        cursor = page.next;
      } while (cursor);
      return calls;
    },
    /**
     * Waits until Kamailio has told so many of each of these events, and the service has taken them. Several processes tell: the
     * end of a call may be there before its answer.
     */
    async told(events, times = 1) {
      for (const event of [events].flat()) await kamailio.logged(new RegExp(`told: .*"event":"${event}"`), times);
    },
    async close() {
      await kamailio.close();
      await opened.close();
    },
  };
}
