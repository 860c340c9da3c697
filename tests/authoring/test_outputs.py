import json

from coursekit.authoring.outputs import only_outputs


def test_only_what_cells_show_is_kept():
    shown = [{"output_type": "stream", "name": "stdout", "text": "24"}]
    cells = [
        {"id": "title", "source": "# Batch norm"},
        {"id": "batch_norm", "source": "an answer", "outputs": []},
        {"id": "check-batch_norm", "source": "check(batch_norm)", "outputs": shown},
        {"id": "drawn", "source": "draw()", "outputs": shown},
    ]
    kept = json.loads(only_outputs(json.dumps({"cells": cells})))["cells"]
    assert kept == [{"id": "drawn", "outputs": shown}]
