"""Do limits hold? Random writes go through a limited gateway to the sandbox, whose ledger is the judge.

`make limits-proof` runs the long form; tests/limits_proof/test_proof.py is a sample of it.
"""
