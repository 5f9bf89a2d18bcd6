"""Pages, an API, feeds: what is kept in a ledger, over HTTP. Reads by default; who may write needs a token."""

from exeunt.serve.app import make_app
from exeunt.serve.site import Site

__all__ = ["Site", "make_app"]
