// The pool service is away, or takes connections and never answers: callers reach the static destination of their number all
// the same, and what became of the call is told when the service is back.
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { openCallSide } from './support/call-side.mjs';
import { dial, openDestination } from './support/sipp.mjs';

let desk;
let side;
before(async () => (desk = await openDestination()));
after(() => desk?.close());
beforeEach(() => (side = undefined));
afterEach(() => side?.close());

/** A clinic whose service Kamailio waits for as long as it does by itself, and leaves alone for so long when it did not answer. */
async function openWith(rest, more) {
  const proxy = { statics: { '0120900001': desk.uri }, settings: { HATSUBAN_WAIT: undefined, HATSUBAN_REST: rest } };
  side = await openCallSide({ destinations: [{ id: 'pbx', to: 'sip:never@192.0.2.1' }], proxy, ...more });
}

test('a call goes to its static destination while the service is down, and is known when it is back', async () => {
  await openWith(1);
  await side.clinic.service.kill();
  const { callId } = await dial(side.kamailio, '0120900001');
  assert.equal(desk.calls(), 1);
  await side.kamailio.logged(/not told yet/);

  await side.clinic.service.restart();
  await side.told('ended');
  const [call, ...more] = await side.calls();
  assert.deepEqual(more, []);
  assert.equal(call.call_id, callId);
  assert.equal(call.state, 'ended');
  assert.equal(call.destination, desk.uri);
});

test('a service that hangs is waited for by one caller, for a second, and not by the next ones', async () => {
  const sockets = new Set();
  const hung = createServer((socket) => sockets.add(socket));
  await new Promise((resolve) => hung.listen(0, '127.0.0.1', resolve));
  await openWith(60, { url: `http://127.0.0.1:${hung.address().port}` });

  const known = desk.calls();
  await dial(side.kamailio, '0120900001');
  await dial(side.kamailio, '0120900001');
  assert.equal(desk.calls(), known + 2);
  assert.equal(sockets.size, 1, 'only the first call was asked for');
  // That is the whole second: Kamailio says that its request timed out, and nothing else.
  assert.deepEqual(side.kamailio.log.filter((line) => line.includes('the pool service answered')).length, 1);
  sockets.forEach((socket) => socket.destroy());
  await new Promise((resolve) => hung.close(resolve));
});
