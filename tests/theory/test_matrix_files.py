"""Matrices from CSV files: exact or floating, and every error with its place."""

import os
import random
from fractions import Fraction
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from theory.errors import InputError
from theory.language.files import matrices
from theory.language.files.decimals import ENTRY, EXACT, EXPONENT, number
from theory.language.files.matrices import BYTES, SIZE, matrix_in, read_matrix
from theory.language.formulas.places import Unreadable, plain

PIECES = [
    *"0123456789+-./eE,; \t\r\n_'\"()#%[]",
    *"\x00\x0b\x1b\x85\u2028\u202e\ufeff\u0661\u00bd\uff11\U0001f600",
    "nan",
    "inf",
    "1e309",
    "1e999999999",
    "0x10",
    "1_000",
    "1/0",
    "9" * 50,
    "9" * 30 + "e290",
    ",,",
    "\n\n",
    "1+2j",
]


@pytest.fixture
def file(tmp_path):
    """Writes a file and says where it is."""

    def write(content):
        path = tmp_path / "S.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def fractions(*rows):
    return [[Fraction(v) for v in row] for row in rows]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("2", fractions([2])),
        ("2\n", fractions([2])),
        ("1,2\n3,4", fractions([1, 2], [3, 4])),
        (" 1 ,\t2\n3,  4  \n", fractions([1, 2], [3, 4])),
        ("\n\n1,0\n\n0,1\n\n", fractions([1, 0], [0, 1])),
        ("1,0\r\n0,1\r\n", fractions([1, 0], [0, 1])),
        ("+1", fractions([1])),
        ("-2/5", fractions(["-2/5"])),
        ("0.5", fractions(["1/2"])),
        ("-0.125", fractions(["-1/8"])),
        (".5", fractions(["1/2"])),
        ("5.", fractions([5])),
        ("007", fractions([7])),
        ("4/6", fractions(["2/3"])),
        ("9" * EXACT, fractions(["9" * EXACT])),
        ("0." + "3" * (EXACT - 1), fractions(["0." + "3" * (EXACT - 1)])),
        ("1/" + "3" * 30, fractions(["1/" + "3" * 30])),
        ("9" * (EXACT + 1) + "/1", fractions(["9" * (EXACT + 1)])),
        ("1e0", fractions([1])),
        ("-2.5E+2", fractions([-250])),
        ("1.e2", fractions([100])),
        ("1e-14", fractions([Fraction(1, 10**14)])),
        ("5.000000000000000000e-01", fractions(["1/2"])),
        ("1/2, 1e-1\n0.1, 2", fractions(["1/2", "1/10"], ["1/10", 2])),
        ("0.1000000000000000055511151231257827", fractions(["1/10"])),
        ("1.000000000000000056e-01", fractions(["1/10"])),
        ("2." + "0" * EXACT, fractions([2])),
    ],
)
def test_what_is_exact(file, text, rows):
    found = read_matrix(file(text))
    assert found == rows
    assert all(type(v) is Fraction for row in found for v in row)


PLAIN = [[Fraction(1), Fraction(1, 2)], [Fraction(1, 2), Fraction(3)]]


