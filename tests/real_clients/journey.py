"""The order that every Python client places. The id has `:` and `/`, legal characters that several libraries
sign wrongly by themselves."""

ORDER = {
    "symbol": "BTCUSDT",
    "side": "BUY",
    "type": "LIMIT",
    "timeInForce": "GTC",
    "quantity": "0.001",
    "price": "50000.00",
    "newClientOrderId": "my.id:1/2_a-B",
}
