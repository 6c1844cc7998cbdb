"""Reads a result file as docs/reference/file-format.md shows; checks values, types and units against what C++ wrote."""
import csv
import sys

import h5py
import numpy as np
import pandas as pd

path, fields, run_id, seed = sys.argv[1:]

with h5py.File(path) as f:
    runs = pd.DataFrame(f["runs"][:])
    texts = runs.select_dtypes(object)
    runs[texts.columns] = texts.apply(lambda column: column.str.decode("utf-8"))
    last = runs.iloc[-1]
    assert len(runs) == 300 and runs.run_id.is_unique
    assert last.run_id == run_id and last["repeat"] == 299 and last.seed == int(seed), last
    assert last.outcome == "ok" and last.widths == "11 11 4" and last.dataset == "nursery" and last.backend == "reference"
    assert runs.estimated.dtype == bool and not runs.estimated.any()
    assert last.gross_j == 150 and last.idle_w == 40 and last.net_j == 90 and np.isclose(last.joules_per_sample, 0.45)
    assert runs.standardised_j.isna().all()
    assert pd.to_datetime(last.start_unix_s, unit="s").year == 2023

    traces, index = f["traces"], pd.DataFrame(f["trace_index"][:])
    one = index.iloc[-2]
    samples = pd.DataFrame(traces[one.offset:one.offset + one["count"]])
    assert one["name"] == b"node" and one.kind == b"gauge" and one.faults == b"gap"
    assert list(samples.power_w) == [100 + i + 299 for i in range(10)] and samples.energy_j.isna().all()
    assert np.allclose(samples.t_s, np.arange(10) * 0.1 - 0.2)
    energy = pd.DataFrame(f["energy"][:])
    assert len(energy) == 1200 and (energy.run_id == runs.run_id.str.encode("utf-8").repeat(4).values).all()

    kinds = {"i8": "<i8", "u4": "<u4", "u8": "<u8", "f8": "<f8", "bool": "|b1"}
    expected = list(csv.reader(open(fields), delimiter="\t", quoting=csv.QUOTE_NONE))
    assert {row[0] for row in expected} == set(f)
    for table in f:
        rows = [row for row in expected if row[0] == table]
        data = f[table]
        assert list(data.dtype.names) == [row[1] for row in rows], table
        assert list(data.attrs["unit"]) == [row[3] for row in rows], table
        assert list(data.attrs["meaning"]) == [row[4] for row in rows], table
        assert data.fletcher32 and data.shuffle and data.compression == "gzip" and data.chunks
        for _, field, kind, unit, meaning in rows:
            assert data.attrs["meaning." + field] == meaning
            assert data.attrs.get("unit." + field, "") == unit, field
            if kind in kinds:
                assert data.dtype[field].str == kinds[kind], (field, data.dtype[field])
            else:
                length = h5py.check_string_dtype(data.dtype[field]).length
                assert length == (int(kind[4:]) if kind[4:] else None), field

    assert f.attrs["format_version"] == 1 and f.attrs["planned_runs"] == 300 and f.attrs["complete"] == True
    assert f.attrs["campaign_text"] == '[grid]\ndataset = "nursery"  # \u00e4\n' and f.attrs["start"] == "2023-11-14T22:13:20Z"
