"""The only sender: opens connections to Binance, keeps them warm, sends each signed request once."""
