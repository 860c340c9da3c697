"""What a notebook is written in, as far as its metadata tells."""

import re
from typing import Any

KERNELS = {"python.*": "python", "xpython": "python", "ir": "r", "julia.*": "julia"}  # by name


def language(content: dict[str, Any]) -> tuple[str, str]:
    """What the notebook is written in, lower case; and what is odd, if it does not say."""
    metadata = mapping(content, "metadata")
    kernel = mapping(metadata, "kernelspec")
    for said in (mapping(metadata, "language_info").get("name"), kernel.get("language")):
        if isinstance(said, str) and said.strip():
            return "python" if "python" in said.lower() else said.lower(), ""
    name = kernel.get("name")
    if not isinstance(name, str) or not name:
        return "python", "it names no kernel (no kernelspec)"
    known = next((k for start, k in KERNELS.items() if re.fullmatch(start, name.lower())), "")
    odd = "" if known else f"its kernel, {name[:50]!r}, is not known here"
    return known or "python", odd


def mapping(content: dict[str, Any], key: str) -> dict[str, Any]:
    """What stands under a key, if that is a mapping; else an empty one."""
    value = content.get(key)
    return value if isinstance(value, dict) else {}
