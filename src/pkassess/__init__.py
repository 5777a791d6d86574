"""pkassess: scores partnerships between UN missions and host governments from field workbooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pkassess.version import VERSION

__version__ = VERSION

if TYPE_CHECKING:
    from pkassess.assess import Assessment, score

__all__ = ["Assessment", "__version__", "score"]


def __getattr__(name: str) -> Any:
    # Loaded on first use, so that the command line can print its version without the engine.
    if name in ("Assessment", "score"):
        from pkassess import assess

        return getattr(assess, name)
    raise AttributeError(f"module 'pkassess' has no attribute '{name}'")
