"""The routes of the application, by its own account of itself."""

from collections.abc import Iterator

from fastapi import FastAPI


def routes(app: FastAPI) -> Iterator[tuple[str, str]]:
    """("GET", "/office/{token}/outbox") for every page there is; other programs' routes are an application apart."""
    # app.routes does not show what lies inside an included router.
    for path, methods in app.openapi()["paths"].items():
        for method in methods:
            yield method.upper(), path
