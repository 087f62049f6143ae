"""The machine under the program: clocks, private files, imports in the background, memory."""
