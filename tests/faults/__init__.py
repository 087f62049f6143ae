"""The promises R1-R18 measured: a real gateway process, a fault exchange, one table. `make faults`."""
