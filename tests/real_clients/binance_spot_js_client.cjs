// @binance/spot and @binance/wallet as they are installed.
const assert = require('node:assert');
const { Spot } = require('@binance/spot');
const { Wallet } = require('@binance/wallet');
const { ORDER, drive, gateway } = require('./journey.cjs');

const configurationRestAPI = { apiKey: 'dummy', apiSecret: 'dummy', basePath: gateway, timeout: 10000 };
const spot = new Spot({ configurationRestAPI }).restAPI;
const wallet = new Wallet({ configurationRestAPI }).restAPI;

drive(async () => {
  assert((await (await spot.getAccount()).data()).canTrade);
  await (await spot.orderTest(ORDER)).data();
  const order = await (await spot.newOrder(ORDER)).data();
  const cancelled = await (await spot.deleteOrder({ symbol: 'BTCUSDT', orderId: order.orderId })).data();
  assert.equal(cancelled.status, 'CANCELED');
  assert.deepEqual(await (await wallet.withdrawHistory({ coin: 'USDT' })).data(), []);
});
