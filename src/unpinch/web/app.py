"""The application: `create_app` puts store, clock, knowledge and pages together."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from unpinch.care import decide
from unpinch.exchange.paper import assets_folder as laid_out
from unpinch.knowledge import Knowledge, load
from unpinch.stores import Feed, Keeper, SqliteStore, Store, StoreError
from unpinch.web.gate import Shut, clearance_gate
from unpinch.web.pages import environment
from unpinch.web.routes import (
    api,
    article,
    calendar,
    emergency,
    exercises,
    figures,
    helps,
    history,
    home,
    keeping,
    learn,
    pain,
    profile,
    questionnaires,
    screen,
    selftests,
    session,
    settings,
    take_out,
    today,
)
from unpinch.web.security import HEADERS, MAX_BODY_BYTES, HostGuard, SecureHeaders, csrf_guard
from unpinch.web.visit import Clock, Decider, House, local_now, visit_of

STATIC: Final = Path(__file__).parent / "static"

ROUTES: Final = (
    home,
    screen,
    emergency,
    profile,
    pain,
    today,
    helps,
    history,
    article,
    learn,
    exercises,
    figures,
    questionnaires,
    settings,
    keeping,
    calendar,
    take_out,
    api,
    session,
    selftests,
)
"""Modules of `unpinch.web.routes`; each offers ``router``."""


def assets_folder() -> Path | None:
    """Return the folder with the typefaces, if they have been laid out; pages do without them too."""
    folder = laid_out()
    return folder if (folder / "fonts").is_dir() else None


def create_app(
    store: Store,
    *,
    clock: Clock = local_now,
    knowledge: Knowledge | None = None,
    decider: Decider = decide,
    hosts: tuple[str, ...] = (),
    keeper: Keeper | None = None,
    testing: bool = False,
) -> FastAPI:
    """Return the application for one person's journal.

    Parameters
    ----------
    store
        Where the journal is kept.
    clock
        Gives the time with its UTC offset.
    knowledge
        What is known; what ships with this version when left out.
    decider
        Makes the Decision.
    hosts
        Names beyond loopback under which the program may be reached.
    keeper
        Makes copies of the journal by itself; whoever serves the app starts and stops it.
    testing
        Lets a test run a session's clock faster than time; never for a person.
    """
    assets = assets_folder()
    app = FastAPI(
        title="Unpinch",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        max_body_size=MAX_BODY_BYTES,
        # Whoever set up tracing on this machine must not find health data in it.
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
        dependencies=[Depends(csrf_guard), Depends(clearance_gate)],
    )
    pages = environment(STATIC, fonts=assets is not None)
    app.state.testing = testing
    app.state.house = House(store, clock, knowledge or load(), decider, pages, keeper, Feed(feed_path(store)))
    for pages_of in ROUTES:
        app.include_router(pages_of.router)
    app.mount("/static", _Files(directory=STATIC), name="static")
    if assets is not None:
        app.mount("/assets", _Files(directory=assets), name="assets")
    app.add_exception_handler(Shut, _shut)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _not_understood)
    app.add_exception_handler(StoreError, _not_kept)
    app.add_exception_handler(Exception, _failed)
    app.add_middleware(HostGuard, names=hosts)
    app.add_middleware(SecureHeaders)
    return app


def feed_path(store: Store) -> Path | None:
    """Return where the address of the calendar is kept: beside the journal, or in memory like it."""
    return store.feed_path if isinstance(store, SqliteStore) else None


class _Files(StaticFiles):
    """Static files that a browser keeps but asks about each time, so that none is out of date."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        answer = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        answer.headers["Cache-Control"] = "no-cache"
        return answer


def wants_json(request: Request) -> bool:
    """Tell whether a program asked, not a person."""
    path = request.url.path
    return path.startswith("/api/") or path.endswith(".json")


def _shut(request: Request, error: Exception) -> Response:
    assert isinstance(error, Shut)
    if wants_json(request):
        return JSONResponse({"refusal": error.name, "error": f"Not now: {error.name}."}, status_code=403)
    return RedirectResponse(error.to, status_code=303)


def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return _error_page(request, error.status_code, str(error.detail))


def _not_understood(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"][1:])
    return _error_page(request, 422, f"{place}: {first['msg']}")


def _not_kept(request: Request, error: Exception) -> Response:
    return _error_page(request, 503, f"Nothing was kept: {error}")


def _failed(request: Request, error: Exception) -> Response:
    answer = _error_page(request, 500, "Something in Unpinch broke.")
    # This answer is made outside of every middleware.
    answer.headers.update({**HEADERS, "Cache-Control": "no-store"})
    return answer


def _error_page(request: Request, status: int, reason: str) -> Response:
    if wants_json(request):
        return JSONResponse({"error": reason}, status_code=status)
    try:
        return visit_of(request).page("error.html", status=status, code=status, reason=reason)
    except Exception:
        # The journal itself cannot be read: say so without it.
        html = request.app.state.house.pages.get_template("broken.html").render(reason=reason)
        return HTMLResponse(html, status_code=500)
