#!/usr/bin/env bash
# Requests through the gateway with curl: no key, no timestamp, no signature. Needs bash and curl.
#   GATEWAY=http://127.0.0.1:8180 examples/bash/requests.sh
set -euo pipefail
gateway=${GATEWAY:-http://127.0.0.1:8180}

ask() { # ask NAME ARGUMENTS-OF-CURL: prints the status; ends the script where it is not below 400
    local name=$1 status
    shift
    status=$(curl -sS -m 30 -o answer.json -w '%{http_code}' "$@")
    echo "$name: $status"
    [ "$status" -lt 400 ] || { cat answer.json >&2; exit 1; }
}

cd "$(mktemp -d)"
ask 'account'      "$gateway/api/v3/account"
ask 'test order'   "$gateway/api/v3/order/test" -d 'symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.001'
ask 'restrictions' "$gateway/sapi/v1/account/apiRestrictions"
ask 'P2P ads'      "$gateway/sapi/v1/c2c/ads/search" -d '{"asset":"USDT","fiat":"EUR","tradeType":"BUY","page":1,"rows":10}'
ask 'futures'      "$gateway/fapi/v2/balance"

# A wrong one: what the gateway says of it stands in a header, and in `msg` where it is asked for.
curl -sS -m 30 -H 'X-Gateway-Explain: message' "$gateway/api/v3/order/test" \
    -d 'symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0,01&price=50000'
echo