@pytest.mark.parametrize(
    "text",
    [
        "1;0.5\n0.5;3",
        "1 ; 0.5\n0.5 ; 3",
        "1\t0.5\n0.5\t3",
        "1 0.5\n0.5 3",
        "  1   0.5\n 0.5    3 ",
        "1 \t 0.5\n0.5\t3",
        "\ufeff1,0.5\n0.5,3",
        "# made on a Monday; by hand, in 1 go\n1,0.5\n# half\n0.5,3  # the end",
        '"1","0.5"\n"0.5","3"',  # csv.QUOTE_ALL
        ",a,b\na,1,0.5\nb,0.5,3",  # pandas: to_csv(), with names
        ",0,1\n0,1.0,0.5\n1,0.5,3.0",  # without
        ";0;1\n0;1.0;0.5\n1;0.5;3.0",  # sep=";"
        "\t0\t1\n0\t1.0\t0.5\n1\t0.5\t3.0",  # sep="\t"
        " 0 1\n0 1.0 0.5\n1 0.5 3.0",  # sep=" "
        "0,1\n1.0,0.5\n0.5,3.0",  # index=False
        "a,b\n1,0.5\n0.5,3",
        "feature,a,b\n0,1,0.5\n1,0.5,3",  # index_label="feature"
        "a,1,0.5\nb,0.5,3",  # header=False
        '"","V1","V2"\n"1",1,0.5\n"2",0.5,3',  # R: write.csv
        '"V1","V2"\n1,0.5\n0.5,3',  # row.names=FALSE
        '"1","2"\n1,0.5\n0.5,3',  # with numbers for names
        '"V1" "V2"\n"1" 1 0.5\n"2" 0.5 3',  # write.table
        "V1 V2\n1 1 0.5\n2 0.5 3",  # quote=FALSE
        '"V1","V2"\n"1",1,0.5\n"2",0.5,3',  # sep=","
        '"1" 1 0.5\n"2" 0.5 3',  # col.names=FALSE
        ',"a, b; ""c"" # d","e"\n"f g",1,0.5\nh,0.5,3',
        "Sepal.Length,b c\n1,0.5\n0.5,3",
        "% by hand\n  % 1 go\n1 0.5\n0.5 3",
        "[[1, 0.5], [0.5, 3]]",  # as Python shows them, and JSON
        " [[1,\n 0.5],\n [0.5,\n 3]]",  # as json.dump(indent=1) writes them
        "[[1.  0.5]\n [0.5 3. ]]",  # as NumPy shows them
        "[1 0.5; 0.5 3]",  # as Julia and MATLAB do
        "[1, 0.5;\n0.5, 3;]",
    ],
)
def test_matrices_as_people_have_them(file, text):
    assert read_matrix(file(text)) == PLAIN
    assert read_matrix(file(text.replace("\n", "\r\n") + "\r\n")) == PLAIN
    assert read_matrix(BytesIO(text.encode())) == PLAIN


TENTHS = fractions([2, "1/10", "1/2"], ["1/10", 1, 0], ["1/2", 0, "1/100000"])
EXPORTS = {
    "pandas: to_csv": ",0,1,2\n0,2.0,0.1,0.5\n1,0.1,1.0,0.0\n2,0.5,0.0,1e-05\n",
    "R: write.table": '"V1" "V2" "V3"\n"1" 2 0.1 0.5\n"2" 0.1 1 0\n"3" 0.5 0 1e-05\n',
    "R: write.csv": '"","V1","V2","V3"\n"1",2,0.1,0.5\n"2",0.1,1,0\n"3",0.5,0,1e-05\n',
    "MATLAB: writematrix, dlmwrite": "2,0.1,0.5\n0.1,1,0\n0.5,0,1e-05\n",
    "MATLAB: writetable": "Var1,Var2,Var3\n2,0.1,0.5\n0.1,1,0\n0.5,0,1e-05\n",
    "MATLAB: save -ascii": "   2.0000000e+00   1.0000000e-01   5.0000000e-01\n"
    "   1.0000000e-01   1.0000000e+00   0.0000000e+00\n"
    "   5.0000000e-01   0.0000000e+00   1.0000000e-05\n",
    "Octave: save -text": "# Created by Octave 9.2\n# name: S\n# type: matrix\n# rows: 3\n"
    "# columns: 3\n 2 0.10000000000000001 0.5\n 0.10000000000000001 1 0\n"
    " 0.5 0 1.0000000000000001e-05\n\n\n",
    "Julia: writedlm": "2.0\t0.1\t0.5\n0.1\t1.0\t0.0\n0.5\t0.0\t1.0e-5\n",
    "Excel: CSV": "2,0.1,0.5\r\n0.1,1,0\r\n0.5,0,0.00001\r\n",
    "Excel: CSV UTF-8": "\ufeff2,0.1,0.5\r\n0.1,1,0\r\n0.5,0,1.00E-05\r\n",
    "Excel: tabs": "2\t0.1\t0.5\r\n0.1\t1\t0\r\n0.5\t0\t1E-05\r\n",
}


