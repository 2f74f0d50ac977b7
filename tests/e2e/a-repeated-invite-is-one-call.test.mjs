// A carrier that hears nothing sends its INVITE again. Whichever process of Kamailio gets it, the service is asked once, one
// telephone rings once, and one call is counted.
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { after, before, test } from 'node:test';
import { openCallSide } from './support/call-side.mjs';
import { openDestination } from './support/sipp.mjs';

let desk;
let side;
before(async () => {
  desk = await openDestination({ scenario: 'destination-busy' });
  side = await openCallSide({ destinations: [{ id: 'desk', to: desk.uri }] });
});
after(async () => {
  await side?.close();
  await desk?.close();
});

/** Sends one INVITE several times at once, and acknowledges its last answer; gives the status of that. */
function inviteAgainAndAgain({ port }, number, times) {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1', () => {
      const here = `127.0.0.1:${socket.address().port}`;
      const request = (method, to) => [
        `${method} sip:${number}@127.0.0.1:${port} SIP/2.0`, `Via: SIP/2.0/UDP ${here};branch=z9hG4bK-again`, 'Max-Forwards: 70',
        `From: <sip:09012345678@${here}>;tag=again`, to, `Call-ID: again@${here}`, `CSeq: 1 ${method}`,
        `Contact: <sip:09012345678@${here}>`, 'Content-Length: 0', '', '',
      ].join('\r\n');
      socket.on('message', function hear(message) {
        const [, status] = /^SIP\/2\.0 (\d+)/.exec(message) ?? [];
        if (Number(status) < 200) return;
        // It may come again before it is acknowledged.
        socket.off('message', hear);
        const [to] = /^To:.*$/m.exec(message);
        socket.send(request('ACK', to.trim()), port, '127.0.0.1', () => socket.close(() => resolve(Number(status))));
      });
      const invite = request('INVITE', `To: <sip:${number}@127.0.0.1>`);
      for (let sent = 0; sent < times; sent += 1) socket.send(invite, port, '127.0.0.1');
    });
  });
}

test('five INVITEs at once make one call', async () => {
  assert.equal(await inviteAgainAndAgain(side.kamailio, '0120900001', 5), 486);
  await side.told('ended');
  assert.equal(desk.calls(), 1);
  assert.equal(await side.clinic.counted('hatsuban_routes_total{outcome="connect"}'), 1);
  assert.equal((await side.calls()).length, 1);
});
