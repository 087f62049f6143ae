"""`signing-proxy explain`: reads a request in whatever form people have it, and says what is wrong with it.

`readers` turn a text into `SeenRequest`s, `observation` adds the user's keys, the engine of `proxy.core.diagnosis`
judges, `present` and `machine` show. Nothing here opens a socket, and a request is never sent.
"""