@pytest.mark.parametrize("tool", EXPORTS)
def test_what_a_tool_writes_unasked_loads_to_the_same(tool):
    found = read_matrix(BytesIO(EXPORTS[tool].encode()))
    assert found == TENTHS
    assert all(type(v) is Fraction for row in found for v in row)
    marked = "\ufeff" + EXPORTS[tool].removeprefix("\ufeff")
    for order in ("utf-16-le", "utf-16-be"):  # Excel: Unicode Text; a Windows shell's >
        assert read_matrix(BytesIO(marked.encode(order))) == TENTHS


@pytest.mark.parametrize(
    "options", [{}, {"delimiter": ","}, {"header": "x1 x2 x3"}, {"fmt": "%.17g"}, {"fmt": "%g"}]
)
def test_what_numpy_writes_unasked_loads_to_the_same(options):
    made = BytesIO()
    np.savetxt(made, np.array(TENTHS, dtype=float), **options)
    assert read_matrix(BytesIO(made.getvalue())) == TENTHS


@given(st.floats(-1e300, 1e300).filter(lambda v: v == 0 or abs(v) > 1e-290))
def test_a_double_written_out_is_the_double(value):
    """However many digits it has, it is the same number, and exact where it is short."""
    short = number(repr(value))
    assert float(short) == value
    for text in (f"{value:.18e}", f"{value:.16e}", f"{value:.25e}"):
        assert number(text) == short and type(number(text)) is type(short)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"PK\x03\x04rest", "a file in a zip archive, such as .xlsx or .npz"),
        (b"\x89HDF\r\n", "a file of HDF5"),
        (b"MATLAB 5.0 MAT-file", "a .mat file"),
        (b"\x80\x04\x95", "a pickle"),
        (b"\x1f\x8b\x08", "a compressed file, such as .rds"),
        (b"%%MatrixMarket matrix coordinate real general\n3 3 2\n1 1 5\n2 2 5", "a file of Matrix"),
        ("\ufeff1".encode("utf-16-le") + b"\x00", "no UTF-16 after its mark"),
    ],
)
def test_other_files_are_named_with_how_to_write_them(file, content, what):
    with pytest.raises(Unreadable) as found:
        read_matrix(file(content))
    message = str(found.value).partition("S.csv: ")[2]
    assert message.startswith(f"found {what}")
    assert message.endswith(
        "; expected text with a row on each line (CSV), or what numpy.save writes"
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[[1, 2], [2, [3]]", "S:1:1: found brackets that do not match; expected as many ] as ["),
        ("[[1, 2],\n [2, x]]", "S:2:6: found 'x'; expected a number"),
        ("[[1, 2], [2, 3], [4, 5]]", "S:1:1: found 3 rows of 2 numbers; expected a square"),
        ("[[[1, 2], [2, 3]], [[1, 2], [2, 3]]]", "S:1:15: found '3]'; expected a number"),
        ("[[1, 2], [2, 3] # one\n]", "S:2:1: found 1 numbers; expected 4"),
        ("[[1, ...], [2, 3]]", "S:1:6: found '...'; expected a number"),
        ("[]", "S:1:1: found no numbers"),
        ("[;;]", "S:1:1: found no numbers"),
        ("50%, 1\n1, 2", "S:1:1: found '50%'; expected a number"),
        ("1, 2 % half\n2, 5", "S:1:4: found '2 % half'; expected a number"),
    ],
)
def test_brackets_and_comments_that_are_none(text, problem):
    with pytest.raises(Unreadable) as found:
        matrix_in(text, "S")
    assert str(found.value).startswith(problem), str(found.value)


def test_what_pandas_and_r_write_of_any_size(file):
    """Rows are told from names for every size, also where names are numbers."""
    for size in (2, 3, 7):
        rows = [[Fraction(min(j, k) + 1, size) for k in range(size)] for j in range(size)]
        lines = [[str(v) for v in row] for row in rows]
        counted = list(map(str, range(size)))
        for names in (counted, [f"x{k}" for k in counted]):
            indexed = [["", *names], *([a, *row] for a, row in zip(names, lines, strict=True))]
            for table in (lines, [names, *lines], indexed):
                text = "\n".join(",".join(row) for row in table)
                assert read_matrix(file(text)) == rows, text


