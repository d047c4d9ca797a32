"""What guards the pages: the Host check, the headers, a size limit, and the token in every form.

The program listens on the loopback interface for one person. What could still reach it is a page
of another site in the same browser (by a form, a script or DNS rebinding); each line here answers
one of those ways.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

from fastapi import HTTPException, Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})
"""Names under which the program answers; any port."""

MAX_BODY_BYTES: Final = 32 * 1024 * 1024
"""Largest request, so that an imported journal fits and nothing fills the memory."""

CSRF_COOKIE: Final = "unpinch_token"
CSRF_FIELD: Final = "csrf"
CSRF_HEADER: Final = "X-CSRF-Token"
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})

CSP: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "media-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

HEADERS: Final = {
    "Content-Security-Policy": CSP,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": (
        "accelerometer=(self), gyroscope=(self), camera=(self), screen-wake-lock=(self), "
        "microphone=(), geolocation=(), payment=(), usb=(), serial=()"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}")


def host_name(host: str) -> str:
    """Return the name of a Host header without its port, in lower case."""
    return re.sub(r":\d{1,5}$", "", host.strip().lower())


class HostGuard:
    """Answer 421 to a request that came under a name other than our own (DNS rebinding)."""

    def __init__(self, app: ASGIApp, names: Iterable[str] = ()) -> None:
        self.app = app
        self.names = LOOPBACK | {name.lower() for name in names}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it in one line."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        host = Headers(scope=scope).get("host", "")
        if host_name(host) not in self.names:
            line = f"Host {host[:100]!r} is not this machine; open Unpinch under http://localhost.\n"
            await PlainTextResponse(line, status_code=421)(scope, receive, send)
            return
        await self.app(scope, receive, send)


class SecureHeaders:
    """Put the security headers on every answer, and keep pages out of every cache."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and dress its answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self.app(scope, receive, dressed)


def csrf_token(request: Request) -> str:
    """Return the token of this browser: the one in its cookie, or a new one for this answer."""
    token: str | None = getattr(request.state, "csrf", None)
    if token is None:
        cookie = request.cookies.get(CSRF_COOKIE, "")
        token = cookie if _TOKEN.fullmatch(cookie) else secrets.token_urlsafe(32)
        request.state.csrf = token
    return token


async def csrf_guard(request: Request) -> None:
    """Refuse a request that changes something unless it came from one of our own pages.

    The page must come from this origin, and hand back in a field or a header the token that the
    cookie holds; another site can neither read the cookie nor send it (SameSite=Strict).
    """
    if request.method in SAFE_METHODS:
        return
    if not _same_origin(request):
        raise HTTPException(403, "This came from another page. Open Unpinch and try again.")
    cookie = request.cookies.get(CSRF_COOKIE, "")
    sent = request.headers.get(CSRF_HEADER)
    if sent is None and not request.headers.get("content-type", "").startswith("application/json"):
        field = (await request.form()).get(CSRF_FIELD)
        sent = field if isinstance(field, str) else None
    if not _TOKEN.fullmatch(cookie) or sent is None or not secrets.compare_digest(cookie, sent):
        raise HTTPException(403, "This page was open for too long. Go back, load it again, and retry.")


def _same_origin(request: Request) -> bool:
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin")
    # With our no-referrer policy browsers name the origin of a form "null"; the token decides then.
    if origin is None or origin == "null":
        return True
    return urlsplit(origin).netloc.lower() == request.headers.get("host", "").lower()
