"""Windows, by what Python's standard library has there alone.

Files there are guarded by access control lists, which a new file takes from its directory: modes mean nothing, and
this room does not pretend that they do. `tests/platform/` runs this half where no Windows is, with a stand-in for
`msvcrt`; that shows that it does what it says, not that Windows does.
"""
