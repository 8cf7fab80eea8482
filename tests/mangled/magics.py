"""Magics, shell commands and modules of the machine that the notebook ran on."""

from __future__ import annotations

from .notebook import MODELS, at, code, get, having, insert, is_class, is_solution, printed
from .operator import Notebook, Result, mangles

FIRST = {
    "time": "%%time",
    "capture": "%%capture",
    "timed cell": "%%time\n# đo thời gian",
    "title": "#@title Bài làm { display-mode: 'form' }",
    "pip magic": "%pip install -q keras",
    "pip shell": "!pip install -q tensorflow",
    "matplotlib": "%matplotlib inline",
    "tensorflow version": "%tensorflow_version 2.x",
    "reload": "%load_ext autoreload\n%autoreload 2",
    "torch": "import torch\nimport torch.nn as nn",
    "pandas": "import pandas as pd",
    "future": "from __future__ import annotations",
    "warnings": "import warnings\nwarnings.filterwarnings('ignore')",
    "coding": "# -*- coding: utf-8 -*-",
    "shebang": "#!/usr/bin/env python3",
    "shell lines": "!ls -la\n!nvidia-smi",
    "cd": "%cd /content",
}


@mangles("magics", "05 09", *FIRST, shell=True)
def first_in_solutions(notebook: Notebook, which: str) -> Result:
    """The first lines of every class's cell."""
    for cell in having(notebook, is_class):
        cell["source"] = f"{FIRST[which]}\n{cell['source']}"
    return notebook


@mangles("magics", "01 11", "time", "title", "matplotlib", "shell lines", shell=True)
def first_in_answers(notebook: Notebook, which: str) -> Result:
    for cell in having(notebook, is_solution):
        if not is_class(cell):
            cell["source"] = f"{FIRST[which]}\n{cell['source']}"
    return notebook


@mangles("magics", "01 05", "shell", "magic", "help", "display", shell=True)
def last_in_solutions(notebook: Notebook, which: str) -> Result:
    last = {"shell": "!date", "magic": "%who", "help": "?Conv2D", "display": "display(1)"}
    for cell in having(notebook, is_class):
        cell["source"] += f"\n\n{last[which]}"
    return notebook


_ON_TOP = """\
==== drive
from google.colab import drive
drive.mount('/content/drive')
==== upload
from google.colab import files
uploaded = files.upload()
==== upload used
from google.colab import files
for ten, du_lieu in files.upload().items():
    print(ten, len(du_lieu))
==== drive and cd
from google.colab import drive
drive.mount('/content/drive')
%cd /content/drive/MyDrive/CS2230
==== chdir
import os
os.chdir('/content/drive/MyDrive')
==== chdir in try
import os
try:
    os.chdir('/content/drive/MyDrive')
except OSError:
    pass
==== pip
!pip install -q tensorflow keras scikit-learn
==== pip magic
%pip install tensorflow
==== conda
%conda install -y tensorflow
==== gpu
import tensorflow as tf
print(tf.config.list_physical_devices('GPU'))
!nvidia-smi
==== memory growth
import tensorflow as tf
for g in tf.config.list_physical_devices('GPU'):
    tf.config.experimental.set_memory_growth(g, True)
==== torch
import torch
print(torch.cuda.is_available())
==== pandas
import pandas as pd
bang = pd.DataFrame({'ten': ['LeNet'], 'diem': [98.0]})
print(bang.describe())
==== seaborn
import seaborn as sns
sns.set_theme()
==== tqdm
from tqdm.notebook import tqdm
for _ in tqdm(range(3)):
    pass
==== cv2
import cv2
from google.colab.patches import cv2_imshow
==== kaggle
# This Python 3 environment comes with many helpful analytics libraries installed
import numpy as np # linear algebra
import pandas as pd # data processing, CSV file I/O (e.g. pd.read_csv)

import os
for dirname, _, filenames in os.walk('/kaggle/input'):
    for filename in filenames:
        print(os.path.join(dirname, filename))
==== deepnote
# Start writing code here...
==== environment
%env TF_CPP_MIN_LOG_LEVEL=3
import os
os.environ['CUDA_VISIBLE_DEVICES'] = '-1'
==== tensorboard
%load_ext tensorboard
%tensorboard --logdir logs
==== config
%config InlineBackend.figure_format = 'retina'
%matplotlib inline
==== bash cell
%%bash
ls -la
python --version
==== html cell
%%html
<style>.CodeMirror { font-size: 14px; }</style>
==== javascript cell
%%javascript
console.log('giữ phiên')
==== writefile cell
%%writefile tien_ich.py
def cong(a, b):
    return a + b
==== wget
!wget -q https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz
==== git
!git clone https://github.com/example/cs2230.git
%cd cs2230
==== input
ten = input('Họ tên: ')
print('Xin chào', ten)
==== mixed precision
import keras
keras.config.disable_interactive_logging()
==== backend
import os
os.environ['KERAS_BACKEND'] = 'tensorflow'
==== bare name
Họ và tên: Nguyễn Văn A
"""
ON_TOP = {
    name: cell.rstrip("\n")
    for name, _, cell in (part.partition("\n") for part in _ON_TOP.split("==== ")[1:])
}


@mangles("magics", "05", *ON_TOP, shell=True)
def own_cell_on_top(notebook: Notebook, which: str) -> Result:
    return insert(notebook, 0, code(notebook, ON_TOP[which], [printed("ok\n")]))


@mangles("magics", "04 11", "drive and cd", "pip", "gpu", "pandas", "bash cell", shell=True)
def own_cells_in_sections(notebook: Notebook, which: str) -> Result:
    for model in MODELS:
        insert(notebook, at(notebook, f"{model}-create"), code(notebook, ON_TOP[which]))
    return notebook


@mangles("magics", "01 09", "unassign", "download", "save", "exit", "convert", "timeit", shell=True)
def own_cell_at_the_end(notebook: Notebook, which: str) -> Result:
    source = {
        "unassign": "from google.colab import runtime\nruntime.unassign()",
        "download": "from google.colab import files\nfiles.download('lenet.ipynb')",
        "save": "beta.save('/content/drive/MyDrive/beta.keras')",
        "exit": "exit()",
        "convert": "!jupyter nbconvert --to html lenet.ipynb",
        "timeit": "%timeit -n 1 -r 1 beta.predict(x_test_norm[:10])",
    }[which]
    return insert(notebook, len(notebook["cells"]), code(notebook, source))


@mangles("magics", "01 05", "title", "time", shell=True)
def in_free_and_training_cells(notebook: Notebook, which: str) -> Result:
    for model in MODELS:
        cell = get(notebook, f"{model}-train")
        cell["source"] = f"{FIRST[which]}\n{cell['source']}"
    for cell in notebook["cells"]:
        if cell["source"].startswith("SEED = "):
            cell["source"] += ' #@param {type:"integer"}'
    return notebook
