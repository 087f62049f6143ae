#!/bin/bash
# The usual shell script with curl and openssl, signing with a dummy secret.
set -euo pipefail
base=$1 key=dummy secret=dummy

signed() {  # METHOD PATH PARAMETERS
  local payload signature
  payload="${3:+$3&}timestamp=$(date +%s)000"
  signature=$(printf %s "$payload" | openssl dgst -sha256 -hmac "$secret" | sed 's/^.* //')
  curl --silent --show-error --fail-with-body --max-time 10 -H "X-MBX-APIKEY: $key" \
    -X "$1" "$base$2?$payload&signature=$signature"
}
expect() { grep -q "$1" || { echo "expected $1 in the answer" >&2; exit 1; }; }

signed GET /api/v3/account '' | expect '"canTrade":true'
order='symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.001&price=50000.00&newClientOrderId=my.id:1/2_a-B'
signed POST /api/v3/order/test "$order" | expect '{}'
signed POST /api/v3/order "$order" | expect '"status":"NEW"'
signed DELETE /api/v3/order 'symbol=BTCUSDT&origClientOrderId=my.id:1/2_a-B' | expect '"status":"CANCELED"'
signed GET /sapi/v1/capital/withdraw/history coin=USDT | expect '^\[\]'
