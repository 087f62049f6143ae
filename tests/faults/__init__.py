"""The promises R1-R15 measured: a real gateway process, a fault exchange, one table. `make faults`."""
