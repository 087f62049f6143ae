"""Memory that is taken in a burst is given back: the collector's times, and the C library's large blocks."""

import asyncio
import ctypes
import gc
import itertools
from typing import Final

_GC_THRESHOLDS: Final = (20_000, 20, 100)
_YOUNG_SECONDS: Final = 5.0
_ALL_EVERY: Final = 60  # of the young collections
_MMAP_THRESHOLD: Final = -3  # M_MMAP_THRESHOLD of malloc.h, glibc
_LARGE_OCTETS: Final = 128 * 1024


async def keep_memory() -> None:
    """Called once all is loaded; goes on for ever.

    What stands now stands until the end: no collection has to walk through it again. What a request makes is freed
    without the collector, which may therefore look seldom, and at fixed times: a connection that broke in its
    handshake lies in a cycle. It is young; a look at everything takes longer, and one every five minutes is enough.
    """
    _give_large_blocks_back()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_GC_THRESHOLDS)
    for turn in itertools.count(1):
        await asyncio.sleep(_YOUNG_SECONDS)
        gc.collect(2 if turn % _ALL_EVERY == 0 else 1)


def _give_large_blocks_back() -> None:
    """Each TLS connection of uvloop has a buffer of 256 KiB. Left to itself, glibc learns from the first one that is
    freed to take such blocks from its heap, which two hundred connections at once fill with holes for good; see
    mallopt(3).
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_MMAP_THRESHOLD, _LARGE_OCTETS)
