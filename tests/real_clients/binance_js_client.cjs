// binance (the npm package of that name) as it is installed.
const assert = require('node:assert');
const { MainClient } = require('binance');
const { ORDER, drive, gateway } = require('./journey.cjs');

const client = new MainClient({ api_key: 'dummy', api_secret: 'dummy', baseUrl: gateway });

drive(async () => {
  assert((await client.getAccountInformation()).canTrade);
  assert.deepEqual(await client.testNewOrder(ORDER), {});
  const order = await client.submitNewOrder(ORDER);
  const cancelled = await client.cancelOrder({ symbol: 'BTCUSDT', orderId: order.orderId });
  assert.equal(cancelled.status, 'CANCELED');
  assert.deepEqual(await client.getWithdrawHistory({ coin: 'USDT' }), []);
});
