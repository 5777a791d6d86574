"""The catalogue of what can be wrong with an input: each kind has one code, a message, a remedy and a usual cause."""

from __future__ import annotations

from enum import Enum, StrEnum
from typing import NamedTuple


class Severity(StrEnum):
    """How much a finding matters.

    An error says that something cannot be used, a warning that something may be wrong or lacking, a note how data were
    read and what of them is no data.
    """

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Rule(NamedTuple):
    """The catalogue entry of one code: texts with named holes that the facts of a finding fill.

    ``says`` tells what the message is about where it is made of facts alone.
    """

    code: str
    severity: Severity
    title: str
    message: str
    remedy: str
    cause: str
    says: str = ""


def _error(code: str, title: str, message: str, remedy: str, cause: str, says: str = "") -> Rule:
    return Rule(code, Severity.ERROR, title, message, remedy, cause, says)


def _warning(code: str, title: str, message: str, remedy: str, cause: str) -> Rule:
    return Rule(code, Severity.WARNING, title, message, remedy, cause)


def _note(code: str, title: str, message: str, remedy: str, cause: str) -> Rule:
    return Rule(code, Severity.NOTE, title, message, remedy, cause)


class Code(Enum):
    """Every kind of finding. PK0xx values, PK1xx files, sheets and rows, PK2xx rubric files, PK3xx the run."""

    # --- values -------------------------------------------------------------------------------------------
    TEXT_IN_NUMBER = _error(
        "PK001",
        "text in a number column",
        "The cell holds {found}; a number was expected.{suggestion}",
        "Write the number alone in {cell}, or clear the cell if nobody reported.",
        "A remark, a unit, a range or an estimate was typed where the number belongs.",
    )
    ERROR_CELL = _error(
        "PK002",
        "error value in a cell",
        "The cell holds {found}, an error and not a value.",
        "Repair the formula in {cell}, or clear the cell if nobody reported.",
        "A formula in the workbook fails: a division by zero, a broken look-up or a deleted cell.",
    )
    UNCOMPUTED_FORMULA = _error(
        "PK003",
        "formula that was never calculated",
        "The cell holds a formula without a stored result.",
        "Open the workbook in a spreadsheet program, let it calculate, save it, and run again.",
        "The file was written by a program that does not calculate formulas.",
    )
    OUT_OF_LIMITS = _error(
        "PK004",
        "value outside its limits",
        "{found} is outside {expected}.",
        "Correct {cell}, or change the limits of the indicator in the rubric.",
        "A typing slip, a share written on another scale, or a value in the wrong column.",
        "The value lies outside the limits that the rubric sets.",
    )
    NOT_A_QUANTITY = _error(
        "PK005",
        "date or yes/no in a number column",
        "The cell holds {found}, a {kind}; a number was expected.",
        "Write the number in {cell}, and set the cell's format to a number.",
        "Spreadsheet programs turn entries such as 3-4 into dates; or yes or no was chosen where a number belongs.",
    )
    NUMBER_AS_TEXT = _note(
        "PK006",
        "number stored as text",
        "{count:number is|numbers are} stored as text; the first, {found}, was read as {expected}.",
        "Nothing needs doing; to be rid of the note, convert the cells to numbers.",
        "Exports of survey tools write every answer as text.",
    )
    MISSING_TOKEN = _note(
        "PK007",
        "word for a missing value",
        "{count:cell holds|cells hold} {found}, taken as missing and not as zero.",
        "If something was reported, write the number; zero is written 0.",
        "The cells say that nobody reported.",
    )
    NOT_APPLICABLE = _note(
        "PK008",
        "not applicable",
        "{count:cell holds|cells hold} {found}. The indicator does not count there; the others share its weight.",
        "If the indicator does apply, write its value or leave the cell blank.",
        "The cells say that the indicator does not apply to that partnership.",
    )
    PART_ABOVE_WHOLE = _error(
        "PK009",
        "part larger than the whole",
        "{found} of {whole}: the part is larger than the whole.",
        "Correct the numerator or the denominator of {cell}.",
        "Numerator and denominator count different things, or one of them was mistyped.",
        "The numerator is larger than the denominator.",
    )
    PART_MISSING = _error(
        "PK010",
        "numerator or denominator missing",
        "The {given} is given without its {lacking}.",
        "Write the other one as well, or the finished figure in the indicator's own column.",
        "Only one of the two parts of a rate or share was filled in.",
        "The numerator is given without its denominator, or the other way round.",
    )
    DENOMINATOR_NOT_POSITIVE = _error(
        "PK011",
        "denominator not above zero",
        "The denominator is {found}; it has to be above zero.",
        "Correct the denominator of {cell}.",
        "The count of the whole was left at zero.",
    )
    PARTS_DISAGREE = _warning(
        "PK012",
        "value and its parts disagree",
        "The value is {found}, but its parts give {expected}. The value was used.",
        "Correct {cell} or its parts.",
        "The parts were updated and the value was not, or they speak of different periods.",
    )
    BAD_GRADE = _warning(
        "PK013",
        "evidence grade not understood",
        "{found} is not a grade: a letter A to F and a digit 1 to 6, such as B2. Taken as ungraded.",
        "Write the grade of the source and of the information, such as B2.",
        "Only one half of the grade was given, or another scale was used.",
    )
    TOO_FEW_ITEMS = _warning(
        "PK014",
        "checklist with too few answers",
        "{found} of {whole} items that apply are answered; two thirds are needed. Taken as missing.",
        "Answer more items with yes, partial, no or not applicable.",
        "Items were left blank because nobody knew; a blank does not count as no.",
    )
    BAD_ITEM_ANSWER = _error(
        "PK015",
        "checklist answer not understood",
        "The answer is {found}; expected yes, partial, no, not applicable, or blank for unknown.",
        "Correct {cell}.",
        "A remark was typed where the answer belongs.",
    )
    CHOICES_DISAGREE = _warning(
        "PK189",
        "list of choices and their columns disagree",
        "The cell lists {found}, but the columns of these items say otherwise: {expected}. The columns were used.",
        "Make the list in {cell} and the columns of its items agree.",
        "A survey export gives such answers twice, and only one of the two was edited.",
    )
    UNKNOWN_ITEM = _warning(
        "PK016",
        "unknown checklist item",
        "The column names the item {found}, which the checklist does not have.{suggestion}",
        "Rename the column; the items are {expected}.",
        "The item's id was mistyped, or belongs to another version of the rubric.",
    )
    BEYOND_KNOTS = _note(
        "PK017",
        "value beyond the scale's ends",
        "{count:value lies|values lie} beyond the last knot, the first is {found} (knots {expected}). What lies there "
        "scores as the last knot does.",
        "Check that the values are right; nothing else needs doing.",
        "The scale ends where the rubric sees no further difference.",
    )
    OBSERVED_TOO_LATE = _error(
        "PK018",
        "observed after its period",
        "The value was observed on {found}, more than {expected} after the period ended.",
        "Correct the date, or give the value to the period it was observed in.",
        "The date was mistyped, or the row belongs to a later period.",
    )
    BAD_DATE = _warning(
        "PK019",
        "date not understood",
        "The date {found} is not understood; expected a date cell or a form such as 2025-06-30. It was not used.",
        "Write the date as year-month-day in {cell}.",
        "The cell holds a remark, a part of a date or no day of the calendar, or day and month can be read two ways.",
    )
    SHARES_AMONG_PERCENT = _warning(
        "PK020",
        "column that may hold shares",
        "{count:value lies|values lie} between 0 and 1, all there are, where 0 to 100 is expected. Used as typed.",
        "If they are shares, write 46 for 46 %, or give the cells a % format.",
        "Shares (0.46) were typed where percentages (46) are expected.",
    )
    NOT_A_STEP = _error(
        "PK031",
        "value between the steps",
        "{found} is no step of the scale; expected {expected}.",
        "Correct {cell}, or change the steps of the scale in the rubric.",
        "A typing slip, or an average of several ratings on a scale that has whole steps only.",
    )
    NUMBER_NOTATION = _note(
        "PK032",
        "number in another notation",
        "{count:number is|numbers are} written with a decimal comma, with spaces or with a % sign; the first, {found}, was read "
        "as {expected}.",
        "Nothing needs doing if they were read as they are meant.",
        "Offices and programs write numbers in different ways.",
    )
    PERCENT_FORMAT = _note(
        "PK033",
        "cell with a % format",
        "{count:cell has|cells have} a % format; the first, stored as {found}, was read as {expected}.",
        "Nothing needs doing; the cell shows what was read.",
        "Spreadsheet programs store 46 % as 0.46.",
    )
    HUNDREDTH_OF_NEIGHBOURS = _warning(
        "PK021",
        "value that may be a share",
        "{found} is about a hundredth of the other values in its column. It was used as typed.",
        "If it is a share, write {expected} in {cell}.",
        "One cell was typed as a share among percentages.",
    )
    PERCENT_OF_NO_PERCENT = _warning(
        "PK022",
        "percent sign on another unit",
        "The cell is written as a percentage ({found}), but the unit is {expected}. The stored number was used.",
        "Remove the % from {cell}, or check the column.",
        "The format of a neighbouring column was copied.",
    )
    INEQUALITY = _error(
        "PK023",
        "bound in place of a number",
        "The cell holds {found}, a bound and no number.",
        "Write the number in {cell}; if only the bound is known, clear the cell and keep the bound in a note.",
        "Laboratories and confidential tables write < or > where the number is small or large.",
    )
    ESTIMATE = _error(
        "PK024",
        "about sign before a number",
        "The cell holds {found}, an estimate by its own words.",
        "Write the number alone in {cell}, and give the value a weak grade such as D4.",
        "Somebody did not know the number.",
    )
    RANGE = _error(
        "PK025",
        "range or fraction in place of a number",
        "The cell holds {found}, {kind}.",
        "Write one number in {cell}.{suggestion}",
        "Two sources differ, or the number is an estimate.",
    )
    NUMBER_WITH_UNIT = _error(
        "PK026",
        "number with words",
        "The cell holds {found}, a number with words or a sign; a number alone was expected.",
        "Write the number alone in {cell}; the unit is that of the indicator.",
        "A unit or a remark was typed beside the number.",
    )
    AMBIGUOUS_NUMBER = _error(
        "PK027",
        "number that can be read two ways",
        "The cell holds {found}; its separators can mean thousands or decimals.",
        "Write the number in {cell} without separators for thousands, or say --locale en or --locale fr.",
        "12,500 is twelve thousand five hundred in some countries and twelve and a half in others.",
    )
    RATING_WORD = _note(
        "PK028",
        "word for a rating",
        "{count:cell holds|cells hold} {found}, read as the rating {expected}.",
        "Check that the words stand for these ratings; to be rid of the note, write the numbers.",
        "Survey tools export the label of an answer instead of its number.",
    )
    AMBIGUOUS_DATE = _error(
        "PK029",
        "date that can be read two ways",
        "{found} can be read with the day or the month first. It was not used.",
        "Write the date as year-month-day in {cell}, or say --locale en-GB, en-US or another.",
        "Countries write day and month in different orders.",
    )
    UNIT_DIFFERS = _error(
        "PK030",
        "value in another unit",
        "The unit given is {found}; the indicator is counted in {expected}. The value was not used.",
        "Convert the value, and write {expected} as its unit.",
        "Values from several sources were put into one column.",
    )
    EXCLUDED_BY_GRADE = _note(
        "PK034",
        "value set aside for its grade",
        "The value {found} has a grade with E or 5: listed, and not used in any score.",
        "If the evidence is better than that, correct the grade; else find another source.",
        "The source is not reliable, or the information improbable.",
    )
    STATISTIC_DOES_NOT_FIT = _error(
        "PK035",
        "interval that does not hold its value",
        "The interval {found} does not hold the value {expected}. The interval was not used.",
        "Give the lower end in the column lower and the upper end in upper.",
        "The columns were swapped, or the interval belongs to another value.",
    )
    UNKNOWN_WORD = _warning(
        "PK036",
        "word not understood",
        "{found} is no word for the column {column}; expected {expected}. It counts for none of them.",
        "Write one of these words in {cell}, or leave it blank.",
        "Another word was used, such as the name of an office instead of its side.",
    )
    DESIGN_EFFECT_ASSUMED = _note(
        "PK037",
        "design effect not given",
        "Values with a sample size and no design effect: {count}. {expected} was assumed, which doubles their variance.",
        "Give the design effect in the column design_effect; 1 for a simple random sample.",
        "The survey report does not print it, or it was not copied.",
    )
    PARTS_OF_NO_RATE = _error(
        "PK039",
        "counts for what is no rate",
        "A numerator of {found} is given, but the indicator is no rate or share: it is {expected}. It was not used.",
        "Write the value itself in the indicator's own column, and clear {cell}.",
        "The columns of another indicator were copied.",
    )
    UNIT_NOT_KNOWN = _warning(
        "PK038",
        "unit that is not known",
        "The unit given is {found}; the indicator is counted in {expected}. The value was used as it stands.",
        "Check that the unit is the same; then write {expected} as the unit.",
        "The source names its unit in words of its own.",
    )
    JUMP = _warning(
        "PK050",
        "large change between neighbouring periods",
        "From {found} to {expected} in one period, {count} score points.",
        "Confirm the source of {cell}.",
        "A slip, a new definition or source, or a real shock.",
    )
    FROZEN = _warning(
        "PK051",
        "the same value period after period",
        "The same value stands in three periods in a row or more: {expected}.",
        "Check that it was measured anew each time.",
        "An old figure was copied forward.",
    )
    HEAPING = _warning(
        "PK052",
        "rounded values",
        "{found} of the values end in 0 or 5.",
        "Ask how the values were obtained; guesses tend to be round.",
        "The values were estimated rather than counted.",
    )
    ONE_HAND = _warning(
        "PK053",
        "one assessor, one rating",
        "Assessor {found} gave {expected} to all {count} partnerships.",
        "Ask for a dated fact per rating, or for a second assessor.",
        "The ratings were filled in at one go.",
    )
    GRADES_ON_DIAGONAL = _warning(
        "PK054",
        "two grades given as one",
        "{found} of the {count} graded values lie on the diagonal (A1, B2, C3, D4, E5).",
        "Judge the source and the information apart: a reliable source may pass on what nobody confirms.",
        "Whoever graded took the second grade from the first.",
    )
    ZERO_WITHOUT_REPORT = _warning(
        "PK056",
        "zero where nobody reported",
        "{count:zero stands|zeros stand} where the column report_received says that no report came; taken as missing.",
        "If the unit reported and nothing happened, write yes in report_received.",
        "Forms fill in 0 where nothing was entered.",
    )
    NATIONAL_ON_LOCAL = _note(
        "PK055",
        "national figure of a local authority",
        "{count:value stands on a row|values stand on rows} of local authorities; a national figure scores national partnerships only.",
        "Nothing needs doing. If the row is about the country, write national in its column authority_level.",
        "A national figure was copied to the rows of all its districts; it is one number, not many.",
    )
    # --- files, sheets and rows -----------------------------------------------------------------------------
    NO_SUCH_FILE = _error(
        "PK101",
        "no such file",
        "There is no file {found}.{suggestion}",
        "Check the path, and put it in quotes if it holds spaces.",
        "The name was mistyped, or the command was started in another folder.",
    )
    IS_A_FOLDER = _error(
        "PK102",
        "a folder, not a file",
        "{found} is a folder.",
        "Name the workbook itself; several can be given at once.",
        "The path stops at the folder.",
    )
    EMPTY_FILE = _error(
        "PK103",
        "empty file",
        "The file holds nothing (0 bytes).",
        "Export or save it again.",
        "A download or an export was broken off.",
    )
    NOT_A_WORKBOOK = _error(
        "PK104",
        "not a workbook",
        "The name ends in {expected}, but the content is {found}.",
        "Save it as an Excel workbook (.xlsx), or rename it to what it is.",
        "The file was renamed, or a web page was saved under the workbook's name.",
    )
    NAME_SAYS_OTHER = _warning(
        "PK119",
        "name of another format",
        "The name ends in {expected}, but the content is {found}. It was read as what it is.",
        "Give the file the ending .csv, so that other programs read it as well.",
        "A database or survey tool exported text under a workbook's name.",
    )
    DAMAGED = _error(
        "PK105",
        "damaged file",
        "The file cannot be read: {found}.",
        "Open it in a spreadsheet program, save it anew as .xlsx, or fetch it again.",
        "The file was cut short or changed while it was copied.",
    )
    ENCRYPTED = _error(
        "PK106",
        "encrypted workbook",
        "The workbook is protected by a password.",
        "Save a copy without a password (File, Info, Protect Workbook).",
        "The owner set a password for opening the file.",
    )
    FORMAT_NOT_READ = _error(
        "PK107",
        "file format not read",
        "The file is {found}; workbooks are read as .xlsx, .xls, .xlsb or .ods, tables as .csv.",
        "If it is an archive, unpack it and give its files in one call; else open it in a spreadsheet program and save "
        "it as .xlsx.",
        "The file was saved in another program's format.",
    )
    CANNOT_OPEN = _error(
        "PK108",
        "file cannot be opened",
        "The file cannot be opened: {found}.",
        "Close it in other programs, and check that you may read it.",
        "The file is locked, or its permissions do not allow reading.",
    )
    NOT_TEXT = _error(
        "PK109",
        "text in an unknown encoding",
        "Byte {found} is neither UTF-8 nor Windows-1252 text.",
        "Save the file as CSV UTF-8.",
        "The file was saved in the encoding of an older system.",
    )
    LOCK_FILE = _error(
        "PK110",
        "lock file",
        "{found} is the lock file of an open workbook, not the workbook.",
        "Name the file without ~$ in front.",
        "The workbook is open in a spreadsheet program.",
    )
    TOO_LARGE = _error(
        "PK111",
        "larger than allowed",
        "{found}; the limit is {expected}.",
        "Split the file, or delete rows and columns that are not needed.",
        "The used area reaches far beyond the data, or the file holds more than one assessment needs.",
        "What is larger than allowed (the file, a part of it, or a sheet), and the limit.",
    )
    NOT_READ_SAFELY = _error(
        "PK112",
        "file that could not be read safely",
        "The file {found}, so that it could not be read.",
        "Open it in a spreadsheet program and save it as .xlsx.",
        "The file is damaged, or made so that reading it takes far more room or time than its size.",
    )
    FORMAT_SHOWS_LESS = _warning(
        "PK113",
        "format that shows less",
        "The file is {found}. In it an error such as #DIV/0! and a formula without a result look like blanks, "
        "46 % is read as 0.46, and hidden rows and columns are not told from others.",
        "Save it as .xlsx to have errors, % formats and hidden rows seen.",
        "Of .xlsb, and of files that only the second reader can make sense of, values are read without the cells' formats.",
    )
    LEGACY_ENCODING = _warning(
        "PK114",
        "text read as Windows-1252",
        "The file is not UTF-8; it was read as Windows-1252.",
        "Look at the names with accents. If they are wrong, save the file as CSV UTF-8.",
        "Spreadsheet programs save CSV in the encoding of the computer unless told otherwise.",
    )
    DECLARES_ENTITIES = _error(
        "PK116",
        "file that declares entities",
        "Its part {found} declares a document type or entities, which workbooks do not. It was not read.",
        "Ask who sent it. If they meant no harm, open it in a spreadsheet program and save it anew as .xlsx.",
        "Such declarations are used to make a small file unfold to an enormous one, or to read other files.",
    )
    DOUBLE_PART = _error(
        "PK117",
        "two parts of one name",
        "The file holds its part {found} twice. It was not read.",
        "Open it in a spreadsheet program and save it anew as .xlsx.",
        "Programs differ in which of the two they show, so that nobody can say what the workbook holds.",
    )
    SECOND_READER = _warning(
        "PK118",
        "read by the second reader",
        "The usual reader could not make sense of the file; it was read by {found}.",
        "Compare a few values with the workbook. To be rid of the warning, open it and save it anew as .xlsx.",
        "The file was written or changed by a program that takes liberties with the format.",
    )
    TEMPLATE_TOO_WIDE = _error(
        "PK182",
        "template with too many columns",
        "The template of the rubric {found} would have {count} columns; a sheet of more than {expected} is not read.",
        "Leave out words of --with. If there are none, collect the values in a long table: one row for each, in the columns "
        "{keys}, indicator and value.",
        "The rubric asks for very much, and --with adds columns to each indicator.",
    )
    NO_HEADER = _error(
        "PK120",
        "no header row",
        "The sheet has no header: {found}.",
        "Put the column names in one row: {expected}, then one column per indicator.",
        "The header row is missing, or the sheet holds something else.",
    )
    NO_KNOWN_COLUMN = _error(
        "PK121",
        "no column of an indicator",
        "No column holds an indicator of the rubric {expected}; found {found}.{suggestion}",
        "Name the columns as 'pkassess rubric show {expected}' prints them, or choose another rubric with -r.",
        "The workbook belongs to another rubric, or its columns have names of their own.",
    )
    KEY_COLUMN_MISSING = _error(
        "PK122",
        "key column missing",
        "The sheet has indicator columns but no column {expected}.{suggestion}",
        "Add the column, or give the one that holds it this name; without it nobody can say whom a row speaks of.",
        "The column is missing, or has a name that the rubric does not know.",
    )
    NOTHING_TO_SCORE = _error(
        "PK123",
        "nothing to score",
        "{found}",
        "Run 'pkassess validate' on the file to see what was read and which cells were left out.",
        "The file is a template that nobody has filled in, all its values are blank or were rejected, or the options leave "
        "no partnership.",
        "Why nothing can be scored: no data sheet, no row, no usable value, or no partnership that fits the options.",
    )
    UNKNOWN_COLUMN = _warning(
        "PK124",
        "unknown column",
        "The column {found} matches no indicator and was not used.{suggestion}",
        "Rename the column if it is an indicator; else nothing needs doing.",
        "A column of the user's own, or a mistyped name.",
    )
    COLUMN_NOT_USED = _note(
        "PK125",
        "column not used",
        "The column {found} belongs to no indicator and was not used.",
        "Nothing needs doing.",
        "A column of the user's own, such as remarks.",
    )
    OTHER_VALUES_COLUMN = _warning(
        "PK058",
        "column of other values",
        "By its name or title the column {found} holds {expected}, not that of all in the period. It was not used.",
        "Nothing needs doing if that is so; agreed values go into a sheet 'targets'. If it holds the values, give it another name.",
        "Targets, earlier values or some people's values were asked for or written beside the values of the period.",
    )
    OTHER_VALUES_ROW = _warning(
        "PK057",
        "rows of other values",
        "{count:row is|rows are} marked as {found}: {expected}, no observed value. Nothing of it was used.",
        "Nothing needs doing if that is so; agreed values go into a sheet 'targets'. If they are observed, correct the column {column}.",
        "A table of results gives what was planned beside what was reached.",
    )
    OTHER_VALUES_SHEET = _warning(
        "PK183",
        "sheet of targets",
        "By {found}, what the sheet holds is {expected} and no observed value. It was not read as data.",
        "Nothing needs doing if that is so; agreed values go into a sheet 'targets'. If it holds the values,{suggestion}.",
        "Targets are kept in a sheet like that of the results.",
    )
    DOUBLE_COLUMN = _error(
        "PK126",
        "two columns for one name",
        "Columns {found} and {expected} both mean '{column}'. None of them was used.{suggestion}",
        "Keep one of them, and delete or rename the others.",
        "A column was copied, or two columns have names of the same thing.",
    )
    SHEET_NOT_USED = _note(
        "PK127",
        "sheet not used",
        "The sheet was not read as data: {found}.",
        "Nothing needs doing if it is a note, a chart or a code list.",
        "It has no key columns, or sums up other sheets.",
    )
    SIDE_SHEET_UNREAD = _warning(
        "PK186",
        "side sheet that was not read",
        "By its name the sheet holds {found}, but it lacks the columns {expected}. Nothing of it was used.",
        "Name its columns as 'pkassess template' does; if the sheet is something else, give it another name.",
        "The columns have names of their own, or the sheet has no row of names.",
    )
    ABOUT_RUBRIC_UNKNOWN = _error(
        "PK128",
        "unknown rubric named",
        "The file names the rubric {found}, which is not bundled.{suggestion}",
        "Choose the rubric with -r FILE.",
        "Only bundled rubrics can be named in a workbook; a path there is not followed.",
    )
    ABOUT_VERSION = _warning(
        "PK129",
        "another rubric version",
        "The file names version {found} of the rubric; version {expected} was used.",
        "Check that indicators and units have not changed between the versions.",
        "The workbook was filled in for another version.",
    )
    HIDDEN_SHEET = _warning(
        "PK130",
        "hidden sheet with data",
        "The sheet is hidden and holds a data table. It was not used.",
        "Unhide the sheet if its data are meant to be scored, or name it with --sheet.",
        "An old or working copy was hidden instead of deleted.",
    )
    TAG_ROW = _note(
        "PK131",
        "row of hashtags",
        "Row {found} holds hashtags (HXL). It was not read as data.",
        "Nothing needs doing.",
        "Humanitarian data carry tags under the header.",
    )
    TAG_AT_ODDS = _error(
        "PK190",
        "header and hashtag at odds",
        "The header of the column says {found}, the hashtag under it {expected}. The column was not used.",
        "Correct the one that is wrong, or say in a column map what the column is.",
        "Columns were moved or copied, and their hashtags stayed where they were.",
    )
    BAD_ABOUT = _warning(
        "PK115",
        "entry of the sheet about not understood",
        "The sheet about gives {found} as {column}; expected {expected}. It was not used.",
        "Write one of these in {cell}.",
        "Another word was used, or a day where a month is expected.",
    )
    AMBIGUOUS_LAYOUT = _error(
        "PK132",
        "layout that can be read two ways",
        "The sheet can be read as {found}. It was not read.",
        "Say which it is: {expected}.",
        "The header fits more than one arrangement of rows and columns.",
    )
    HIDDEN_ROWS = _warning(
        "PK133",
        "hidden rows with data",
        "{count:hidden row was|hidden rows were} read like the others: {found}.",
        "Unhide them to look, or delete them if they are not meant to be scored.",
        "A filter was left on, or rows were hidden instead of deleted.",
    )
    HIDDEN_COLUMNS = _warning(
        "PK170",
        "hidden columns with data",
        "{count:hidden column was|hidden columns were} read like the others: {found}.",
        "Unhide them to look, or delete them if they are not meant to be scored.",
        "Columns were hidden to make room, or instead of deleting an old version.",
    )
    HIDDEN_SIDE_SHEET = _note(
        "PK171",
        "hidden sheet that was used",
        "The sheet is hidden. It was read all the same, for what it says of the others.",
        "Nothing needs doing; unhide it to see what it says, or delete it.",
        "Templates hide what is filled in already.",
    )
    PERIOD_SPELLING = _note(
        "PK173",
        "period in another form",
        "{count:period is|periods are} written in another form; the first, {found}, was read as {expected}.",
        "Nothing needs doing if they were read as they are meant.",
        "Offices and programs write periods in different ways, and dates stand for months.",
    )
    VALUE_MERGED = _warning(
        "PK178",
        "value in merged cells",
        "The cells {found} are merged. Their value counts for the first of them only; the others are blank.",
        "Undo the merging and write the value into each cell it holds for, or leave the others blank.",
        "Cells were merged for the look of the table.",
    )
    NOT_DECRYPTED = _warning(
        "PK179",
        "submission not decrypted",
        "{count:submission is|submissions are} marked {found}. What stands in such a row is no data and was not read.",
        "Export the form again with its passphrase.",
        "ODK Central lists encrypted submissions whose answers it cannot show.",
    )
    SUBMISSION_REJECTED = _warning(
        "PK185",
        "submission rejected in review",
        "{count:submission is|submissions are} marked {found} in the column {column}. It was not read.",
        "Nothing needs doing if the review holds. If they are to be scored, approve them in KoboToolbox or ODK Central and "
        "export again, or leave the column out by a column map.",
        "Whoever reviewed the submissions found them wrong, doubled or made for practice.",
    )
    DAY_AS_PERIOD = _warning(
        "PK177",
        "day where a period belongs",
        "{count:period is a single day|periods are single days}; the first, {found}, was read as {expected}, the month it lies in.",
        "Write the period as 2025-06, or as 2025-Q2, 2025-H1 or 2025 where a quarter, half or year ends on that day.",
        "A date was asked for, or reports are named by the day on which their period ends.",
    )
    REPEAT_ALONE = _error(
        "PK172",
        "repeats without the rows they belong to",
        "What the repeats belong to, which names the partnership, is not there: {found}. They were not used.",
        "Give the file with the form's own answers in the same call, such as: pkassess score form.csv form-visits.csv. If "
        "the answers of single rows were deleted, delete those rows too.",
        "ODK and KoboToolbox write the repeats of a form into a file or sheet of their own.",
    )
    REPEAT_OF_SEVERAL = _error(
        "PK184",
        "repeats that may belong to several tables",
        "The repeats name their rows by {column}, and such rows are in {expected}; nothing says which are meant. None was used.",
        "Export the form with its technical columns (_uuid, _submission__uuid, _parent_table_name), or score each export by itself.",
        "Each export numbers its rows from 1, and several were given together.",
    )
    MERGED_KEYS = _note(
        "PK134",
        "merged cells filled down",
        "{count:row lies|rows lie} in merged cells of the column {column}; each took the value of its merged cell.",
        "Nothing needs doing.",
        "The name of a partnership was merged over several rows.",
    )
    KEY_FROM_ELSEWHERE = _note(
        "PK135",
        "key taken from outside the table",
        "The table has no column {column}; {found} was taken for all its rows from {expected}.",
        "Check that it holds for every row; else add the column to the table.",
        "The workbook gives it once: in a title, in the sheet about, or as the name of a sheet.",
    )
    NO_SUCH_SHEET = _error(
        "PK136",
        "no such sheet",
        "The workbook has no sheet {found}; it has {expected}.{suggestion}",
        "Give --sheet one of these names, or leave it out.",
        "The name was mistyped, or the option is meant for another workbook.",
    )
    LAYOUT_DOES_NOT_FIT = _error(
        "PK137",
        "chosen layout does not fit",
        "The sheet cannot be read as {found}: {expected}.",
        "Leave --layout and --header-row out, or check them against the sheet.",
        "The options were made for another workbook.",
    )
    FORM_NOT_DATA = _error(
        "PK138",
        "a form, not its data",
        "The workbook holds an XLSForm (sheets survey and choices), not the answers to it.",
        "Export the data from KoboToolbox or ODK, and give that file.",
        "The form's definition was sent in place of the export.",
    )
    REPEATED_HEADER = _note(
        "PK139",
        "header row repeated",
        "Row {found} repeats the column names. It was not read as data.",
        "Nothing needs doing.",
        "Printed tables repeat their header on each page.",
    )
    DUPLICATE_DIFFERS = _error(
        "PK140",
        "the same partnership and period twice",
        "{found} stands in rows {expected} with different values. None of the rows was used.",
        "Delete or correct one of the rows.",
        "A row was copied and changed, or two offices reported the same partnership.",
    )
    DUPLICATE_SAME = _note(
        "PK141",
        "the same row twice",
        "{found} stands in rows {expected}, and the rows agree. What they say was taken together, once.",
        "Make one row of them.",
        "A row was copied, or two people filled in a part of the columns each.",
    )
    KEY_MISSING = _error(
        "PK142",
        "row without a key",
        "The row has values but no {expected}. It was not used.",
        "Write it in {cell}, or delete the row.",
        "A total, a note or a merged cell stands where a partnership's row is expected.",
    )
    BAD_PERIOD = _error(
        "PK143",
        "period not understood",
        "The period {found} is not understood; expected a form such as 2025, 2025-Q2, 2025-H1 or 2025-06.{suggestion}",
        "Correct {cell}.",
        "The period was written in another form, or the cell holds something else.",
    )
    FISCAL_YEAR = _error(
        "PK158",
        "year that runs over two",
        "The period {found} runs over two years, and nobody says in which month it begins.",
        "Give the month in the sheet about (fiscal_year_start: July), or in a column map.",
        "Missions count from July to June, governments from other months.",
    )
    AMBIGUOUS_PERIOD = _error(
        "PK159",
        "period that can be read two ways",
        "The period {found} can be read two ways.{suggestion}",
        "Write the period as 2025-06 in {cell}, a year that runs over two as FY2010/11; or say --locale en-GB, en-US or another.",
        "Countries write day and month in different orders, and 2010-11 may be a month or a year that runs over two.",
    )
    TWO_FILES = _error(
        "PK144",
        "the same partnership and period in two files",
        "{found} stands in {expected}. It was used from neither.",
        "Leave one of the files out, or correct the period in one of them.",
        "Two versions of one workbook were given.",
    )
    UNKNOWN_INDICATOR = _error(
        "PK145",
        "unknown indicator",
        "{count:row names|rows name} the indicator {found}, which the rubric does not have.{suggestion}",
        "Correct the name in {cell}, and in the other rows.",
        "The id was mistyped, or belongs to another rubric.",
    )
    LEVEL_ASSUMED = _warning(
        "PK146",
        "level of authority not given",
        "{count:partnership has|partnerships have} no authority_level, which is taken as national: {found}.",
        "Add a column authority_level with national, adm1 or adm2: figures of the country score national partnerships only.",
        "The sheet has no column authority_level, or its cells are blank.",
    )
    CONTEXT_CONFLICT = _warning(
        "PK147",
        "context that changes within a period",
        "The rows of {found} differ in what they say of the partnership itself ({column}: {expected}). The first was used.",
        "Write the same in all rows of that partnership and period.",
        "Two rows of one partnership and period say different things.",
    )
    BAD_LEVEL = _warning(
        "PK148",
        "level of authority not understood",
        "{found} is not a level of authority; expected national, adm1 or adm2. Taken as national.",
        "Write national, adm1 or adm2 in {cell}.",
        "Another word was used for the level.",
    )
    UNKNOWN_FACT = _warning(
        "PK149",
        "unknown fact",
        "The sheet facts names {found}, which the rubric does not declare.{suggestion}",
        "Correct the name in {cell}; the facts are {expected}.",
        "The id was mistyped, or belongs to another rubric.",
    )
    UNCLEAR_FACT = _warning(
        "PK151",
        "fact that says neither yes nor no",
        "The value of the fact is {found}; expected yes or no. The fact counts as unknown.",
        "Write yes or no in {cell}.",
        "A remark was typed where the answer belongs.",
    )
    FACTS_CONTRADICT = _warning(
        "PK165",
        "facts that contradict each other",
        "{found} say yes and no of the fact {expected} for one partnership and period. It counts as unknown.",
        "Keep the row that is right.",
        "Two offices stated the fact, or an old row was left in.",
    )
    ABOUT_NOBODY = _warning(
        "PK166",
        "row about nobody who has data",
        "The sheet speaks of {found}, for whom there are no data. Its rows were not used.{suggestion}",
        "Write the name as the data have it, or add a row to a sheet aliases.",
        "The name was mistyped, or the data of that partnership are in another file.",
    )
    UNKNOWN_SERIES = _warning(
        "PK160",
        "target or break of an unknown indicator",
        "The sheet names {found}, which is neither an indicator nor a dimension of the rubric.{suggestion} "
        "The row was not used.",
        "Correct the name in {cell}; 'pkassess rubric show' prints all of them.",
        "The id was mistyped, or belongs to another rubric.",
    )
    TARGETS_COPIED = _warning(
        "PK188",
        "targets that are the values",
        "All {count} targets of {column} are what the partnerships reported last; the first is {found}.",
        "Check which of the two was copied from the other.",
        "The column of the targets was pasted into the values, or the values into the targets.",
    )
    DATES_OUT_OF_ORDER = _warning(
        "PK187",
        "dates in an order that cannot be",
        "The {column} is {found}; it has to lie after {expected}. It was not used.",
        "Correct {cell}, or the other date.",
        "A year was mistyped, or two columns were exchanged.",
    )
    BAD_TARGET = _warning(
        "PK161",
        "target not understood",
        "The cell holds {found}; expected {expected}. The row of the target was not used.",
        "Correct {cell}.",
        "The cell is blank, or holds a remark.",
    )
    BAD_PHASE = _warning(
        "PK162",
        "phase not understood",
        "{found} is not a phase; expected pre_mission, deployment, drawdown or post_exit. The phase counts as not known there.",
        "Write one of these words in the column phase.",
        "Another word was used for the phase of the mission.",
    )
    TOTALS_ROW = _note(
        "PK152",
        "row of totals",
        "By its name the row is a total, an average or a target ({found}). It was not read.",
        "Nothing needs doing. If it is a partnership of that name, give it a place code in a column place_code.",
        "Totals, averages and targets stand below the rows they sum up.",
    )
    LABEL_ROW = _note(
        "PK153",
        "row of units or hints",
        "The row under the header says more of its columns, the first is {found}. It was not read as data.",
        "Nothing needs doing.",
        "Units, weights or hints for filling in stand between the header and the data.",
    )
    NEAR_NAMES = _warning(
        "PK154",
        "two spellings that may be one name",
        "{found} is nearly {expected}. They were taken as two partnerships.",
        "If they are one, write the same name, or add a row to a sheet aliases: name {expected}, alias {found}.",
        "A name was mistyped, or written with and without a word such as County.",
    )
    SHEETS_OF_ONE = _warning(
        "PK059",
        "sheets that may be about one partnership",
        "The name of the sheet is {expected} but for {how}. {found} was taken as a partnership of its own.",
        "If both are one, write its name into a column of each sheet, and the period into another where the sheets hold different "
        "ones; delete a copy that is no longer needed. If they are two, nothing needs doing.",
        "A sheet was copied, numbered, or filled in for one period of several, and nothing on it names the partnership.",
    )
    SAME_NAME = _note(
        "PK155",
        "another spelling of a name",
        "{found} was read as '{expected}': {how}.",
        "Nothing needs doing. If they are two, give them different names or place codes.",
        "Offices write one name in several ways.",
    )
    SAME_PLACE_CODE = _warning(
        "PK167",
        "unlike names with one place code",
        "{found} and '{expected}' have the place code {how}, and were taken as one place.",
        "If they are two, give each a code of its own; if nobody knows it, leave the cell blank.",
        "A code was copied down, or stands for a larger area.",
    )
    ROW_TOO_LONG = _error(
        "PK168",
        "row with more cells than the header",
        "The row has {count:more filled cell|more filled cells} than the header has columns. It was not used.",
        'Put values that hold the separator in quotation marks, such as "46,5"; or save with semicolons.',
        "A decimal comma, or a comma in a text, stands unquoted in a file with commas.",
    )
    SECOND_HEADER = _error(
        "PK169",
        "second table under the first",
        "Another header stands here, with {found}. It and the rows below were not used.",
        "Put the second table on a sheet of its own.",
        "Two tables were written below one another.",
    )
    NO_HEADER_OVER_VALUES = _warning(
        "PK174",
        "values under no column name",
        "The column has values, and no name that can be read stands over them. It was not used.",
        "Write a name over the column, as text. In a form, write each answer beside its label, in the column of answers.",
        "The name is missing, or is a date or a number; or an answer of a form stands beside its place.",
    )
    PERIOD_IN_TWO_COLUMNS = _note(
        "PK175",
        "period in two columns",
        "The columns {expected} and {found} were read together as the period.",
        "Nothing needs doing; to be rid of the note, join both in one column period, such as 2025-06 or 2025-Q2.",
        "Forms ask for year and month apart.",
    )
    ALIAS_TWICE = _warning(
        "PK176",
        "alias of two names",
        "The alias {found} stands for {expected} already, and was not taken for another name.",
        "Keep one of the rows.",
        "Two offices listed the same spelling.",
    )
    CONTEXT_DIFFERS = _warning(
        "PK156",
        "partnership described twice",
        "The sheet describes {whom} twice: {column} is {expected} in one row and {found} in another. The first was used.",
        "Correct {cell}, or delete one of the rows.",
        "A row was copied and changed, or two offices described the same partnership.",
    )
    PERSONAL_COLUMN = _warning(
        "PK163",
        "column that looks like personal data",
        "The column {found} looks like {kind}. It was dropped; nothing of it is used or written.",
        "Delete the column from the workbook. If it holds no personal data, allow it: --allow-column {found}.",
        "Survey tools export who answered, who asked, where and with which device.",
    )
    COLUMN_NOT_MET = _warning(
        "PK164",
        "column that no sheet has",
        "{found} names the column '{expected}', which no sheet that was read has.{suggestion}",
        "Write the header as it stands in the sheet, or leave it out.",
        "A header was mistyped, or the workbook has changed since.",
    )
    SEVERAL_RECORDS = _warning(
        "PK150",
        "several records for one value",
        "{count} records of one value differ ({found}), and no source order decides. The median was used.",
        "Name a source_type that the rubric orders, or keep one record.",
        "Two sources reported the same thing.",
    )
    TWO_PLACES = _error(
        "PK180",
        "name of two places without a code",
        "{found} is the name of several places, with the codes {expected}; the row gives no place code. It was not used.",
        "Write the place code of the one that is meant into {cell}.",
        "Codes were added to some rows only.",
    )
    LINES_IN_KEY = _error(
        "PK181",
        "name of several lines",
        "The cell holds {count} lines with separators, where a name or a period stands. The row was not used.",
        "Look for a quotation mark too many in {cell}: all up to the next one became this one cell, the rows below too.",
        "A quotation mark was opened in a text file and closed lines later.",
    )
    # --- rubric files -------------------------------------------------------------------------------------
    RUBRIC_NOT_FOUND = _error(
        "PK200",
        "rubric not found",
        "There is no rubric {found}.{suggestion}",
        "List the bundled rubrics with 'pkassess rubric list', or give the path of a YAML file.",
        "The name was mistyped, or the command was started in another folder.",
    )
    RUBRIC_SYNTAX = _error(
        "PK201",
        "not valid YAML",
        "{found}",
        "Look at the line that is named and the one above it: indent with spaces, put a text with a colon or a # in quotes, and "
        "close every bracket and quote.",
        "A tab in place of spaces, a text with a colon that has no quotes, or a bracket or quote that is never closed.",
        "What the reader of YAML stumbled over; the line and column are given with it.",
    )
    DUPLICATE_KEY = _error(
        "PK202",
        "key given twice",
        "key {found} is given twice; first in {expected}",
        "Delete one of the two.",
        "A block was copied and not renamed.",
    )
    YES_NO_WORD = _error(
        "PK203",
        "bare yes or no",
        "the word {found} can be read as true or false",
        'Write "{found}" in quotes for the word, or true or false for the switch.',
        "Older YAML readers turn no into false, silently.",
    )
    UNKNOWN_FIELD = _error(
        "PK204",
        "unknown key",
        "unknown key {found} in {place}",
        "Delete or rename it.",
        "The key was mistyped, or stands at the wrong depth.",
    )
    MISSING_FIELD = _error(
        "PK205",
        "missing key",
        "{place} lacks the key {found}",
        "Add it.",
        "A required key was left out.",
    )
    WRONG_VALUE = _error(
        "PK206",
        "wrong value",
        "{place}: {found}",
        "Write what is expected there; docs/rubric-language.md lists what each key takes.",
        "The value is of the wrong kind or outside what is allowed, or it does not go with another one.",
        "Which part of the rubric it is, what stands there, and what was expected.",
    )
    BAD_WEIGHTS = _error(
        "PK207",
        "weights that cannot be",
        "{found}",
        "Give each child a weight of 0 or more, such as 0.2, and at least one child of a group a weight above 0.",
        "A weight is negative or no number, or all weights of a group are zero.",
        "Which weight is wrong, or which group has no weight above zero.",
    )
    UNKNOWN_NAME = _error(
        "PK208",
        "unknown name",
        "{place} names {found}, which does not exist",
        "Correct the name.",
        "An indicator, dimension, level or fact was renamed or mistyped.",
    )
    BAD_CONDITION = _error(
        "PK209",
        "condition not understood",
        "{place}: {found}",
        "Conditions read like: sovereignty_tension >= 60 and consent_status >= 4",
        "An operator, a bracket or a name is missing.",
        "Which condition it is, and the place in it that is not understood.",
    )
    DOUBLE_NAME = _error(
        "PK210",
        "name used twice",
        "{found} is the id, label or alias of two things: {expected}",
        "Rename one of them.",
        "Ids, labels and aliases have to be unique, case, accents and signs aside, or a column could mean two things.",
    )
    KNOT_ORDER = _error(
        "PK211",
        "knots out of order",
        "knots of {place} do not run in one direction: {found}",
        "Swap them, or use scale type band for a two-sided curve.",
        "Two knots were swapped.",
    )
    LEVEL_ORDER = _error(
        "PK212",
        "levels out of order",
        "{found}",
        "List the levels from the lowest score to the highest; each has to begin (from) above the one before it.",
        "Two levels were swapped, or two share a bound.",
        "Which level does not begin above the one before it, and where both begin.",
    )
    RUBRIC_IN_WORKBOOK = _error(
        "PK220",
        "rubric in a workbook",
        "{found} is a workbook; a rubric is read from a YAML file.",
        "If it holds a rubric, make a YAML file of it with 'pkassess rubric convert FILE -o rubric.yaml'.",
        "A rubric that was edited in a spreadsheet was not converted back, or a data workbook was given for a rubric.",
    )
    NEWER_LANGUAGE = _error(
        "PK221",
        "rubric for a newer program",
        "the rubric is written in version {found} of the rubric language; this program knows versions up to {expected}",
        "Install a newer pkassess, or ask for the rubric in an older version.",
        "The rubric was made with a later version of the program.",
    )
    NOT_MIGRATED = _error(
        "PK222",
        "rubric that cannot be changed in place",
        "the file is written in a way that cannot be changed without risk; change by hand: {found}",
        "Make these changes in an editor, then run 'pkassess rubric check'.",
        "A value spans several lines, or a list in brackets holds pairs without curly brackets.",
    )
    NO_RUBRIC_SHEET = _error(
        "PK223",
        "no rubric in the workbook",
        "the workbook has no sheet named {found}, so it holds no rubric",
        "Give a workbook that 'pkassess rubric convert' made from a rubric.",
        "A workbook of data was given, or the sheet was renamed.",
    )
    # --- the run ------------------------------------------------------------------------------------------
    WRONG_ENDING = _error(
        "PK347",
        "output of the wrong kind",
        "The output of {found} has to end in {expected}.",
        "Give a name with that ending, such as '-o {example}'.",
        "A rubric file becomes a workbook, and a workbook becomes a rubric file.",
    )
    FILE_IS_THERE = _error(
        "PK348",
        "file that is there already",
        "The file is there already, and what stands in it would be lost.",
        "Give another name after -o, or add --force to replace it.",
        "The command was given a second time, or the name of a file in use.",
    )
    MORE_ALIKE = _note(
        "PK300",
        "more of the same",
        "There are {count} more findings {found} about this column or sheet, which are not listed one by one.",
        "Mend what is listed and run again; the rest shows then.",
        "A whole column is written in a way that is not understood.",
    )
    NOT_TWO_SIDES = _error(
        "PK312",
        "no two sides to compare",
        "{found}",
        "Give two workbooks, or one with --periods 2023,2024 or --rubrics OLD,NEW. Where names differ, write them alike on both "
        "sides, or add a sheet aliases.",
        "One file was given with neither --periods nor --rubrics, both sides are the same, or no partnership has the same name "
        "on both.",
        "Why there are no two sides: one is missing, both are the same, or they have no partnership in common.",
    )
    CANNOT_WRITE = _error(
        "PK304",
        "cannot write",
        "The report cannot be written: {found}.",
        "Check the folder, its permissions and the space left, and close the file in other programs.",
        "The folder does not exist, may not be written to, or is full.",
    )
    WRONG_CHOICE = _error(
        "PK305",
        "wrong choice",
        "{found}",
        "Give what the sentence names; --help after the command lists all its options.",
        "An option or a name was mistyped, stands without the one it belongs to, or does not go with another one.",
        "Which option or file cannot be used in this way, and what can be.",
    )
    BAD_COLUMN_MAP = _error(
        "PK307",
        "column map not understood",
        "The column map cannot be used: {found}; expected {expected}.{suggestion}",
        "Correct that place of the file; docs/workbooks.md shows a column map.",
        "A name was mistyped, or the file is not the YAML that is expected.",
    )
    UNKNOWN_CODE = _error(
        "PK306",
        "unknown code",
        "There is no code {found}.{suggestion}",
        "Give the code that stands beside the finding, such as PK004.",
        "The code was mistyped.",
    )
    CHECK_UNKNOWN = _warning(
        "PK301",
        "check that could not be decided",
        "{found}: the condition {expected} cannot be decided, because a value it needs is unknown.",
        "Read the partnership's line under NOT KNOWN.",
        "The value was not reported, or is not published.",
    )
    SEVERAL_RUBRICS = _error(
        "PK302",
        "files that name different rubrics",
        "The files name different rubrics: {found}.",
        "Choose one for all with -r.",
        "Workbooks of different rubrics cannot be compared.",
    )
    NO_DRAWS = _warning(
        "PK308",
        "no uncertainty run",
        "The data hold too many values for even the smallest uncertainty run; {expected} draws were asked for. "
        "Intervals and rank ranges are empty.",
        "Assess fewer partnerships at a time, for example with --where or --peer-group.",
        "The cost of the run is bounded, so that no file can keep the program busy for hours.",
    )
    UNKNOWN_PARTNERSHIP = _error(
        "PK323",
        "no such partnership",
        "There is no partnership {found}{suggestion}",
        "Give the name as the workbook writes it; case and accents do not matter.",
        "The name was mistyped, or the partnership has no data in that period.",
        "There is no partnership of that name, or it has no data in that period.",
    )
    NO_PAIRS = _note(
        "PK322",
        "too many to compare in pairs",
        "{found} partnerships are ranked together; pairs and bands are told for up to {expected}. Rank ranges are complete.",
        "For pairs choose fewer, for example with --where or --peer-group.",
        "The number of pairs grows with the square of the number of partnerships.",
    )
    FEWER_DRAWS = _warning(
        "PK309",
        "fewer draws than asked for",
        "{found} draws were made instead of {expected}, because the data hold many values.",
        "Assess fewer partnerships at a time if the last digit of an interval matters.",
        "The cost of the uncertainty run is bounded.",
    )
    MISSING_LIBRARY = _warning(
        "PK310",
        "a library is missing",
        "A part of the result needs the Python library {found}, which is not installed. It was left out.",
        'In the folder of the program: .venv/bin/pip install ".[stats]".',
        "Statistics beyond the report itself are an extra, so that the program stays small.",
    )
    NO_TRENDS = _warning(
        "PK320",
        "no trends",
        "The data hold too many values for even the smallest run over all periods; {expected} draws were asked for. "
        "The columns for trends are empty.",
        "Assess fewer partnerships at a time, for example with --where or --peer-group, or start later with --since.",
        "The cost of the run is bounded, so that no file can keep the program busy for hours.",
    )
    DATA_WEIGHTS = _warning(
        "PK330",
        "weights taken from the data",
        "The weights of {place} come from the scores themselves (method {found}): {expected}. "
        "With other partnerships or periods in the data they are others.",
        "Compare with agreed weights before anything is decided; write the weights beside the children to fix them.",
        "The rubric lets the data weigh. Such weights say what differs most, not what matters most.",
    )
    INCONSISTENT_PANEL = _warning(
        "PK331",
        "comparisons that contradict one another",
        "The comparisons of expert {found} for {place} have a consistency ratio of {expected}; up to 0.10 is usual.",
        "Ask the expert to look at the comparisons again. They were used as they are.",
        "A matters more than B and B more than C, yet C was judged to matter more than A.",
    )
    IMPUTED = _warning(
        "PK332",
        "values that nobody reported",
        "{count} missing values of {column} were filled in with the {found} of the partnerships that reported.",
        "Report the values; they are marked 'imputed' in every table and do not count for coverage.",
        "The rubric asks for it with the missing rule 'impute'. It is never done by default.",
    )
    RELATIVE_SCALES = _note(
        "PK333",
        "scores that depend on who is in the data",
        "These scores depend on all {count} rows of the data: {found}. "
        "When a partnership or period is added or left out, all of them may move.",
        "Compare such scores inside one run only; fixed scales, such as goalposts, do not move.",
        "The rubric asks for relative scales, treatment of outlying values, or nodes by topsis or copeland.",
    )
    RELATIVE_PERIODS = _error(
        "PK334",
        "dependent scores over several periods",
        "The score of {column} depends on all partnerships of one period; the data hold {found}.",
        "Give the data of one period, or write 'periods: pool' in the rubric (in the scale, treatment or node), so "
        "that all periods are taken together.",
        "Against each period's own extremes a series would say nothing about change, so it is not done unasked.",
    )
    RELATIVE_UNDEFINED = _error(
        "PK335",
        "relative scale that these values do not have",
        "The relative scale of {column} (method {expected}) cannot be computed: {found}.",
        "Choose another method in the rubric, such as min_max or zscore, or correct the values.",
        "Shares of a maximum, sum or vector are meant for values of 0 or more.",
    )
    BROUGHT_IN = _note(
        "PK336",
        "outlying value brought in",
        "The value {found} of {column} for {place} counts as {expected}, the next one: the column is skewed.",
        "Check the value. It is printed as it was reported; the score is that of the value it counts as.",
        "The rubric asks for the treatment of outlying values.",
    )
    LOGARITHM_TAKEN = _note(
        "PK337",
        "logarithm of a skewed column",
        "The {count} values of {column} are scored by the logarithm of {expected}.",
        "Nothing needs doing; look at the largest values once more.",
        "Bringing in outlying values was not enough, and the rubric then asks for the logarithm.",
    )
    STILL_SKEWED = _warning(
        "PK338",
        "column that stays skewed",
        "The values of {column} are skewed ({found}) and were left as they are.",
        "Look at the largest and smallest values, or allow more of them to be brought in, or the logarithm.",
        "More values lie far out than the rubric allows to be brought in, and the logarithm did not help.",
    )
    NOT_DEFINED = _warning(
        "PK339",
        "score that does not exist",
        "{place} has no score in {count} of {expected}: `aggregate: {found}` is not defined for the scores that it is made of.",
        "Give the node a floor, hold its scales inside the range with `clip: true`, or choose another aggregation.",
        "A scale without clip gave a score below 0 or above the range, or the second part of a ratio is 0.",
    )
    # --- a rubric held against data ----------------------------------------------------------------------
    NEVER_OBSERVED = _warning(
        "PK340",
        "indicator never observed",
        "{subject} was observed in none of the {count} partnership-periods to which it applies.",
        "Collect it, or take it out of the rubric: its weight is handed to the other indicators everywhere.",
        "Nobody reports it, or its column has a name that the rubric does not know.",
    )
    CONSTANT_INDICATOR = _warning(
        "PK341",
        "indicator that is always the same",
        "All {count} values of {subject} have the score {found}. It tells no partnership-period from another.",
        "Set knots or goalposts where the values differ, or ask a finer question; else leave it out.",
        "The values do not differ, or they all lie beyond an end of the scale.",
    )
    HELD_AT_END = _warning(
        "PK342",
        "values held at an end of the scale",
        "{found} % of the {count} values of {subject} lie at or beyond {expected}, where they are not told apart.",
        "Move that end of the scale in a new version of the rubric, unless nothing beyond it can be or matters.",
        "The end was set before there were data, for other places, or the value itself cannot go further.",
    )
    DOUBLE_COUNTING = _warning(
        "PK343",
        "indicators that may count the same thing twice",
        "{subject} and {other} go together: rank correlation {found} over {count} partnership-periods.{suggestion}",
        "Give both one family and less weight together, or keep the one that is easier to observe.",
        "Both measure the same thing, or one is a cause of the other. Rank correlations above 0.9 are listed.",
    )
    CONFLICTING_INDICATORS = _warning(
        "PK344",
        "indicators that work against each other",
        "{subject} and {other} go opposite ways: rank correlation {found} over {count} partnership-periods.",
        "Check that more is better in the same direction for both, and that both belong to the same dimension.",
        "A scale runs the wrong way, or the two belong to different dimensions. Rank correlations below -0.3 are "
        "listed.",
    )
    PULL_NOT_WEIGHT = _warning(
        "PK345",
        "weight and pull far apart",
        "{subject} weighs {expected} % of {place}; {found} % of the differences between the scores of {place} come with "
        "it.",
        "Ask whether the weight says what was meant. Weights are judgements: do not set them to the pull.",
        "Its scores differ much more or much less than others', or it goes with or against them. Listed from twice "
        "or half the weight on, and 5 percentage points.",
    )
    HEAVY_FAMILY = _warning(
        "PK346",
        "dimension that rests on one family",
        "Family {subject} carries more than 40 % of the observed weight of {place} in {found} of {count} "
        "partnership-periods; {expected} % by the rubric.",
        "Lower its weights, or see that the others are observed.",
        "Its indicators measure nearly the same thing, so the dimension says little else.",
    )

    @property
    def id(self) -> str:
        """The stable code users script against, such as ``PK002``."""
        return self.value.code

    @property
    def severity(self) -> Severity:
        """How much a finding of this kind matters."""
        return self.value.severity


def code_of(text: str) -> Code | None:
    """The code with the given id (``PK002``, in any case), or None."""
    return next((code for code in Code if code.id == text.strip().upper()), None)
