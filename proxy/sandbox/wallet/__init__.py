"""Wallet, margin streams and sub-accounts: `/sapi`."""
