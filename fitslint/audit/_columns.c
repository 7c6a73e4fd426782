/* Headers of one layout, held against the first of them and read column by column; what they say
   is what header_block.py says card by card. No grammar is in here: what is not plain is odd. */
#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000
#include <Python.h>
#include <string.h>
enum { CARD = 80, WORDS = CARD / 8, VALUE = 10, NUMBER_MAX = 20 };
enum { EXACT_DIGITS = 15, EXACT_TEN = 22 };
enum { ODD, TEXT, REAL, INTEGER };
/* SplitMix64 (Steele, Lea & Flood 2014) with the place as multiplier. */
static uint64_t mix(uint64_t word, uint64_t place) {
    word = (word ^ word >> 30) * (place * 0x9E3779B97F4A7C15 | 1);
    word = (word ^ word >> 27) * 0xBF58476D1CE4E5B9;
    return word ^ word >> 31;
}
/* The header at a place of a list; NULL and an exception where it has another size. */
static const char *get_header(PyObject *headers, Py_ssize_t at, Py_ssize_t *size) {
    char *raw;
    Py_ssize_t found;
    PyObject *item = PyList_GetItem(headers, at);
    if (!item || PyBytes_AsStringAndSize(item, &raw, &found)) return NULL;
    if (*size < 0) *size = found;
    if (found == *size && found % CARD == 0) return raw;
    return PyErr_SetString(PyExc_ValueError, "headers of one size are wanted"), NULL;
}
/* The cards that are the same in all headers, a byte for each, and 64 bits of every header. */
static PyObject *compare_headers(PyObject *self, PyObject *headers) {
    Py_ssize_t size = -1, count = PyList_Size(headers);
    const char *first = get_header(headers, 0, &size), *raw;
    if (!first) return NULL;
    PyObject *same = PyByteArray_FromStringAndSize(NULL, size / CARD);
    PyObject *hashes = PyByteArray_FromStringAndSize(NULL, 8 * count), *answer = NULL;
    if (!same || !hashes) goto end;
    char *constant = PyByteArray_AsString(same), *marks = PyByteArray_AsString(hashes);
    memset(constant, 1, size / CARD);
    uint64_t base = size / CARD, one, other;
    for (Py_ssize_t at = 0; at < size / 8; at++)
        memcpy(&one, first + 8 * at, 8), base += mix(one, at + 1);
    for (Py_ssize_t row = 0; row < count; row++) {
        if (!(raw = get_header(headers, row, &size))) goto end;
        uint64_t mark = base;
        for (Py_ssize_t card = 0; card < size / CARD; card++) {
            if (!memcmp(raw + card * CARD, first + card * CARD, CARD)) continue;
            constant[card] = 0;
            for (Py_ssize_t at = card * WORDS; at < (card + 1) * WORDS; at++) {
                memcpy(&one, first + 8 * at, 8), memcpy(&other, raw + 8 * at, 8);
                if (one != other) mark += mix(other, at + 1) - mix(one, at + 1);
            }
        }
        memcpy(marks + 8 * row, &mark, 8);
    }
    answer = PyTuple_Pack(2, same, hashes);
end:
    Py_XDECREF(same);
    return Py_XDECREF(hashes), answer;
}
static int is_text(const char *field, int width) {
    int quotes = 0, last = 0;
    for (int i = 0; i < width; i++) {
        if (field[i] < ' ' || field[i] > '~' || field[i] == '/') return 0;
        if (field[i] != ' ') last = i;
        quotes += field[i] == '\'';
    }
    return quotes == 2 && last && field[0] == '\'' && field[last] == '\'';
}
static int is_digit(char c) { return c >= '0' && c <= '9'; }
/* What number stands in a field of blanks around one: [+-]d+, or with a point and an exponent. */
static int read_number(const char *field, int width, double *value) {
    char text[NUMBER_MAX + 1] = {0};
    int at = 0, end = width, digits = 0, point = -1, size, ten = 0;
    uint64_t whole = 0;
    while (at < end && field[at] == ' ') at++;
    while (end > at && field[end - 1] == ' ') end--;
    if ((size = end - at) > NUMBER_MAX) return ODD;
    memcpy(text, field + at, size);
    const char *c = text + (*text == '+' || *text == '-');
    for (; is_digit(*c) || (*c == '.' && point < 0); c++) {
        if (*c == '.') point = digits;
        else whole = whole * 10 + (*c - '0'), digits++;
    }
    if (!digits) return ODD;
    if ((*c == 'E' || *c == 'D') && point >= 0) {
        text[c - text] = 'E';
        const char *sign = ++c;
        if (*c == '+' || *c == '-') c++;
        const char *power = c;
        for (; is_digit(*c); c++) if (ten < 10000) ten = ten * 10 + (*c - '0');
        if (c == power) return ODD;
        if (*sign == '-') ten = -ten;
    }
    if (c != text + size) return ODD;
    if (point >= 0) ten -= digits - point;
    if (digits <= EXACT_DIGITS && ten >= -EXACT_TEN && ten <= EXACT_TEN) {
        double power = 1; /* both are exact, so that one rounding is left */
        for (int i = ten < 0 ? -ten : ten; i; i--) power *= 10;
        *value = ten < 0 ? whole / power : whole * power;
        if (*text == '-' && (whole || point >= 0)) *value = -*value;
    } else {
        *value = PyOS_string_to_double(text, NULL, NULL);
        if (PyErr_Occurred()) return PyErr_Clear(), ODD;
        if (*value == Py_HUGE_VAL || *value == -Py_HUGE_VAL) return ODD;
    }
    return point < 0 ? INTEGER : REAL;
}
/* What stands in some cards of all headers, and its numbers; both by card and header. The cards are
   told by three numbers of 32 bits: position, column behind the field, whether text is wanted. */
