"""What a statement's rows are: cells as texts, or a whole column as numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

Row = list[str]
Numbers = np.ndarray[Any, np.dtype[np.int64]]
