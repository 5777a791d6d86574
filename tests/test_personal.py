"""Personal data: columns that look like it are warned about and dropped, and nothing of them reaches any output."""

from __future__ import annotations

import json
import zipfile

import pytest

from pkassess.personal import kind_of_header, kind_of_value

KEYS = ["mission", "authority", "authority_level", "period", "consent_status", "posts_filled_pct"]
ROW = ["UNMAV", "Karuvel", "adm2", "2025", "3", "46"]
SECRETS = {
    "enumerator_name": "Zaynab Quillfeather",
    "grp/respondent_phone": "+249 91 234 5678",
    "_geolocation": "12.86412 24.93155 0 0",
    "_submitted_by": "quillfeather.z",
    "deviceid": "ee.sandbox:Qx81-zz0",
    "Courriel du répondant": "zaynab@quill.example",
    "N° passeport": "QX8812345",
    "remarks": "z.quill@quill.example",
    "office line": "0912 345 678 901",
}
"""Columns by their header; the last two are told by what they hold."""
PHONE_LINE = "+249 (0)91 234 567"


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("name", "names of persons"),
        ("Respondent name", "names of persons"),
        ("grp/enumerator_name", "names of persons"),
        ("EnumeratorName", "names of persons"),
        ("_submitted_by", "names of persons"),
        ("SubmitterName", "names of persons"),
        ("Nom de l'enquêteur", "names of persons"),
        ("Prénom", "names of persons"),
        ("Nombre del encuestado", "names of persons"),
        ("Apellidos", "names of persons"),
        ("اسم المستجيب", "names of persons"),
        ("respondent_phone", "telephone numbers"),
        ("Téléphone", "telephone numbers"),
        ("Teléfono celular", "telephone numbers"),
        ("رقم الهاتف", "telephone numbers"),
        ("E-mail", "e-mail addresses"),
        ("correo electrónico", "e-mail addresses"),
        ("البريد الإلكتروني", "e-mail addresses"),
        ("_geolocation", "coordinates"),
        ("_gps_latitude", "coordinates"),
        ("Coordonnées", "coordinates"),
        ("الإحداثيات", "coordinates"),
        ("deviceid", "identity or device numbers"),
        ("National ID", "identity or device numbers"),
        ("Cédula", "identity or device numbers"),
        ("رقم الهوية", "identity or device numbers"),
    ],
)
def test_a_header_tells(header, kind):
    """English, French, Spanish, Arabic, and the names that survey tools give."""
    assert kind_of_header(header) == kind


@pytest.mark.parametrize(
    "header",
    [
        "",
        "remarks",
        "_id",
        "_uuid",
        "KEY",
        "district name",
        "Nom du district",
        "mobile courts held",
        "phone_access_pct",
    ],
)
def test_a_header_that_tells_nothing(header):
    """Row numbers, names of places, and shares of households with a phone are not personal."""
    assert not kind_of_header(header)


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("a.b@c.example", "e-mail addresses"),
        ("+249 91 234 5678", "telephone numbers"),
        ("00249912345678", "telephone numbers"),
        ("12.86412 24.93155 0 0", "coordinates"),
        ("2025-06-30", ""),
        ("2 500", ""),
        ("0.46", ""),
        ("register of 30 June, page 12", ""),
        (249912345678.0, ""),
        (None, ""),
    ],
)
def test_a_cell_tells(cell, kind):
    """Numbers and dates are no telephone numbers."""
    assert kind_of_value(cell) == kind


@pytest.fixture
def survey(table):
    """A wide table with personal columns among the others; twice the same row for another authority."""
    other = [*ROW[:1], "Ostra", *ROW[2:]]
    lines = [[*KEYS, *SECRETS], [*ROW, *SECRETS.values()], [*other, *SECRETS.values()]]
    lines[1][-1] = lines[2][-1] = PHONE_LINE
    return table("\n".join(" | ".join(line) for line in lines))


