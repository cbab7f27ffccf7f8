"""What Google's Python client is used for, against a local BigQuery: REST_URL GRPC_ADDRESS."""

import datetime
import decimal
import io
import json
import sys
import traceback

rest_url, grpc_address = sys.argv[1:3]

import grpc
import pandas
from google.auth.credentials import AnonymousCredentials
from google.cloud import bigquery, bigquery_storage
from google.cloud.bigquery_storage_v1.services.big_query_read.transports import BigQueryReadGrpcTransport

client = bigquery.Client(project="p", credentials=AnonymousCredentials(), client_options={"api_endpoint": rest_url})
reads = bigquery_storage.BigQueryReadClient(transport=BigQueryReadGrpcTransport(channel=grpc.insecure_channel(grpc_address)))
Field = bigquery.SchemaField
UTC = datetime.timezone.utc
cases = []


def case(function):
    cases.append(function)
    return function


def rows(result):
    return [tuple(row.values()) for row in result]


SCHEMA = [
    Field("i", "INT64"),
    Field("f", "FLOAT64"),
    Field("s", "STRING"),
    Field("b", "BYTES"),
    Field("bo", "BOOL"),
    Field("n", "NUMERIC"),
    Field("bn", "BIGNUMERIC"),
    Field("ts", "TIMESTAMP"),
    Field("dt", "DATETIME"),
    Field("d", "DATE"),
    Field("t", "TIME"),
    Field("j", "JSON"),
    Field("g", "GEOGRAPHY"),
    Field("r", "RANGE", range_element_type="DATE"),
    Field("arr", "INT64", mode="REPEATED"),
    Field("st", "RECORD", fields=[Field("x", "INT64"), Field("y", "STRING")]),
]
ROW = {
    "i": 2**62,
    "f": 0.1,
    "s": "é",
    "b": b"\x00\xff",
    "bo": True,
    "n": decimal.Decimal("1.5"),
    "bn": decimal.Decimal("1.25"),
    "ts": datetime.datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC),
    "dt": datetime.datetime(2026, 1, 2, 3, 4, 5, 6),
    "d": datetime.date(2026, 1, 2),
    "t": datetime.time(1, 2, 3, 4),
    "j": {"a": 1},
    "g": "POINT(1 2)",
    "r": {"start": datetime.date(2026, 1, 1), "end": None},
    "arr": [1, 2],
    "st": {"x": 1, "y": "z"},
}
ALL = tuple(ROW.values())


@case
def insert_and_list():
    client.create_dataset("py")
    table = client.create_table(bigquery.Table("p.py.t", schema=SCHEMA))
    assert [f.name for f in table.schema] == list(ROW)
    assert client.insert_rows(table, [ROW]) == []
    assert client.insert_rows_json("p.py.t", [{"i": 5, "s": "x"}], row_ids=[None]) == []
    errors = client.insert_rows_json("p.py.t", [{"i": "five"}], row_ids=[None])
    assert errors[0]["errors"][0]["reason"] == "invalid", errors
    assert rows(client.list_rows("p.py.t", selected_fields=SCHEMA))[0] == ALL
    assert [len(list(page)) for page in client.list_rows("p.py.t", page_size=1).pages] == [1, 1]
    assert client.get_table("py.t").num_rows == 2


@case
def query():
    assert rows(client.query("SELECT * FROM py.t WHERE i > 5", job_id="job_rows").result()) == [ALL]
    assert rows(client.query_and_wait("SELECT i, ts FROM py.t WHERE i > 5")) == [(ROW["i"], ROW["ts"])]
    text = "SELECT INTERVAL '1-2 3 4:5:6.5' YEAR TO SECOND AS x"
    assert str(rows(client.query(text, job_id="job_interval").result())[0][0].years) == "1"


@case
def query_parameters():
    parameters = [
        bigquery.ScalarQueryParameter("a", "INT64", 5),
        bigquery.ScalarQueryParameter("ts", "TIMESTAMP", ROW["ts"]),
        bigquery.ArrayQueryParameter("arr", "STRING", ["x", "y"]),
        bigquery.StructQueryParameter("st", bigquery.ScalarQueryParameter("x", "INT64", 1), bigquery.ScalarQueryParameter("y", "STRING", "q")),
        bigquery.RangeQueryParameter("DATE", datetime.date(2026, 1, 1), None, "r"),
    ]
    config = bigquery.QueryJobConfig(query_parameters=parameters)
    found = rows(client.query("SELECT @a, @ts, @arr, @st, @r", job_config=config, job_id="job_parameters").result())
    assert found == [(5, ROW["ts"], ["x", "y"], {"x": 1, "y": "q"}, {"start": datetime.date(2026, 1, 1), "end": None})], found


