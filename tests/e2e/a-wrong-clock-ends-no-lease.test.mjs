// A service whose clock is wrong by hours, or jumps by hours, ends no lease early and gives no number away: on Redis the
// server's clock decides, on the embedded store the monotonic one.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startRedis } from './support/redis.mjs';
import { startService } from './support/service.mjs';

const origin = 'https://clinic.example';
const configuration = `
[[site]]
id = "clinic"
key = "st_clinic"
origins = ["${origin}"]
target = [{ id = "main", number = "0120-123-456", pool = "main" }]
[[pool]]
id = "main"
site = "clinic"
destination = "0120-123-456"
numbers = ["050-3111-0001"]
`;

/** A service whose wall clock is off by what it is told: `+5h`, `-5h`. */
async function startAt(offset, settings) {
  const directory = mkdtempSync(join(tmpdir(), 'hatsuban-clock-'));
  const file = join(directory, 'offset');
  writeFileSync(file, offset);
  const library = execFileSync('faketime', ['-f', '+0', 'sh', '-c', 'echo "$LD_PRELOAD"'], { encoding: 'utf8' }).trim();
  const faked = { LD_PRELOAD: library, FAKETIME_TIMESTAMP_FILE: file, FAKETIME_NO_CACHE: '1', FAKETIME_DONT_FAKE_MONOTONIC: '1' };
  const service = await startService({ clock: 'system', ...settings, settings: faked });
  return {
    ...service,
    jump(to) {
      // At once: whoever asked for the time of half a file would end.
      writeFileSync(`${file}.new`, to);
      renameSync(`${file}.new`, file);
    },
    async lease(session) {
      const body = JSON.stringify({ site: 'st_clinic', session, leases: [{ target: 'main' }] });
      const answer = await fetch(`${service.url}/v1/leases`, { method: 'POST', body, headers: { origin, 'content-type': 'text/plain' } });
      return (await answer.json()).leases[0];
    },
    /** By how many hours its clock is off, as its answers say. */
    async hoursOff() {
      const { headers } = await fetch(`${service.url}/healthz`);
      return Math.round((new Date(headers.get('date')) - Date.now()) / 3_600_000);
    },
    async close() {
      await service.close();
      rmSync(directory, { recursive: true });
    },
  };
}

const taro = 'taro-taro-taro-taro';
const hanako = 'hanako-hanako-hanako';

/** The number is still the first visitor's, for no longer than was promised. */
async function isStillTaros(service) {
  assert.equal((await service.lease(hanako)).status, 'exhausted');
  const row = await service.lease(taro);
  assert.equal(row.number?.national, '05031110001');
  assert.equal(row.generation, 1);
  assert.ok(row.lease_for_ms > 0 && row.lease_for_ms <= 300_000, `${row.lease_for_ms} ms`);
}

test('two copies on one Redis, one five hours fast and one five hours slow', async () => {
  const redis = await startRedis();
  const [fast, slow] = [await startAt('+5h', { store: redis.url }), await startAt('-5h', { store: redis.url })];
  const file = join(fast.data, 'clinic.toml');
  writeFileSync(file, configuration);
  for (const service of [fast, slow]) service.command('apply', file);
  assert.deepEqual([await fast.hoursOff(), await slow.hoursOff()], [5, -5]);
  assert.equal((await fast.lease(taro)).status, 'leased');
  await isStillTaros(slow);
  await isStillTaros(fast);
  await fast.close();
  await slow.close();
  await redis.close();
});

test("an embedded store's service whose clock jumps to and fro", async () => {
  const service = await startAt('+0', {});
  const file = join(service.data, 'clinic.toml');
  writeFileSync(file, configuration);
  service.command('apply', file);
  assert.equal((await service.lease(taro)).status, 'leased');
  // Each thread dates its answers once a second, and not again after a jump back: only ahead of all times before can it be seen.
  for (const [offset, hours] of [['+5h', 5], ['-5h'], ['+90h', 90], ['+0']]) {
    service.jump(offset);
    if (hours) assert.equal(await service.hoursOff(), hours);
    await isStillTaros(service);
  }
  await service.close();
});

test('an embedded store that was closed while the clock was set back', async () => {
  const service = await startAt('+0', {});
  const file = join(service.data, 'clinic.toml');
  writeFileSync(file, configuration);
  service.command('apply', file);
  assert.equal((await service.lease(taro)).status, 'leased');
  await service.kill();
  service.jump('-5h');
  await service.restart();
  assert.equal(await service.hoursOff(), -5);
  await isStillTaros(service);
  await service.close();
});
