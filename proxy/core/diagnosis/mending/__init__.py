"""The request as it should be, made from the one that was sent: every mistake that was named is mended in it.

What the gateway's signer does anyway (time, window, signature, its place, the key's header) needs no mend.
"""
