// node-binance-api as it is installed. Its withdrawHistory() asks for a path that does not exist
// (/api/v1/capital/withdraw/history), so that one call goes through its generic signed request.
const assert = require('node:assert');
const Binance = require('node-binance-api');
const { drive, gateway } = require('./journey.cjs');

const binance = new Binance().options({
  APIKEY: 'dummy',
  APISECRET: 'dummy',
  urls: { base: `${gateway}/api/`, sapi: `${gateway}/sapi/` },
});
const id = { newClientOrderId: 'my.id:1/2_a-B' };

drive(async () => {
  assert((await binance.account()).canTrade);
  await binance.order('LIMIT', 'BUY', 'BTCUSDT', 0.001, 50000, { ...id, test: true });
  const order = await binance.order('LIMIT', 'BUY', 'BTCUSDT', 0.001, 50000, { ...id });
  assert.equal((await binance.cancel('BTCUSDT', order.orderId)).status, 'CANCELED');
  assert.deepEqual(await binance.privateSapiRequest('v1/capital/withdraw/history', { coin: 'USDT' }), []);
});
