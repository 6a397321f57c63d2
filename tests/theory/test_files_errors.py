"""Every error of a design file: where it is, what was found and what was expected."""

import pytest

from tests.theory.test_files_designs import PROMISED
from theory.language.files import bounds
from theory.language.files.reading import parse_design
from theory.language.formulas.places import Unreadable


def change(old, new):
    """The promised file with one change."""
    assert old in PROMISED
    return PROMISED.replace(old, new, 1)


FEATURES = '"alpha*q + sqrt(1 - alpha^2)*e"'
LONG = "x" * 33
ERRORS = [
    # TOML itself
    ("", "1:1", "found no section [design]; expected one"),
    ("\n\n[parameters]\nalpha = [0, 1]", "1:1", "found no section [design]; expected one"),
    (
        change("[design]", "[design"),
        "1:8",
        "found the end of the line after 'design'; expected ']'",
    ),
    (change("[design]", "[design] x"), "1:10", "found 'x' after a section; expected a new line"),
    (change("[design]", "[[design]]"), "1:1", "found '[['; expected a section such as [prompt]"),
    (change("[design]", "design"), "1:7", "found the end of the line after 'design'; expected '='"),
    (change('name  = "rag"', 'name  = "rag'), "2:9", "found a string without end on its line"),
    (change('name  = "rag"', 'name  = """rag'), "2:9", "found a string without end; expected"),
    (change('name  = "rag"', "name  = rag"), "2:9", "Invalid value; expected TOML"),
    (change('name  = "rag"', "name  ="), "2:8", "found no value after '='; expected one"),
    (change('name  = "rag"', 'name  = "rag" x'), "2:15", "Expected newline or end of document"),
    (change('name  = "rag"', 'name "rag"'), "2:6", "found '\"' after 'name'; expected '='"),
    (change('name  = "rag"', '"na\\u006de" = "rag"'), "2:1", "found an escape in a key"),
    (
        change('name  = "rag"', "= 1"),
        "2:1",
        "found '='; expected a [section] or a line key = value",
    ),
    (change('name  = "rag"', "ñame = 1"), "2:1", "found 'ñ'; expected a [section] or a line"),
    (change('name  = "rag"', "name = {a = 1}"), "2:8", "found a section for name; expected a name"),
    (change('name  = "rag"', "name = {a = {b = 1}}"), "2:13", "found '{' inside a value; expected"),
    (change('name  = "rag"', "name = [{a = 1}]"), "2:9", "found '{' inside a value; expected"),
    (
        change('name  = "rag"', "name = {a = 1, a = 2}"),
        "2:16",
        "found the key 'design.name.a' twice",
    ),
    (change('name  = "rag"', "name = {a = 1"), "2:14", "found the end of the line in a table"),
    (
        change('name  = "rag"', "name = {a = 1} x"),
        "2:16",
        "found 'x' after a table; expected a new",
    ),
    (change('name  = "rag"', "name = {a"), "2:10", "found the end of the line after 'a'; expected"),
    (change('name  = "rag"', "name = {a = }"), "2:13", "Invalid value; expected TOML"),
    (change('name  = "rag"', "name = {,}"), "2:9", "found ','; expected a [section]"),
    (change('name  = "rag"', "a.b.c.d = 1"), "2:7", "found a key of more than 4 parts"),
    (change('name  = "rag"', 'name = "a\x00"'), "2:10", "Illegal character '\\x00'; expected TOML"),
    (
        change('name  = "rag"', 'name = "\\q"'),
        "2:11",
        "Unescaped '\\' in a string; expected TOML",
    ),
    (change("[0, 1]", "[0, 1"), "7:1", "Unclosed array; expected TOML"),
    (change("[0, 1]", "[[[0]]]"), "6:11", "found lists in lists in a list; expected one"),
    (change("[0, 1]", "[0, " + "1" * 65 + "]"), "6:13", "found a value of 65 characters without"),
    (
        change("sigma = [0, ", "alpha = [0, "),
        "7:1",
        "found the key 'parameters.alpha' twice, first",
    ),
    (PROMISED + "[prompt]\n", "31:1", "found the section 'prompt' twice, first on line 18"),
    (PROMISED + "x = 5\ny", "32:2", "found the end of the file after 'y'; expected '='"),
    ("x" * (bounds.FILE + 1), "", "found a longer file; expected at most 16384 bytes"),
    # sections and keys
    (change("[parameters]", "[parameter]"), "5:1", "unknown section 'parameter'; did you mean par"),
    (
        change("[gaussians.example]", "[gaussians.examples]"),
        "15:1",
        "unknown key in [gaussians] 'e",
    ),
    (change("title =", "titel ="), "3:1", "unknown key in [design] 'titel'; did you mean title?"),
    (change("noise  ", "niose"), "23:1", "unknown key in [prompt] 'niose'; did you mean noise"),
    (change("[design]", "[designs]"), "1:1", "unknown section 'designs'; did you mean design or"),
    (change("[prompt]", "[x]"), "18:1", "unknown section 'x'; known: claims, covariances"),
    (change('name  = "rag"', ""), "1:1", "found no name in [design]; expected name = a name in"),
    (change('query       = "q"', ""), "18:1", "found no query in [prompt]; expected query = a lin"),
    (change('task        = "b"', ""), "18:1", "found no task in [prompt]"),
    (
        change("[gaussians.prompt]", "[gaussians.example]"),
        "15:1",
        "found the section 'gaussians.exam",
    ),
    (
        'design.name = "x"\ngaussians.prompt = 3',
        "2:1",
        "found the number 3 for prompt; expected a sec",
    ),
    ('design = "x"', "1:1", "found the text 'x' for design; expected a section [design]"),
    ("design = 1979-05-27", "1:1", "found a date or a time for design; expected a section"),
    ('[design]\nname = "x"', "1:1", "found no section [gaussians.prompt]; expected one"),
    ('[design]\nname = "x"\n[gaussians.prompt]\nq = "I"', "1:1", "found no section [prompt]"),
    # names
    (change('"rag"', '""'), "2:10", "found '' as the name of the design; expected ASCII letters"),
    (change('"rag"', '"../rag"'), "2:10", "found '../rag' as the name of the design; expected"),
    (change('"rag"', "7"), "2:9", "found the number 7 for name; expected a name in quotes"),
    (
        change('"Retrieval-', '"\\u001b[2J'),
        "3:9",
        "found '\\x1b' in title; expected pr",
    ),
    (change('"Retrieval-', '"' + "x" * 200), "3:9", "characters for title; expected 1 to 200"),
    (
        change("alpha = [0", "_alpha = [0"),
        "6:1",
        "found '_alpha' as the name of a parameter; expected",
    ),
    (change("alpha = [0", "'αlpha' = [0"), "6:1", "found 'αlpha' as the name of a parameter"),
    (
        change("alpha = [0", "n = [0"),
        "6:1",
        "found 'n' as the name of a parameter, but it is reserv",
    ),
    (
        change("alpha = [0", "sqrt = [0"),
        "6:1",
        "found 'sqrt' as the name of a parameter, but it is",
    ),
    (
        change("alpha = [0", "oo = [0"),
        "6:1",
        "found 'oo' as the name of a parameter, but it is res",
    ),
    *(
        (change("alpha = [0", f"{name} = [0"), "6:1", f"found '{name}' as the name of a parameter")
        for name in ("e", "E", "pi", "Pi", "nan", "NaN", "inf", "infinity", "zoo", "I", "i", "d")
    ),
    (change("[0, 1]", '[0, "pi"]'), "6:9", "unknown name in the range of alpha 'pi'"),
    (change("alpha = [0", f"{LONG} = [0"), "6:1", "expected at most 32 characters"),
    (
        change('q = "I"', 'alpha = "I"'),
        "13:1",
        "but 'alpha' names a parameter on line 6; expected an",
    ),
    (change('e = "I"', 'q = "I"'), "16:1", "but 'q' names a vector of the prompt on line 13"),
    (
        change('e = "I"', 'W = "I"'),
        "16:1",
        "found 'W' as the name of a vector of the example, but it",
    ),
    # declarations
    (
        change("[0, 1]", "3"),
        "6:9",
        "found the number 3 for alpha; expected its range, such as [0, 1]",
    ),
    (change("[0, 1]", "[0]"), "6:9", "found a list for alpha; expected its range"),
    (change("[0, 1]", "[0, 1, 2]"), "6:9", "found a list for alpha; expected its range"),
    (change("[0, 1]", "[1, 0]"), "6:9", "found the range [1, 0] for alpha; expected the lower end"),
    (change("[0, 1]", '["oo", "oo"]'), "6:9", "found the range [oo, oo] for alpha"),
    (
        change("[0, 1]", "[0, true]"),
        "6:9",
        "found true in the range of alpha; expected two numbers",
    ),
    (
        change("[0, 1]", "[[0], 1]"),
        "6:9",
        "found a list in the range of alpha; expected two numbers",
    ),
    (change("[0, 1]", '[0, "m"]'), "6:9", "unknown name in the range of alpha 'm'; known: d, n"),
    (change("[0, 1]", '["n", 1]'), "6:9", "unknown name in the range of alpha 'n'; there are none"),
    (change("[0, 1]", '[0, "i"]'), "6:9", "found 'i' in the range of alpha, but it is the index"),
    (change("[0, 1]", '[0, "sigma"]'), "6:9", "unknown name in the range of alpha 'sigma'"),
    (change("[0, 1]", "{ whole = true }"), "6:1", "found no range in [parameters.alpha]"),
    (change("[0, 1]", "{ range = 1 }"), "6:19", "found the number 1 for range; expected its range"),
    (change("[0, 1]", "{ range = [1, 0] }"), "6:19", "found the range [1, 0] for alpha"),
    (change("[0, 1]", "{ range = [0, 1], whole = 1 }"), "6:35", "expected true or false"),
    (change("[0, 1]", "{ range = [0, 1], hole = 1 }"), "6:27", "unknown key in [parameters.alpha]"),
    (
        change("[0, 1]", '{ range = ["1/3", "2/3"], whole = true }'),
        "6:19",
        "no whole number is in the range of alpha, [1/3, 2/3]; expected another range",
    ),
    (
        change("[0, 1]", '{ range = [0, 1], where = "alpha" }'),
        "6:36",
        "found 0 comparisons in where; expected one of <=, >=, < and >",
    ),
    (
        change("[0, 1]", '{ range = [0, 1], where = "0 < alpha < 1" }'),
        "6:36",
        "found 2 comparisons in where",
    ),
    (
        change("[0, 1]", '{ range = [0, 1], where = "alpha <= zeta" }'),
        "6:45",
        "unknown name in the condition on alpha 'zeta'",
    ),
    (
        change("[0, 1]", '{ range = [0, 1], where = "1 <= 2" }'),
        "6:36",
        "found numbers alone in where; expected parameters in it",
    ),
    (
        change("[0, 1]", '[0, "sqrt(2)"]'),
        "6:9",
        "found the text 'sqrt(2)' in the range of alpha; exp",
    ),
    (change("[0, 1]", '[0, "1/0"]'), "6:9", "found a divisor that is zero for all values"),
    (change("[0, 1]", "[0, inf]"), "6:9", "found the number inf in the range of alpha"),
    (change("[0, 1]", "[0, nan]"), "6:9", "unknown name in the range of alpha 'nan'"),
    (change("[0, 1]", "[0, 1e400]"), "6:9", "found 'e400' after '1'"),
    (
        change("[0, 1]", "[0, " + "9" * 60 + "]"),
        "6:9",
        "found a whole number in the range of alpha",
    ),
    (
        change('"psd"', '"pd"'),
        "10:14",
        "found the text 'pd' for Sigma_beta; expected \"psd\", for a sym",
    ),
    (change('"psd"', "true"), "10:14", 'found true for Sigma_beta; expected "psd"'),
    (
        change('"Sigma_beta"', '"Sigma_bta"'),
        "14:6",
        "unknown covariance of b 'Sigma_bta'; did you me",
    ),
    (
        change('"Sigma_beta"', "1"),
        "14:5",
        "found the number 1 for b; expected its covariance, one of",
    ),
    # formulas
    (change(FEATURES, '"alhpa*q + e"'), "20:16", "unknown name in features 'alhpa'; did you mean"),
    (change(FEATURES, '"alpha*q + ee"'), "20:26", "unknown name in features 'ee'; did you mean e?"),
    (change(FEATURES, '"alpha q + e"'), "20:22", "found 'q' after 'alpha'; expected an operator"),
    (change(FEATURES, "'alpha q + e'"), "20:22", "found 'q' after 'alpha'; expected an operator"),
    (change(FEATURES, '"alpha\\u0020q"'), "20:15", "found 'q' after 'alpha'; expected an operator"),
    (change(FEATURES, '"""alpha\nq"""'), "20:15", "found '\\n' (write a formula on one line)"),
    (
        change(FEATURES, '"alpha"'),
        "20:16",
        "found a scalar for features; expected a linear combination",
    ),
    (change(FEATURES, '"q*e"'), "20:18", "found a vector after a vector in a product in features"),
    (
        change(FEATURES, '"I*e"'),
        "20:16",
        "found 'I' in features, but the identity has no name in a des",
    ),
    (change(FEATURES, '"0.5"'), "20:16", "found a scalar for features"),
    (change(FEATURES, "0.5"), "20:15", "found a scalar for features"),
    (change(FEATURES, "true"), "20:15", "found true for features; expected a formula in quotes"),
    (change(FEATURES, "[]"), "20:15", "found a list for features; expected a formula in quotes"),
    (change(FEATURES, "9" * 60), "20:15", "found a whole number for features; expected a formula"),
    (
        change('query       = "q"', 'query = "e"'),
        "19:10",
        "found 'e' in query, but it is drawn afresh for",
    ),
    (
        change('query       = "q"', 'query = "i*q"'),
        "19:10",
        "found 'i' in query, but query belongs to",
    ),
    (
        change('task        = "b"', 'task = "e"').replace('query_task  = "b"', ""),
        "21:8",
        "found e in task, and no query_task; expected query_task in [prompt]",
    ),
    (
        change('"sigma"', '"e"'),
        "23:16",
        "found 'e' in noise, but it is a vector, and noise is a scalar",
    ),
    (
        change('"sigma"', '"Sigma_beta"'),
        "23:16",
        "found 'Sigma_beta' in noise, but it is a matrix, and",
    ),
    (
        change('"sigma"', '"tr(Sigma_beta)"'),
        "23:16",
        "found tr(...) in noise; a trace may only stand",
    ),
    (
        change('"sigma"', '"sqrt(-sigma^0)"'),
        "23:16",
        "found a root of '-1'; expected a root of nothing",
    ),
    (
        change('"sigma"', '"i*sigma"').replace('query_noise = "sigma"\n', ""),
        "23:15",
        "found i in noise, and no query_noise; expected query_noise in [prompt], since the",
    ),
    (
        change('"b"', '"i*b"').replace('query_task  = "b"', ""),
        "21:15",
        "found i in task, and no query_task",
    ),
    (
        change('label_scale = "1"', 'label_scale = "1/i"').replace('query_label_scale = "1"', ""),
        "22:15",
        "found i in label_scale, and no query_label_scale",
    ),
    # limits and the scale
    (
        change("n     =", "nn ="),
        "30:1",
        "unknown key in [limits.proportional] 'nn'; did you mean n?",
    ),
    (
        change("n     =", "d ="),
        "30:1",
        "unknown key in [limits.proportional] 'd'; known: alpha, n, sig",
    ),
    (
        change('"d/nu"', '"n/nu"'),
        "30:10",
        "found 'n' in the limit proportional, but it is replaced in",
    ),
    (
        change('"d/nu"', '"d/alpha"'),
        "30:12",
        "found 'alpha' in the limit proportional, but it is repl",
    ),
    (
        change('"d/nu"', '"d/e"'),
        "30:12",
        "found 'e' in the limit proportional, but it names a vector",
    ),
    (
        change('"d/nu"', '"d*i"'),
        "30:12",
        "found 'i' in the limit proportional, but the name is reserv",
    ),
    (
        change('"d/nu"', '"d/W"'),
        "30:12",
        "found 'W' in the limit proportional, but the name is reserved",
    ),
    (
        change('"d/nu"', '"oo*d"'),
        "30:10",
        "found 'oo' in the limit proportional, but it reads as infinity; what grows is a formula "
        'in d, such as n = "d^2/nu"',
    ),
    *(
        (change('"d/nu"', f'"d/{name}"'), "30:12", f"found '{name}' in the limit proportional, but")
        for name in ("oo", "inf", "infinity", "Infinity", "pi", "E", "nan", "zoo", "I", "i", "n")
    ),
    (change('"d/nu"', '"d/0"'), "30:12", "found a divisor that is zero for all values"),
    (
        change('"d/nu"', '"' + "+".join(f"c{k}" for k in range(17)) + '"'),
        "30:9",
        "found 18 constants",
    ),
    (
        change("limits.proportional", "limits.'a b'"),
        "28:1",
        "found 'a b' as the name of a limit; expec",
    ),
    (
        PROMISED + "[limits.none]",
        "31:1",
        "found nothing in [limits.none]; expected what grows with d",
    ),
    (
        PROMISED + "[limits]\nx = 3",
        "32:1",
        "found the number 3 for x; expected a section [limits.x]",
    ),
    (
        PROMISED + "[predictor]\nscales = 1",
        "32:1",
        "unknown key in [predictor] 'scales'; did you m",
    ),
    (
        PROMISED + '[predictor]\nscale = "1/i"',
        "32:12",
        "found 'i' in scale, but scale belongs to the",
    ),
    (PROMISED + '[predictor]\nscale = "n - n"', "32:9", "found the scale 0; expected another"),
    # counts
    (
        change("[covariances]", "\n".join(f"p{k} = [0, 1]" for k in range(15)) + "\n[covariances]"),
        "23:1",
        "found 17 names in [parameters]; expected at most 16",
    ),
    (
        change(
            "[gaussians.example]",
            "\n".join(f'v{k} = "I"' for k in range(15)) + "\n[gaussians.example]",
        ),
        "29:1",
        "found 17 names in [gaussians.prompt]; expected at most 16",
    ),
]


@pytest.mark.parametrize(("text", "place", "problem"), ERRORS)
def test_errors_say_where_and_what_was_expected(text, place, problem):
    with pytest.raises(Unreadable) as found:
        parse_design(text, "my.toml")
    assert problem in str(found.value)
    where = f"my.toml:{place}" if place else "my.toml"
    assert str(found.value).startswith(f"{where}: "), str(found.value)
    assert str(found.value).isprintable()
