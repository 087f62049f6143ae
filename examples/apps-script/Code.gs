// Google Apps Script: your balances into the sheet that is open. Read README.md beside this file first: the script runs
// at Google, so the gateway must be reached through a tunnel, and must ask for a virtual key.
//
// Project settings > Script properties: GATEWAY (https://... of the tunnel) and VIRTUAL_KEY.

function settings_() {
  const kept = PropertiesService.getScriptProperties()
  return { gateway: kept.getProperty('GATEWAY'), key: kept.getProperty('VIRTUAL_KEY') }
}

function ask_(method, path, payload) {
  const { gateway, key } = settings_()
  const answer = UrlFetchApp.fetch(gateway + path, {
    method,
    payload, // an object is sent as a form
    headers: { 'X-MBX-APIKEY': key, 'X-Gateway-Explain': 'message' },
    muteHttpExceptions: true,
  })
  const value = JSON.parse(answer.getContentText())
  if (answer.getResponseCode() >= 400) throw new Error(value.code + ': ' + value.msg)
  return value
}

function balances() {
  const rows = ask_('get', '/api/v3/account')
    .balances.filter((one) => Number(one.free) + Number(one.locked) > 0)
    .map((one) => [one.asset, Number(one.free), Number(one.locked)])
  const sheet = SpreadsheetApp.getActiveSheet()
  sheet.clear()
  sheet.appendRow(['asset', 'free', 'locked'])
  rows.forEach((row) => sheet.appendRow(row))
}

function testOrder() {
  ask_('post', '/api/v3/order/test', { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.001' })
}
