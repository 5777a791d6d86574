"""pkassess: scores partnerships between UN missions and host governments from field workbooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pkassess.version import VERSION

__version__ = VERSION

if TYPE_CHECKING:
    from pkassess.assess import Assessment, score
    from pkassess.audited import Audited, audit
    from pkassess.compared import Compared, compare

__all__ = ["Assessment", "Audited", "Compared", "__version__", "audit", "compare", "score"]


def __getattr__(name: str) -> Any:
    # Loaded on first use, so that the command line can print its version without the engine.
    if name in ("Assessment", "score"):
        from pkassess import assess

        return getattr(assess, name)
    if name in ("Audited", "audit"):
        from pkassess import audited

        return getattr(audited, name)
    if name in ("Compared", "compare"):
        from pkassess import compared

        return getattr(compared, name)
    raise AttributeError(f"module 'pkassess' has no attribute '{name}'")
