"""The promises R1-R16 measured: a real gateway process, a fault exchange, one table. `make faults`."""
