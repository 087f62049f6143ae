"""What a refusal of Binance means, by its code and its words, and which bound an order broke."""
