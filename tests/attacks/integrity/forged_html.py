# title: A script is smuggled into a student cell's outputs past the collector
# base: solved
# score: 10
from lenetlab.boxes import shell
from lenetlab.notebook import outputs

evil = "<script>document.title='evil'</script>"
outputs.KEPT_FORMATS = ("text/html", "image/svg+xml", "application/javascript", "image/png")
shell._collector.outputs += [
    {"output_type": "display_data", "metadata": {}, "data": {"text/html": evil}},
    {"output_type": "display_data", "metadata": {}, "data": {"image/svg+xml": evil}},
    {"output_type": "display_data", "metadata": {}, "data": {"application/javascript": evil}},
    {"output_type": "display_data", "metadata": {}, "data": {"image/png": 'x">' + evil}},
    {"output_type": "display_data", "metadata": {"image/png": {"width": '1">' + evil}},
     "data": {"image/png": "AAAA"}},
]  # fmt: skip
