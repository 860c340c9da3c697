"""What nobody handed in: files that platforms, editors and operating systems add by themselves."""

import re

NOISE = re.compile(
    r"""
    \._.* | \.ds_store | __macosx | \.localized | \.spotlight-v100 | \.trashes? | \.trash-\d+
    | \.fseventsd | icon\r                                                           # macOS
    | thumbs\.db | ehthumbs\.db | desktop\.ini | \$recycle\.bin | \.directory        # Windows, KDE
    | \.ipynb_checkpoints | __pycache__ | \.?venv | \.vscode | \.idea | \.virtual_documents
    | \.(?:mypy|ruff|pytest)_cache | node_modules | ~\$.* | \.~lock\..* | .*\.sw[op]   # editors
    | \.git | \.gitignore | \.gitattributes | \.gitkeep | \.svn
    | \.nfs[0-9a-f]+ | \.fuse_hidden.*
    | timestamp\.txt | submission_secret\.txt | \.nbgrader\.log                      # nbgrader
    | \.coursekit                                                 # a workspace's own memory
    """,
    re.IGNORECASE | re.VERBOSE,
)


def is_noise(name: str) -> bool:
    """True for the name of a file or folder that no person hands in."""
    return NOISE.fullmatch(name) is not None
