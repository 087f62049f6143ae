// binance-api-node as it is installed.
const assert = require('node:assert');
const Binance = require('binance-api-node').default;
const { ORDER, drive, gateway } = require('./journey.cjs');

const client = Binance({ apiKey: 'dummy', apiSecret: 'dummy', httpBase: gateway });

drive(async () => {
  assert((await client.accountInfo()).canTrade);
  assert.deepEqual(await client.orderTest(ORDER), {});
  const order = await client.order(ORDER);
  const cancelled = await client.cancelOrder({ symbol: 'BTCUSDT', orderId: order.orderId });
  assert.equal(cancelled.status, 'CANCELED');
  assert.deepEqual(await client.withdrawHistory({ coin: 'USDT' }), []);
});