@pytest.mark.parametrize(
    ("text", "place", "problem"),
    [
        ("1,5;0,5\n0,5;2,5", "1:1", "found '1,5'; expected a number"),
        ("1,5\t0,5\n0,5\t2,5", "1:3", "found '5\\t0'; expected a number"),
        ("1,5 0,5\n0,5 2,5", "1:3", "found '5 0'; expected a number"),
        ('"1,5","0,5"\n"0,5","2,5"', "1:1", "found '1,5'; expected a number"),
        ("0,5,0,2\n0,2,0,5", "1:1", "found 2 rows of 4 numbers; expected a square"),
        ("0,5,1\n1,1,5", "1:1", "found 2 rows of 3 numbers; expected a square"),  # no index
        ("a,b\n0,5,1\n1,1,5", "2:1", "found 3 numbers; expected 2"),
        ("0,5", "1:1", "found 1 rows of 2 numbers; expected a square"),
    ],
)
def test_decimal_commas_are_refused_with_a_sentence(file, text, place, problem):
    with pytest.raises(Unreadable) as found:
        read_matrix(file(text))
    message = str(found.value)
    assert message.partition("S.csv:")[2].startswith(f"{place}: {problem}"), message
    assert "a decimal has a point, as in 0.5" in message


@pytest.mark.parametrize(
    ("text", "place", "problem"),
    [
        (",1\n1,2", "1:1", "found ''; expected a number"),  # a hole, or a name?
        (",0\n0,5", "1:1", "found ''; expected a number"),
        ("0\n1 5", "2:1", "found 2 numbers; expected 1"),  # half a symmetric matrix
        ("0\n5", "1:1", "found 2 rows of 1 numbers"),  # a diagonal
        ("0,1,2\n1,5,6\n2,6", "3:1", "found 2 numbers; expected 3"),
        ("nan,nan\n1,2\n2,5", "1:1", "found 'nan'; expected a number"),
        ("1x,2x\n1,2\n2,5", "1:1", "found '1x'; expected a number"),
        (",a,b\na,1,\nb,2,5", "2:5", "found ''; expected a number"),
        (",a,b\na,1,NA\nb,2,5", "2:5", "found 'NA'; expected a number"),
        ("feature,a,b\n7,1,5\n9,5,3", "1:1", "found 2 rows of 3 numbers; expected a square"),
        ("a,b\n1,2", "1:1", "found 1 rows of 2 numbers; expected a square"),
        ("a,b", "1:1", "found 'a'; expected a number"),
        (",a,b\na,1\nb,2,5", "2:1", "found 2 numbers; expected 3"),
        ('1,"2\n3,4', "1:3", "found a quote; expected another one later on the line"),
        ("1;2,3\n3;4", "1:3", "found '2,3'; expected a number"),
        ("1, 2 3\n2, 5", "1:4", "found '2 3'; expected a number"),
        ("1 2\n2\t5", "2:1", "found 2 numbers; expected 1, as in the rows before; a decimal"),
    ],
)
def test_what_may_be_something_else_is_refused(file, text, place, problem):
    with pytest.raises(Unreadable) as found:
        read_matrix(file(text))
    message = str(found.value)
    assert message.partition("S.csv:")[2].startswith(f"{place}: {problem}"), message


def test_the_first_row_of_a_matrix_that_counts_is_no_header(file):
    assert read_matrix(file("0,1\n1,5")) == fractions([0, 1], [1, 5])
    assert read_matrix(file("0,1,2\n1,5,6\n2,6,7")) == fractions([0, 1, 2], [1, 5, 6], [2, 6, 7])


def saved(array, **options):
    """The bytes that numpy.save writes."""
    made = BytesIO()
    np.save(made, array, **options)
    return made.getvalue()


