"""What is handed in for a notebook and is none: called what it is, with what is to be done next."""

from __future__ import annotations

import gzip
import io
import json
import pprint
import tarfile
import zipfile
from pathlib import Path

import nbformat
import pytest
from nbconvert.exporters import HTMLExporter, PythonExporter

from lenetlab.notebook import intake

pytestmark = pytest.mark.quick

NOTEBOOK = Path(__file__).parents[1] / "examples" / "vd05-kernel-5x5" / "lenet.ipynb"
WHOLE = NOTEBOOK.read_bytes()


def refused(data: bytes) -> str:
    with pytest.raises(intake.Rejected) as reason:
        intake.decode(data)
    return str(reason.value)


def zipped(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, b"<xml/>" * 5000)
    return file.getvalue()


def tarred() -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        archive.add(NOTEBOOK, "lenet.ipynb")
    return file.getvalue()


DOCX = ("[Content_Types].xml", "_rels/.rels", "word/document.xml", "docProps/app.xml")
XLSX = ("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/worksheets/sheet1.xml")
BINARY = {
    "a Word document": zipped(*DOCX),
    "an Excel workbook": zipped(*XLSX),
    "a saved Keras model": zipped("metadata.json", "config.json", "model.weights.h5"),
    "a zip archive": zipped("lenet/lenet.ipynb", "lenet/LeNet.png"),
    "a tar archive": tarred(),
    "a gzip archive": gzip.compress(WHOLE),
    "a RAR archive": b"Rar!\x1a\x07\x01\x00" + bytes(range(256)),
    "a 7z archive": b"7z\xbc\xaf\x27\x1c\x00\x04" + bytes(range(256)),
    "a PDF": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<</Type/Catalog>>\nendobj\n",
    "a picture (PNG)": (NOTEBOOK.parents[2] / "source" / "lenet" / "LeNet.png").read_bytes(),
    "a picture (JPEG)": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(range(256)),
    "what macOS keeps": b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X" + bytes(64),
    "a Windows shortcut": b"L\x00\x00\x00\x01\x14\x02\x00" + bytes(68),
    "not text": bytes(range(128, 256)) * 4 + b"\x00\x01",
}


@pytest.mark.parametrize("kind", BINARY)
def test_what_is_no_text_is_called_what_it_is(kind: str) -> None:
    text = refused(BINARY[kind])
    assert kind in text and "cut off" not in text
    assert "should download the notebook itself" in text or "should hand in the .ipynb" in text


COLAB_PAGE = (
    "<!doctype html><html itemscope><head><title>lenet.ipynb - Colab</title>"
    '<link href="https://colab.research.google.com/static/app.css"></head><body></body></html>'
)
GITHUB_PAGE = (
    '\n\n<!DOCTYPE html>\n<html lang="en" data-color-mode="auto"><head>'
    '<link rel="dns-prefetch" href="https://github.githubassets.com"></head></html>'
)
LOGIN = '<html><body><form><input type="password" name="p"></form></body></html>'
CONFLICT = WHOLE.decode().replace(
    '\n "metadata"', '\n<<<<<<< HEAD\n "metadata"\n=======\n "meta"\n>>>>>>> origin/main', 1
)
DIFF = "diff --git a/lenet.ipynb b/lenet.ipynb\nindex 1..2 100644\n--- a/lenet.ipynb\n+++ b/x\n"
TEXTS = {
    "exported as HTML": HTMLExporter().from_notebook_node(nbformat.read(NOTEBOOK, 4))[0],
    "page of Google Colab": COLAB_PAGE,
    "page of GitHub": GITHUB_PAGE,
    "log-in page": LOGIN,
    "a web page": "<html><p>Không tìm thấy</p></html>",
    "a Python script": PythonExporter().from_notebook_node(nbformat.read(NOTEBOOK, 4))[0],
    "conflict markers": CONFLICT,
    "(a diff)": DIFF,
    "Python dictionary": pprint.pformat(json.loads(WHOLE)),
    "a link in place": "Em nộp bài ạ: https://colab.research.google.com/drive/1AbC?usp=sharing\n",
    "a link": "[InternetShortcut]\r\nURL=https://colab.research.google.com/drive/1AbC\r\n",
    "shortcut of Google Drive": '{"":"WARNING! DO NOT EDIT","doc_id":"1AbC","email":"a@b.vn"}',
    "(Invalid token)": '{"error": "Invalid token", "errorcode": "invalidtoken"}',
    "website's error message": '{"exception": "moodle_exception", "debuginfo": ""}',
    "not a Jupyter notebook": '{"name": "lenet"}',
    "in format 5": '{"nbformat": 5, "nbformat_minor": 0, "cells": {"a": {"text": "x"}}}',
    "this is text": "Em chưa làm được bài này, em xin lỗi thầy cô.\n",
}


@pytest.mark.parametrize("kind", TEXTS)
def test_a_text_that_is_no_notebook_is_called_what_it_is(kind: str) -> None:
    text = refused(TEXTS[kind].encode())
    assert kind in text and "cut off" not in text
    assert " should " in text or "download the file again" in text


@pytest.mark.parametrize(
    "data",
    [
        *(WHOLE[: len(WHOLE) * n // 13] for n in range(1, 13)),
        *(WHOLE[:n] for n in range(1, 400)),
        WHOLE[: len(WHOLE) // 2] + bytes(5000),  # room that a download was given beforehand
        "\u0111".encode()[:1].join([b'{"cells": ["', b""]),
        b'{"cells": [tr',
        b'{"cells": ["\\u01',
    ],
)
def test_a_file_that_ends_in_the_middle_is_cut_off(data: bytes) -> None:
    assert "cut off" in refused(data)


@pytest.mark.parametrize(
    "text",
    [
        '{"cells": [],}',
        '{"cells": [],}\n',
        '{"cells": [1 2]}',
        "{cells: []}",
        '{"cells": []} }',
        WHOLE.decode() + '"nbformat": 4}',
        WHOLE.decode().replace(",", ";", 1),
    ],
)
def test_only_what_is_cut_off_is_said_to_be(text: str) -> None:
    said = refused(text.encode())
    assert "cut off" not in said and "line" in said and "should" in said


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + WHOLE,
        *(WHOLE.decode().encode(name) for name in ("utf-16", "utf-16-le", "utf-16-be", "utf-32")),
        b"\r\n \n" + WHOLE,
        WHOLE + bytes(4096),
        WHOLE.replace(b'"nbformat": 4', b'"nbformat": 5'),
        WHOLE.replace(b'"execution_count": 1,', b'"execution_count": NaN,'),
    ],
)
def test_what_is_a_notebook_all_the_same_is_read(data: bytes) -> None:
    assert data != WHOLE
    assert len(intake.decode(data).cells) == len(json.loads(WHOLE)["cells"])


def test_another_encoding_is_said_to_be_that() -> None:
    text = json.dumps({"cells": [], "metadata": {"tác giả": "José"}}, ensure_ascii=False)
    said = refused(text.replace("ả", "a").encode("latin-1"))
    assert "UTF-8" in said and "Latin-1" in said and "cut off" not in said
    assert "Python script" in refused("# coding: latin-1\nimport os\n# caf\xe9\n".encode("latin-1"))
