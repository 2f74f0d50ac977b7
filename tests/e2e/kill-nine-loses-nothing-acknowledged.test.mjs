// Two hundred visitors on fifty numbers, and the service killed in the middle: no number belongs to two sessions at once,
// and every lease that was acknowledged before the kill is there after the restart. Each round has visitors of its own,
// who find all numbers free: whenever the kill comes, new leases are being written. Meanwhile a call system tells of calls, and of
// their ends: whatever it was answered is known afterwards.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { stores } from './support/clinic.mjs';
import { startRedis } from './support/redis.mjs';
import { startService } from './support/service.mjs';

/** `npm run test:faults` asks for more. */
const kills = Number(process.env.KILLS ?? 5);
const origin = 'https://clinic.example';
const configuration = `
[[site]]
id = "clinic"
key = "st_clinic"
name = "clinic"
origins = ["${origin}"]
[[site.target]]
id = "main"
number = "0120-123-456"
pool = "main"
[[pool]]
id = "main"
site = "clinic"
destination = "0120-123-456"
numbers = ["050-3111-0001..050-3111-0050"]
[[pool]]
id = "called"
site = "clinic"
destination = "0120-123-456"
numbers = ["050-3111-0099"]
`;

async function ask(service, session) {
  const body = JSON.stringify({ site: 'st_clinic', session, visitor: {}, leases: [{ target: 'main' }] });
  try {
    const answer = await fetch(`${service.url}/v1/leases`, { method: 'POST', body, headers: { origin, 'content-type': 'text/plain' } });
    return answer.ok ? (await answer.json()).leases[0] : undefined;
  } catch {
    return undefined;
  }
}

/** Tells of a call; gives the record that was acknowledged. */
async function tell(service, token, call_id, event) {
  const body = JSON.stringify({ source: 'pbx', call_id, event, number: '050-3111-0099', outcome: event === 'ended' ? 'order' : undefined });
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  try {
    const answer = await fetch(`${service.url}/v1/calls`, { method: 'POST', body, headers });
    assert.ok([200, 201, 503].includes(answer.status), `${answer.status} ${await answer.clone().text()}`);
    return answer.ok ? await answer.json() : undefined;
  } catch (error) {
    if (error instanceof assert.AssertionError) throw error;
    return undefined;
  }
}

for (const store of stores) {
  describe(store, () => {
    test(`through ${kills} kills`, async () => {
      const redis = store === 'redis' ? await startRedis() : undefined;
      const service = await startService({ store: redis?.url ?? 'embedded' });
      const file = join(service.data, 'clinic.toml');
      writeFileSync(file, configuration);
      service.command('apply', file);
      const token = service.command('token', 'create', '--name', 'pbx', '--scope', 'calls:read', '--scope', 'calls:write', '--site', 'clinic').trim();

      let grantedInTheRoundsOfKills = 0;
      /** What was acknowledged of calls, in all rounds: the record's id, and how far it had come. */
      const calls = new Map();
      for (let round = 0; round <= kills; round += 1) {
        /** Who was told to show a number. Time stands still within a round, so every promise made in it is running. */
        const holders = new Map();
        const note = (session, row) => {
          if (row?.status !== 'leased') return false;
          const holder = holders.get(row.number.national) ?? session;
          assert.equal(holder, session, `${row.number.national} was promised to two sessions`);
          holders.set(row.number.national, session);
          return true;
        };
        const sessions = Array.from({ length: 200 }, (_, index) => `visitor-${String(round).padStart(4, '0')}-${String(index).padStart(4, '0')}`);
        if (round < kills) {
          let answered = 0;
          let killed;
          // Most kills come while numbers are being granted, some while those who got none ask for nothing.
          const fatal = 1 + ((round * 37) % 71);
          const oneCall = async (name) => {
            for (const event of ['begun', 'ended']) {
              const record = await tell(service, token, name, event);
              if (!record) return false;
              calls.set(record.id, record.state);
            }
            return true;
          };
          assert.ok(await oneCall(`call-${round}-first`));
          // Four lines, call after call, until nobody answers any more.
          const lines = [1, 2, 3, 4].map(async (line) => {
            for (let count = 0; await oneCall(`call-${round}-${line}-${count}`); count += 1);
          });
          await Promise.all(sessions.map(async (session) => {
            note(session, await ask(service, session));
            answered += 1;
            if (answered === fatal) killed = service.kill();
          }));
          await Promise.all([killed, ...lines]);
          grantedInTheRoundsOfKills += holders.size;
          await service.restart();
          for (const [number, session] of holders) {
            const answer = await fetch(`${service.url}/v1/numbers/${number}/attribution`, { headers: { authorization: `Bearer ${token}` } });
            const { lease } = await answer.json();
            assert.equal(lease?.session, session, `${number} was acknowledged to ${session}`);
          }
        }
        for (const [id, state] of calls) {
          const answer = await fetch(`${service.url}/v1/calls/${id}`, { headers: { authorization: `Bearer ${token}` } });
          assert.equal(answer.status, 200, `${id} was acknowledged`);
          const record = await answer.json();
          // An end may have been kept without being acknowledged.
          assert.ok(record.state === 'ended' || record.state === state, `${id} was ${state} and is ${record.state}`);
        }
        const rows = await Promise.all(sessions.map(async (session) => [session, await ask(service, session)]));
        const leased = rows.filter(([session, row]) => note(session, row)).length;
        assert.equal(leased, 50, 'every number is leased, each to one session');
        assert.ok(rows.every(([, row]) => ['leased', 'exhausted'].includes(row.status)));
        // On Redis a service that was started again begins at the wall clock, behind what the pool has seen.
        service.advance(600 * (round + 1));
      }
      assert.ok(grantedInTheRoundsOfKills > 0, 'leases were acknowledged before the kills');
      assert.ok(calls.size > kills, 'calls were acknowledged before the kills');
      await service.close();
      await redis?.close();
    });
  });
}