@pytest.mark.parametrize("kind", ["i1", "u8", ">i4", "f2", "<f8", ">f4"])
def test_what_numpy_saves(file, kind):
    rows = np.array([[1, 2], [3, 4]], dtype=kind)
    for array in (rows, np.asfortranarray(rows)):
        found = read_matrix(file(saved(array)))
        assert found == [[1, 2], [3, 4]]
        expected = float if kind[-2] == "f" else Fraction
        assert {type(v) for row in found for v in row} == {expected}
    large = np.array([[2**63, 0], [0, 2**64 - 1]], dtype="u8")
    assert read_matrix(file(saved(large))) == fractions([2**63, 0], [0, 2**64 - 1])


class Trap:
    """What leaves a mark when it is unpickled."""

    def __reduce__(self):
        return (exec, ("raise SystemExit('unpickled')",))


ANOTHER = "found another .npy header; expected a matrix of real numbers, saved by numpy.save"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (saved(np.array([[Trap()]], dtype=object), allow_pickle=True), ANOTHER),
        (saved(np.array([[1j]])), ANOTHER),
        (saved(np.array([["1"]])), ANOTHER),
        (saved(np.array([[True]])), ANOTHER),
        (saved(np.array([1.0])), ANOTHER),
        (saved(np.array(1.0)), ANOTHER),
        (saved(np.zeros((1, 1, 1))), ANOTHER),
        (saved(np.zeros((1, 1), dtype=[("a", "f8")])), ANOTHER),
        (saved(np.eye(2)).replace(b"False", b"exit()"), ANOTHER),
        (b"\x93NUMPY", ANOTHER),
        (saved(np.eye(2))[:-1], "found an incomplete file; expected 2 x 2 numbers"),
        (saved(np.eye(2)) + b"1", "found an incomplete file; expected 2 x 2 numbers"),
        (saved(np.eye(2)).replace(b"(2, 2)", b"(9, 9)"), "found an incomplete file; expected 9"),
        (saved(np.eye(2)).replace(b"<f8", b"<f1"), "found an incomplete file"),
        (saved(np.zeros((2, 3))), "found 2 rows of 3 numbers; expected a square"),
        (saved(np.zeros((0, 0))), "found 0 rows of 0 numbers; expected a square"),
        (saved(np.array([[np.nan]])), "found NaN or infinity; expected finite numbers"),
        (saved(np.zeros((SIZE + 1, SIZE + 1))), "found a larger matrix; expected 512 x 512"),
        (saved(np.zeros((BYTES, 1))), f"found a longer file; expected at most {BYTES} bytes"),
    ],
)
def test_what_numpy_should_not_have_saved(file, content, problem):
    with pytest.raises(Unreadable) as found:
        read_matrix(file(content))
    assert str(found.value).partition("S.csv: ")[2].startswith(problem), str(found.value)


def test_npy_files_that_are_damaged(file):
    whole = saved(np.array([[2.0, 1.0], [1.0, 3.0]]))

    @given(st.integers(6, len(whole) - 1), st.binary(max_size=3))
    def damaged(at, instead):
        try:
            found = read_matrix(file(whole[:at] + instead + whole[at + 1 :]))
        except Unreadable as error:
            assert str(error).isprintable()
        else:
            assert len(found) == len(found[0])

    damaged()


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("1e-15", [[1e-15]]),
        ("1e15", [[1e15]]),
        ("1.0000000000000000001", [[1.0]]),  # neither a double nor short
        ("3.333333333333333148e-01", [[1 / 3]]),
        (f"1e-{EXPONENT}", [[1e-300]]),
        (f"1e{EXPONENT}", [[1e300]]),
        ("9" * (EXACT + 1), [[1e16]]),
        ("0." + "3" * EXACT, [[0.333333333333333]]),
        ("1, 0.33333333333333331\n0.1, 2/3", [[1.0, 1 / 3], [0.1, 2 / 3]]),
    ],
)
def test_one_rounded_number_makes_all_of_them_floats(file, text, rows):
    found = read_matrix(file(text))
    assert found == rows
    assert all(type(v) is float for row in found for v in row)


