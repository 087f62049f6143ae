"""A small part of USD-M and COIN-M futures: `/fapi`, `/dapi`."""