COMMANDS = {
    "score": (),
    "validate": (),
    "profile": ("Karuvel",),
    "agreement": (),
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("kind", ["table", "csv", "json", "md"])
def test_nothing_of_a_personal_column_is_written(run, survey, command, kind):
    """Neither in a report nor in a message, whatever the command and format."""
    options = ("--no-uncertainty",) if command in ("score", "profile") else ()
    done = run(command, survey, *COMMANDS[command], "-f", kind, *options)
    assert done.code in (0, 1, 2), done.err
    for secret in (*SECRETS.values(), PHONE_LINE):
        assert secret not in done.out + done.err


def test_each_personal_column_is_named_once(run, survey):
    """With what it looks like, at its header; the rows are scored without it."""
    document = json.loads(run("score", survey, "-f", "json", "-q", "--no-uncertainty").out)
    found = {row["column"]: row["message"] for row in document["findings"] if row["code"] == "PK163"}
    assert list(found) == list(SECRETS)
    assert "looks like telephone numbers. It was dropped" in found["office line"]
    assert len(document["assessment"]) == 2


def test_a_column_can_be_allowed_by_name(run, survey):
    """It is then a column like any other."""
    allowed = ("--allow-column", "Enumerator name", "--allow-column", "_geolocation")
    document = json.loads(run("score", survey, "-f", "json", "-q", "--no-uncertainty", *allowed).out)
    codes = {row["column"]: row["code"] for row in document["findings"] if row["column"] in SECRETS}
    assert codes["enumerator_name"] == codes["_geolocation"] == "PK125"
    assert codes["deviceid"] == "PK163"


@pytest.mark.parametrize(
    ("options", "named", "proposed"),
    [
        (("--allow-column", "Enumerator nam"), "Enumerator nam", "enumerator_name"),
        (("--allow-column", "ENUMERATOR NAME", "--allow-column", "deviceid"), None, ""),
        (("--column-map", "columns: {Postes pourvu: posts_filled_pct}"), "Postes pourvu", "Postes pourvus"),
        (("--column-map", "columns: {Postes pourvus: posts_filled_pct, deviceid: ''}"), None, ""),
    ],
)
def test_a_column_of_an_option_that_no_sheet_has_is_named(run, table, tmp_path, options, named, proposed):
    """Else a slip in the header would go unseen. Case and accents do not matter."""
    if options[0] == "--column-map":
        file = tmp_path / "map.yaml"
        file.write_text(options[1], encoding="utf-8")
        options = (options[0], str(file))
    path = table("""
mission | authority | authority_level | period | safe_walking_pct | Postes pourvus | enumerator_name | deviceid
UNMAV   | Karuvel   | adm2            | 2025   | 46               | 40             | Zaynab Q        | 4711
""")
    document = json.loads(run("score", path, "-f", "json", "-q", "--no-uncertainty", *options).out)
    found = [row for row in document["findings"] if row["code"] == "PK164"]
    assert [row["value"] for row in found] == ([named] if named else [])
    assert all(f"Did you mean '{proposed}'?" in row["message"] for row in found)


LONG = """
mission | authority | authority_level | period | indicator        | value | source_type      | source_ref
UNMAV   | Karuvel   | adm2            | 2025   | posts_filled_pct | 46    | zq@quill.example | register
UNMAV   | Ostra     | adm2            | 2025   | posts_filled_pct | 50    | zq@quill.example | register
"""


@pytest.mark.parametrize(("options", "written"), [((), False), (("--allow-column", "source_type"), True)])
def test_known_columns_of_text_are_dropped_for_what_they_hold(run, table, options, written):
    """An e-mail address in place of a kind of source; the reference beside it stays."""
    done = run("score", table(LONG), "-f", "json", "-q", "--no-uncertainty", *options)
    assert done.code == 0, done.err
    assert ("zq@quill.example" in done.out) is written
    document = json.loads(done.out)
    assert {row["value"] for row in document["indicators"] if row["status"] == "observed"} == {46, 50}


def test_a_place_code_with_zeros_is_no_telephone_number(run, table):
    """Neither is the number of a document."""
    line = LONG.replace("zq@quill.example", "0102030405").replace("register", "0024991234567")
    assert "PK163" not in run("score", table(line), "--no-uncertainty", "-v").err


def test_keys_of_the_rubric_are_never_personal(run, table):
    """An authority that is called like an e-mail address is one all the same."""
    done = run("score", table(LONG.replace("Karuvel", "a@b.example")), "-f", "csv", "-q", "--no-uncertainty")
    assert "a@b.example" in done.out


def codes(done):
    """The code of each finding by its column."""
    return {row["column"]: row["code"] for row in json.loads(done.out)["findings"]}


@pytest.mark.parametrize(
    ("header", "cells", "code"),
    [
        ("name", ("Karuvel", "Ostra"), "PK125"),
        ("Nom", ("District de Karuvel", "OSTRA"), "PK125"),
        ("Full name", ("Karuvel District Administration", "Ostra"), "PK125"),
        ("name", ("Mavria", "Mavria"), "PK125"),
        ("name", ("Zaynab Quillfeather", "Ibrahim Starling"), "PK163"),
        ("Ward name", ("Zaynab Quillfeather", "Ibrahim Starling"), "PK125"),
    ],
)
def test_a_name_of_the_partnership_is_no_personal_name(run, table, header, cells, code):
    """A column that says again which place, country or mission the row is about."""
    lines = [[*KEYS, "country", header]]
    lines += [
        [*ROW[:1], name, *ROW[2:], "Mavria", cell]
        for name, cell in zip(("Karuvel", "Ostra"), cells, strict=True)
    ]
    path = table("\n".join(" | ".join(line) for line in lines))
    assert codes(run("score", path, "-f", "json", "-q", "--no-uncertainty"))[header] == code


def test_the_name_column_of_a_rubric_is_a_key(run, rubric_file, table):
    """An alias that the rubric declares stands before what a header looks like."""
    own = {
        "pkassess": 2,
        "id": "own",
        "version": "1",
        "label": "Own",
        "keys": {"partnership": {"label": "Partnership", "aliases": ["name"]}},
        "dimensions": {
            "all": {
                "label": "All",
                "children": [
                    {
                        "id": "share",
                        "label": "Share",
                        "kind": "register",
                        "scale": {"type": "percent", "knots": [0, 20, 40, 60, 80, 100]},
                    }
                ],
            }
        },
    }
    path = table("name | share\nKaruvel | 40\nOstra | 60")
    done = run("score", path, "-r", rubric_file(own), "-f", "csv", "--no-uncertainty")
    assert [row["partnership"] for row in done.rows()] == ["Karuvel", "Ostra"], done.err
    assert "PK163" not in done.err


def test_side_sheets_are_searched_too(run, workbook):
    """The sheet partnerships gives context, and here the telephone number of somebody."""
    side = [["mission", "authority", "country", "peer_group", "contact name"]]
    side += [["UNMAV", "Karuvel", "Mavria", "+249 91 234 5678", "Zaynab Quillfeather"]]
    path = workbook({"Data": [KEYS, [*ROW[:4], 3, 46]], "partnerships": side})
    done = run("score", path, "-f", "json", "-q", "--no-uncertainty")
    assert codes(done)["peer_group"] == codes(done)["contact name"] == "PK163"
    assert "91 234" not in done.out
    assert "Quillfeather" not in done.out


def texts_of(path):
    """Every part of a workbook as one text."""
    with zipfile.ZipFile(path) as archive:
        return "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


@pytest.mark.parametrize("allowed", [False, True])
def test_a_marked_copy_leaves_them_out(run, workbook, tmp_path, allowed):
    """The copy is made anew without their cells, which is said; allowed ones stay."""
    header = ["mission", "authority", "authority_level", "period", "safe_walking_pct", *SECRETS]
    secrets = [*[*SECRETS.values()][:-1], PHONE_LINE]
    rows = [[*ROW[:4], 4600, *secrets], [*ROW[:1], "Ostra", *ROW[2:4], 40, *secrets]]
    path, copy = workbook([["Report of June"], header, *rows]), str(tmp_path / "copy.xlsx")
    options = [part for name in SECRETS for part in ("--allow-column", name)] if allowed else []
    done = run("validate", path, "-o", copy, *options)
    assert done.code == 1, done.err
    assert ("Columns that look like personal data are blank in it" in done.err) is not allowed
    written = texts_of(copy)
    assert [secret in written for secret in secrets] == [allowed] * len(secrets)
    assert all(text in written for text in ("Karuvel", "4600", "enumerator_name"))


FORM = [
    ["Mission", "UNMAV"],
    ["Authority", "Karuvel"],
    ["Period", "2025"],
    ["consent_status", 3],
    ["safe_walking_pct", 4600],
    ["Enumerator name", "Zaynab Quillfeather"],
]


def test_a_form_is_searched_too(run, workbook, tmp_path):
    """There the cell stands beside its name."""
    copy = str(tmp_path / "copy.xlsx")
    done = run("validate", workbook({"Karuvel": FORM}), "-o", copy)
    assert "Columns that look like personal data are blank in it" in done.err
    assert "Quillfeather" not in texts_of(copy)
    assert "UNMAV" in texts_of(copy)


@pytest.mark.parametrize(
    "header",
    [
        *(
            "Contact person",
            "Contact number",
            "Cell number",
            "Personne contact",
            "Point focal",
            "CNI",
            "phone1",
        ),
        *("Numéro d'identité", "Persona de contacto", "خط العرض", "رقم الموبايل", "email2", "resp_name"),
    ],
)
def test_further_headers_of_personal_data(header):
    """As offices and survey forms write them."""
    assert kind_of_header(header)


@pytest.mark.parametrize(
    "header",
    [
        "Number of mobile courts",
        "National ID cards delivered",
        "Coordinates with police",
        "Emails sent",
        "GPS tracked vehicles",
    ],
)
def test_headers_about_many_or_about_deeds(header):
    """A count of courts is no telephone number."""
    assert kind_of_header(header) == ""


@pytest.mark.parametrize(
    ("header", "promises"),
    [
        *(
            ("#contact+email", True),
            ("#contact", True),
            ("#geo+lat", True),
            ("#geo", True),
            ("#adm1+name", False),
        ),
        *(
            ("Enquêté", True),
            ("Enquêtée", True),
            ("Enquête", False),
            ("ENQUETE", False),
            ("Prepared by", True),
        ),
        *(
            ("Hotline phone available", False),
            ("Phones in working order", False),
            ("Taux de couverture GPS", False),
        ),
    ],
)
def test_hashtags_accents_and_figures(header, promises):
    """A survey (Enquête) is no person that was asked (Enquêté)."""
    assert bool(kind_of_header(header)) is promises


MAIL = "zq@quill.example"
SIDE = {
    "about": [
        ["rubric", "partnership"],
        ["Name", "Report of June"],
        ["Contact", MAIL],
        ["Phone", "091 234 5678"],
    ],
    "aliases": [["name", "alias", "email"], ["Karuvel", "Karuvell", MAIL]],
}


def test_about_and_aliases_are_searched_too(run, workbook, tmp_path):
    """Whom to call about the workbook is not in its marked copy; the rest of the sheets is."""
    path, copy = workbook({"Data": [KEYS, [*ROW[:4], 3, 46]], **SIDE}), str(tmp_path / "copy.xlsx")
    found = json.loads(run("validate", path, "-f", "json").out)["findings"]
    places = [(row["sheet"], row["cell"]) for row in found if row["code"] == "PK163"]
    assert places == [("aliases", "C1"), ("about", "A3"), ("about", "A4")]
    assert run("validate", path, "-o", copy).code == 0
    written = texts_of(copy)
    assert [text in written for text in (MAIL, "091 234", "Report of June", "Karuvell")] == [
        False,
        False,
        True,
        True,
    ]


def test_hashtags_under_a_header_tell_personal_data(run, workbook):
    """The names above them say nothing."""
    rows = [
        [*KEYS[:4], "Posts", "Q7", "Q8", "Q9"],
        [
            "#org",
            "#adm2",
            None,
            "#date",
            "#indicator+posts_filled_pct",
            "#contact+name",
            "#geo+lat",
            "#affected",
        ],
        [*ROW[:4], 46, "Zaynab Quillfeather", 12.34, 7],
    ]
    found = codes(run("score", workbook(rows), "-f", "json", "-q", "--no-uncertainty"))
    assert [found[name] for name in ("Q7", "Q8", "Q9")] == ["PK163", "PK163", "PK125"]


def test_one_address_in_a_column_that_is_not_used_will_do(run, workbook, tmp_path):
    """It may come far below other remarks."""
    header = ["mission", "authority", "authority_level", "period", "safe_walking_pct", "Remarks"]
    rows = [[ROW[0], f"District {at}", *ROW[2:4], 46, MAIL if at == 300 else "sound"] for at in range(301)]
    path, copy = workbook([header, *rows]), str(tmp_path / "copy.xlsx")
    assert codes(run("score", path, "-f", "json", "-q", "--no-uncertainty"))["Remarks"] == "PK163"
    run("validate", path, "-o", copy)
    assert MAIL not in texts_of(copy)


def test_a_name_of_indicators_is_no_personal_name(run, table):
    """As long tables have it beside the id."""
    line = "UNMAV | Karuvel | adm2 | 2025 | {} | {} | 3"
    lines = [
        line.format("consent_status", "Consent status"),
        line.format("posts_filled_pct", "Posts filled"),
    ]
    path = table(
        "\n".join(["mission | authority | authority_level | period | indicator | name | value", *lines])
    )
    assert codes(run("score", path, "-f", "json", "-q", "--no-uncertainty"))["name"] == "PK125"