@pytest.mark.parametrize(
    ("text", "place", "problem"),
    [
        ("", "1:1", "found no numbers; expected rows of them, with commas, semicolons, tabs or b"),
        ("# 1", "1:1", "found no numbers; expected rows of them, with commas, semicolons"),
        (" \n\t\n", "1:1", "found no numbers"),
        ("1,2", "1:1", "found 1 rows of 2 numbers; expected a square"),
        ("1\n2", "1:1", "found 2 rows of 1 numbers; expected a square"),
        ("1,2\n3", "2:1", "found 1 numbers; expected 2, as in the rows before"),
        ("1,2\n\n3,4,5", "3:1", "found 3 numbers; expected 2, as in the rows before"),
        ("1,2,\n3,4,", "1:5", "found ''; expected a number such as 2, 0.5, 2/5, 1e-3"),
        ("1,,2", "1:3", "found ''; expected a number"),
        ("1, x\n", "1:4", "found 'x'; expected a number"),
        ("1,2\n3,  a4", "2:5", "found 'a4'; expected a number"),
        ("nan", "1:1", "found 'nan'; expected a number"),
        ("-inf", "1:1", "found '-inf'; expected a number"),
        ("1+2j", "1:1", "found '1+2j'; expected a number"),
        ("1_000", "1:1", "found '1_000'; expected a number"),
        ("0x10", "1:1", "found '0x10'; expected a number"),
        ("--1", "1:1", "found '--1'; expected a number"),
        ("1.2.3", "1:1", "found '1.2.3'; expected a number"),
        (".", "1:1", "found '.'; expected a number"),
        ("e5", "1:1", "found 'e5'; expected a number"),
        (".e5", "1:1", "found '.e5'; expected a number"),
        ("1e", "1:1", "found '1e'; expected a number"),
        ("1e+", "1:1", "found '1e+'; expected a number"),
        ("1e1.5", "1:1", "found '1e1.5'; expected a number"),
        (f"1e{EXPONENT + 1}", "1:1", "found '1e301'; expected a number"),
        (f"1e-{EXPONENT + 1}", "1:1", "found '1e-301'; expected a number"),
        ("1/0", "1:1", "found '1/0'; expected a number"),
        ("1/00", "1:1", "found '1/00'; expected a number"),
        ("1/", "1:1", "found '1/'; expected a number"),
        ("/2", "1:1", "found '/2'; expected a number"),
        ("1/-2", "1:1", "found '1/-2'; expected a number"),
        ("0.5/2", "1:1", "found '0.5/2'; expected a number"),
        ("1/2/3", "1:1", "found '1/2/3'; expected a number"),
        ("1e2/3", "1:1", "found '1e2/3'; expected a number"),
        ("9" * (ENTRY + 1), "1:1", "found '" + "9" * 40 + "...'; expected a number"),
        ("\u0661", "1:1", "found '\u0661'; expected a number"),
        ("\u00bd", "1:1", "found '\u00bd'; expected a number"),
        ("\x1b[2J", "1:1", "found '\\x1b[2J'; expected a number"),
        ("1\x00", "1:1", "found '1\\x00'; expected a number"),
        (b"1,\xff", "1:3", "found the byte 0xff; expected UTF-8"),
    ],
)
def test_every_error_has_its_place(file, text, place, problem):
    with pytest.raises(Unreadable) as found:
        read_matrix(file(text))
    message = str(found.value)
    assert message.partition("S.csv:")[2].startswith(f"{place}: {problem}"), message
    assert message.isprintable() and isinstance(found.value, InputError)


@pytest.mark.parametrize("text", ["9" * 30 + "e300", "1000000000e300", "1, 523456789e300\n1, 1"])
def test_what_no_float_can_hold_is_refused(file, text):
    with pytest.raises(Unreadable, match="expected a number"):
        read_matrix(file(text))


