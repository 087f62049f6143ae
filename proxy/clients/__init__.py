"""Clients and their virtual keys: who asks, and what they may."""
