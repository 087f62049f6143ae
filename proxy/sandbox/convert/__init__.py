"""Convert: `/sapi/v1/convert` and `/fapi/v1/convert`."""
