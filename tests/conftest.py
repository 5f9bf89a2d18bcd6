"""Fixtures that several tests share."""

import pytest
from endpoint import Server


@pytest.fixture
def serve():
    servers = []

    def start(respond):
        servers.append(Server(respond if callable(respond) else lambda *_: respond))
        return servers[-1]

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()