def test_sizes(file):
    row = ",".join(["1"] * SIZE)
    assert len(read_matrix(file("\n".join([row] * SIZE)))) == SIZE
    for text, line in ((row + ",1", 1), ("1\n" * (SIZE + 1), SIZE + 1)):
        with pytest.raises(Unreadable, match=f"{line}:1: found a larger matrix; expected 512 x 51"):
            read_matrix(file(text))
    with pytest.raises(Unreadable, match=f": found a longer file; expected at most {BYTES} b"):
        read_matrix(file("\n" * (BYTES + 1)))


@pytest.mark.parametrize(
    ("text", "most"),
    [
        ("1," * (BYTES // 2), 0),
        ("\n" * BYTES, 0),
        ("1\n" * (BYTES // 2), SIZE),
        ("," * BYTES, 0),
        ("[" + ";" * (BYTES - 2) + "]", 0),
    ],
)
def test_of_a_large_file_no_more_is_read_than_may_be(file, monkeypatch, text, most):
    seen = []
    number = matrices._number
    monkeypatch.setattr(matrices, "_number", lambda *args: seen.append(args) or number(*args))
    with pytest.raises(Unreadable):
        read_matrix(file(text))
    assert len(seen) <= most


def test_what_is_no_file(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path, problem in [
        (tmp_path / "none.csv", ": No such file or directory; expected a regular file"),
        (tmp_path, ": found no regular file; expected one, or a pipe"),
        (pipe, ": found an empty pipe; expected one with a writer, read only once"),
        ("a\x00b", ": found no path; expected that of a regular file"),
    ]:
        with pytest.raises(Unreadable) as found:
            read_matrix(path)
        assert str(found.value) == plain(str(path)) + problem


def test_names_that_a_terminal_would_obey(tmp_path):
    path = tmp_path / "S\x1b[2J.csv"
    path.write_text("x")
    with pytest.raises(Unreadable) as found:
        read_matrix(path)
    assert "S\\x1b[2J.csv:1:1: " in str(found.value)


def test_hostile_files(tmp_path):
    counts = {"read": 0, "refused": 0}

    @examples(5)
    @given(st.integers(0, 2**32))
    def look(seed):
        chooser = random.Random(seed)
        rows = [[str(chooser.randint(-9, 9)) for _ in range(2)] for _ in range(2)]
        text = "\n".join(",".join(row) for row in rows)
        for _ in range(chooser.choice([0, 1, 1, 2, 5])):
            at = chooser.randrange(len(text) + 1)
            text = text[:at] + chooser.choice(PIECES) + text[at + chooser.choice([0, 1]) :]
        path = tmp_path / "hostile.csv"
        path.write_bytes(text.encode())
        try:
            found = read_matrix(path)
        except InputError as error:
            assert isinstance(error, Unreadable)
            name, line, column, problem = str(error).rsplit("hostile.csv", 1)[1].split(":", 3)
            assert name == "" and int(line) > 0 and int(column) > 0 and "expected" in problem
            assert str(error).isprintable()
            counts["refused"] += 1
        else:
            assert len(found) == len(found[0]) == len({len(row) for row in found}) * len(found)
            assert len({type(v) for row in found for v in row}) == 1
            assert all(abs(v) < 1e309 for row in found for v in row)
            counts["read"] += 1

    look()
    assert min(counts.values()) > 25, counts


@given(
    st.lists(
        st.lists(st.fractions(max_denominator=99), min_size=3, max_size=3), min_size=3, max_size=3
    )
)
def test_exact_matrices_come_back(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("exact") / "S.csv"
    rows = [[v.limit_denominator(99) % 1000 for v in row] for row in rows]
    path.write_text("\n".join(", ".join(map(str, row)) for row in rows))
    assert read_matrix(path) == rows


@given(st.lists(st.floats(-1e300, 1e300), min_size=4, max_size=4))
def test_floats_come_back(tmp_path_factory, values):
    values = [v if abs(v) > 1e-300 else 0.0 for v in values]
    path = tmp_path_factory.mktemp("floats") / "S.csv"
    path.write_text("\n".join(",".join(f"{v:.16e}" for v in values[k : k + 2]) for k in (0, 2)))
    assert [list(map(float, row)) for row in read_matrix(path)] == [values[:2], values[2:]]
