"""The promises R1-R17 measured: a real gateway process, a fault exchange, one table. `make faults`."""
