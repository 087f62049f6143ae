// Requests through the gateway with fetch (Node 18 or newer): no key, no timestamp, no signature.
//   GATEWAY=http://127.0.0.1:8180 node examples/node/requests.mjs
const gateway = process.env.GATEWAY ?? 'http://127.0.0.1:8180'

async function ask(name, path, options = {}) {
  const answer = await fetch(gateway + path, options)
  console.log(`${name}: ${answer.status}`)
  if (!answer.ok) throw new Error(await answer.text())
  await answer.text()
}

const form = (fields) => ({ method: 'POST', body: new URLSearchParams(fields) })
const json = (value) => ({
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(value),
})

await ask('account', '/api/v3/account')
await ask('test order', '/api/v3/order/test', form({ symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.001' }))
await ask('restrictions', '/sapi/v1/account/apiRestrictions')
await ask('P2P ads', '/sapi/v1/c2c/ads/search', json({ asset: 'USDT', fiat: 'EUR', tradeType: 'BUY', page: 1, rows: 10 }))
await ask('futures', '/fapi/v2/balance')

// A wrong one: what the gateway says of it stands in a header, and in `msg` where it is asked for.
const wrong = form({ symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: '0,01', price: '50000' })
wrong.headers = { 'X-Gateway-Explain': 'message' }
console.log(await (await fetch(gateway + '/api/v3/order/test', wrong)).text())
