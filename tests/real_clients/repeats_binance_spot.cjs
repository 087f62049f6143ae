// @binance/spot, with a time-out that is shorter than the exchange's answer. It draws no ids.
const { Spot } = require('@binance/spot');

const [, , gateway, seconds, atOnce] = process.argv;
const timeout = Number(seconds) * 1000;
const configurationRestAPI = { apiKey: 'dummy', apiSecret: 'dummy', basePath: gateway, timeout };
const spot = new Spot({ configurationRestAPI }).restAPI;
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const ORDER = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: 0.0002 };

async function order(price) {
  let lost = 0;
  for (let tries = 0; tries < 100; tries += 1) {
    try {
      await (await spot.newOrder({ ...ORDER, price })).data();
      return { price, end: 'placed', lost };
    } catch (error) {
      // its errors keep the text alone: of a repeat the refusal says whether the order is there
      const said = String(error.message);
      if (said.includes('was executed, but its answer did not reach you')) {
        return { price, end: 'known', lost, named: null };
      }
      if (said.includes('not known yet')) await pause(100);
      else if (said.includes('cannot be found out')) return { price, end: 'undetermined', lost };
      else if (/timeout|network|server error|5\d\d|ECONN|socket|no answer/i.test(`${error.name} ${said}`)) lost += 1;
      else return { price, end: 'rejected', lost, why: `${error.name} ${said}` };
    }
  }
  return { price, end: 'gave_up', lost };
}

(async () => {
  const chunks = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  const prices = JSON.parse(Buffer.concat(chunks));
  const work = async () => {
    while (prices.length) console.log(JSON.stringify(await order(prices.shift())));
  };
  await Promise.all(Array.from({ length: Number(atOnce) }, work));
})();
