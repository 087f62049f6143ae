"""A running gateway: where it can be reached, what is in it, and how it ends."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from proxy.admin.token import AdminToken
from proxy.core.settings import Settings
from proxy.gateway.pipeline import Pipeline
from proxy.gateway.reload import Reload
from proxy.journal import Journal
from proxy.runtime.background_imports import BackgroundImports
from proxy.server import GatewayServer
from proxy.server.listener import close_socket


@dataclass(slots=True)
class Gateway:
    """`url` and `admin_url` hold the ports that were really bound."""

    settings: Settings
    url: str
    admin_url: str | None
    token: AdminToken | None
    pipeline: Pipeline
    reload: Reload
    journal: Journal
    background: BackgroundImports
    server: GatewayServer
    opened: AsyncExitStack
    """Closes, from the last to the first, what the start opened."""

    @property
    def admin_token_file(self) -> Path | None:
        return self.token.path if self.token else None

    async def stop(self) -> bool:
        """Stop accepting, let requests finish, write what is left. Whether all finished in time."""
        self.server.stop_listening()
        close_socket(self.url)
        loop, seconds = asyncio.get_running_loop(), self.settings.limits.drain_seconds
        deadline = loop.time() + seconds
        self.pipeline.repeats.stop_waiting()
        self.pipeline.reconciler.stop_waiting()
        self.pipeline.confirmations.stop()
        self.pipeline.slow_lane.open()
        drained = await self.pipeline.slots.drain(seconds)
        await self.pipeline.reconciler.stop(deadline - loop.time())
        await self.opened.aclose()
        return drained
