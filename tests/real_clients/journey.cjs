// The order that every Node client places; see journey.py.
exports.ORDER = {
  symbol: 'BTCUSDT',
  side: 'BUY',
  type: 'LIMIT',
  timeInForce: 'GTC',
  quantity: 0.001,
  price: 50000,
  newClientOrderId: 'my.id:1/2_a-B',
};

exports.gateway = process.argv[2];

exports.drive = (steps) =>
  steps().catch((error) => {
    console.error(error);
    process.exit(1);
  });
