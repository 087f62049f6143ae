"""Do the tests notice a fault? One-line faults are put into copies of the tree, and the tests of the room are asked.

Faults are drawn with mutmut's operators (sites.py, draw.py); those that would cost a user most are written by hand
(named.toml). rooms.toml says which tests answer for which code, known.toml which faults may live, and why.
"""
