"""Tables of one-hot labels as NumPy writes them: a dictionary of arrays, in several pickle protocols."""

import pickle

import numpy
from golden import FOLDER

ROWS = {
    "2007_000032": [1, 0, 0, 1],
    "2007_000039": [0, 0, 0, 0],
    "2008_000001": [0, 1, 1, 1],
}


def write(name, dtype, protocol):
    table = numpy.array({key: numpy.array(row, dtype=dtype) for key, row in ROWS.items()}, dtype=object)
    with open(FOLDER / f"onehot-{name}.npy", "wb") as file:
        numpy.lib.format.write_array_header_1_0(file, numpy.lib.format.header_data_from_array_1_0(table))
        pickle.dump(table, file, protocol=protocol)


write("float32-protocol2", numpy.float32, 2)
write("float32-protocol3", numpy.float32, 3)
write("float64-protocol4", numpy.float64, 4)
write("uint8-protocol4", numpy.uint8, 4)
numpy.save(FOLDER / "onehot-plain.npy", numpy.array(list(ROWS.values()), dtype=numpy.float32))
