<?php
// Requests through the gateway with PHP's own streams: no key, no timestamp, no signature.
//   GATEWAY=http://127.0.0.1:8180 php examples/php/requests.php

/** Status and text of the answer. */
function send(string $method, string $path, array $headers = [], string $body = ''): array
{
    $gateway = getenv('GATEWAY') ?: 'http://127.0.0.1:8180';
    $options = ['method' => $method, 'header' => $headers, 'content' => $body, 'timeout' => 30, 'ignore_errors' => true];
    $answer = fopen($gateway . $path, 'r', false, stream_context_create(['http' => $options]));
    if ($answer === false) {
        throw new RuntimeException('no answer from the gateway: is it running?');
    }
    preg_match('{^HTTP/\S+ (\d+)}', stream_get_meta_data($answer)['wrapper_data'][0], $found);
    return [(int) $found[1], stream_get_contents($answer)];
}

function ask(string $name, string $method, string $path, array $headers = [], string $body = ''): void
{
    [$status, $text] = send($method, $path, $headers, $body);
    echo "$name: $status\n";
    if ($status >= 400) {
        fwrite(STDERR, $text . "\n");
        exit(1);
    }
}

$form = ['Content-Type: application/x-www-form-urlencoded'];
$json = ['Content-Type: application/json'];

ask('account', 'GET', '/api/v3/account');
ask('test order', 'POST', '/api/v3/order/test', $form,
    http_build_query(['symbol' => 'BTCUSDT', 'side' => 'BUY', 'type' => 'MARKET', 'quantity' => '0.001']));
ask('restrictions', 'GET', '/sapi/v1/account/apiRestrictions');
ask('P2P ads', 'POST', '/sapi/v1/c2c/ads/search', $json,
    json_encode(['asset' => 'USDT', 'fiat' => 'EUR', 'tradeType' => 'BUY', 'page' => 1, 'rows' => 10]));
ask('futures', 'GET', '/fapi/v2/balance');

// A wrong one: what the gateway says of it stands in a header, and in `msg` where it is asked for.
[, $text] = send('POST', '/api/v3/order/test', [...$form, 'X-Gateway-Explain: message'],
    'symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0,01&price=50000');
echo $text, "\n";
