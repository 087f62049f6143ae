// Node's own fetch: unsigned, no key.
const assert = require('node:assert');
const { ORDER, drive, gateway } = require('./journey.cjs');

async function call(method, path, parameters = {}, inForm = false) {
  const text = new URLSearchParams(parameters);
  const answer = inForm
    ? await fetch(gateway + path, { method, body: text })
    : await fetch(`${gateway}${path}?${text}`, { method });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  return answer.json();
}

drive(async () => {
  assert((await call('GET', '/api/v3/account')).canTrade);
  assert.deepEqual(await call('POST', '/api/v3/order/test', ORDER, true), {});
  const order = await call('POST', '/api/v3/order', ORDER);
  const cancelled = await call('DELETE', '/api/v3/order', { symbol: 'BTCUSDT', orderId: order.orderId });
  assert.equal(cancelled.status, 'CANCELED');
  assert.deepEqual(await call('GET', '/sapi/v1/capital/withdraw/history', { coin: 'USDT' }), []);
});
