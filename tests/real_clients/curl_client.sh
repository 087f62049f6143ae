#!/bin/bash
# curl: unsigned, no key.
set -euo pipefail
gateway=$1
ask() { curl --silent --show-error --fail-with-body --max-time 10 "$@"; }
expect() { grep -q "$1" || { echo "expected $1 in the answer" >&2; exit 1; }; }

ask "$gateway/api/v3/account" | expect '"canTrade":true'
order='symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.001&price=50000.00&newClientOrderId=my.id:1/2_a-B'
ask -d "$order" "$gateway/api/v3/order/test" | expect '{}'
ask -X POST "$gateway/api/v3/order?$order" | expect '"status":"NEW"'
ask -X DELETE "$gateway/api/v3/order?symbol=BTCUSDT&origClientOrderId=my.id:1/2_a-B" | expect '"status":"CANCELED"'
ask -G --data-urlencode 'coin=USDT' "$gateway/sapi/v1/capital/withdraw/history" | expect '^\[\]'