static PyObject *read_columns(PyObject *self, PyObject *args) {
    PyObject *headers, *kinds = NULL, *numbers = NULL, *answer = NULL;
    const char *wanted, *first, *raw;
    Py_ssize_t room, size = -1;
    if (!PyArg_ParseTuple(args, "Oy#", &headers, &wanted, &room)) return NULL;
    Py_ssize_t count = PyList_Size(headers), columns = room / 12;
    if (!(first = get_header(headers, 0, &size))) return NULL;
    kinds = PyByteArray_FromStringAndSize(NULL, columns * count);
    numbers = PyByteArray_FromStringAndSize(NULL, 8 * columns * count);
    if (!kinds || !numbers) goto end;
    char *kind = PyByteArray_AsString(kinds), *number = PyByteArray_AsString(numbers);
    for (Py_ssize_t row = 0; row < count; row++) {
        if (!(raw = get_header(headers, row, &size))) goto end;
        for (Py_ssize_t column = 0; column < columns; column++) {
            int32_t told[3];
            memcpy(told, wanted + 12 * column, 12);
            if (told[0] < 0 || told[0] >= size / CARD || told[1] < VALUE || told[1] > CARD) {
                PyErr_SetString(PyExc_ValueError, "there is no such field");
                goto end;
            }
            const char *card = raw + (Py_ssize_t)told[0] * CARD, *usual = first + (card - raw);
            int width = told[1] - VALUE, is_odd = memcmp(card, usual, VALUE) ||
                memcmp(card + told[1], usual + told[1], CARD - told[1]);
            double value = Py_HUGE_VAL - Py_HUGE_VAL;
            kind[column * count + row] = is_odd ? ODD
                : told[2] ? (is_text(card + VALUE, width) ? TEXT : ODD)
                : read_number(card + VALUE, width, &value);
            memcpy(number + 8 * (column * count + row), &value, 8);
        }
    }
    answer = PyTuple_Pack(2, kinds, numbers);
end:
    Py_XDECREF(kinds);
    return Py_XDECREF(numbers), answer;
}
static PyMethodDef methods[] = {{"compare_headers", compare_headers, METH_O, NULL},
    {"read_columns", read_columns, METH_VARARGS, NULL}, {0}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_columns", NULL, -1, methods};
PyMODINIT_FUNC PyInit__columns(void) { return PyModule_Create(&module); }
