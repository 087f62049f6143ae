"""The machine under the program: clocks, imports, memory."""