@case
def statements():
    assert client.query("UPDATE py.t SET s = 'new' WHERE i = 5", job_id="job_update").result().num_dml_affected_rows == 1
    client.query("CREATE TABLE py.made AS SELECT 1 AS x", job_id="job_create").result()
    client.copy_table("p.py.made", "p.py.copied", job_id="job_copy").result()
    config = bigquery.QueryJobConfig(destination="p.py.kept")
    assert client.query("SELECT 2 AS x", job_config=config, job_id="job_kept").result().total_rows == 1
    assert sorted(table.table_id for table in client.list_tables("py")) == ["copied", "kept", "made", "t"]
    dry = bigquery.QueryJobConfig(dry_run=True)
    assert client.query("SELECT i FROM py.t", job_config=dry, job_id="job_dry").total_bytes_processed == 16


@case
def load():
    config = bigquery.LoadJobConfig(schema=[Field("a", "INT64"), Field("b", "STRING")])
    assert client.load_table_from_json([{"a": 1, "b": "x"}, {"a": 2}], "p.py.json", job_config=config, job_id="job_json").result().output_rows == 2
    config = bigquery.LoadJobConfig(source_format="CSV", skip_leading_rows=1, schema=[Field("a", "INT64"), Field("b", "STRING")])
    file = io.BytesIO(b"a,b\n1,x\n2,y\n")
    assert client.load_table_from_file(file, "p.py.csv", job_config=config, job_id="job_csv").result().output_rows == 2


@case
def load_dataframe():
    days = pandas.to_datetime(["2026-01-01 00:00:00.123456", None, "2026-01-03"], utc=True, format="ISO8601")
    frame = pandas.DataFrame({"a": [1, 2, 3], "b": ["x", None, "z"], "c": days, "l": [[1], [], [2, 3]]})
    assert client.load_table_from_dataframe(frame, "p.py.frame", job_id="job_frame").result().output_rows == 3
    found = rows(client.list_rows("p.py.frame"))
    assert found[0] == (1, "x", datetime.datetime(2026, 1, 1, 0, 0, 0, 123456, tzinfo=UTC), [1]), found
    assert found[1] == (2, None, None, []), found


@case
def dataframes():
    text = "SELECT i, f, s, bo, n, ts, dt, d, t, arr FROM py.t ORDER BY i"
    by_rest = client.query(text, job_id="job_rest").to_dataframe(create_bqstorage_client=False)
    by_reads = client.query(text, job_id="job_reads").to_dataframe(bqstorage_client=reads)
    pandas.testing.assert_frame_equal(by_rest, by_reads)
    assert len(by_rest) == 2 and by_rest["i"][1] == ROW["i"]
    assert str(by_reads["ts"].dtype).startswith("datetime64"), by_reads.dtypes
    table = client.get_table("py.t")
    assert len(client.list_rows(table).to_dataframe(bqstorage_client=reads)) == 2
    assert client.list_rows(table).to_arrow(bqstorage_client=reads).num_rows == 2
    many = client.query("SELECT x FROM UNNEST(GENERATE_ARRAY(1, 50000)) AS x", job_id="job_many")
    assert many.to_dataframe(bqstorage_client=reads)["x"].sum() == 1250025000


@case
def missing():
    try:
        client.get_table("py.nothing")
    except Exception as error:
        assert type(error).__name__ == "NotFound", error
    else:
        raise AssertionError("found")
    client.delete_dataset("py", delete_contents=True)


failed = 0
for run in cases:
    try:
        run()
        print(f"ok {run.__name__}")
    except Exception as error:
        failed += 1
        print(f"failed {run.__name__}: {type(error).__name__}: {str(error)[:2000]}")
        traceback.print_exception(error)
print(json.dumps({"passed": len(cases) - failed, "failed": failed, "client": bigquery.__version__}))
sys.exit(1 if failed else 0)
