"""A web server of the test's own, in threads beside it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


@contextmanager
def serving(serve: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[str]:
    """Let ``serve`` answer every request; give the address of the server."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # The headers and the body are written apart: they shall not wait for each other.
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            serve(self)

        do_POST = do_PATCH = do_GET  # noqa: N815 - as the library has it

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
