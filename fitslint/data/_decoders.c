/* Walking through packed tiles: what rice.py and hcompress.py do, step by step; and quick looks at
   columns for scans.py. Nothing is read or written beyond what was handed in, whatever it holds. */
#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000
#include <Python.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
enum { EARLY = -1, IMPOSSIBLE = -2, NO_MEMORY = -3 };
typedef struct { const uint8_t *data; int64_t at, end; int is_early; } Bits; /* in bits */
static int take(Bits *bits, int count) { /* at most 8; zeros behind the end */
    int64_t at = bits->at, byte = at >> 3;
    if (at + count > bits->end) { bits->is_early = 1; return 0; }
    unsigned two = bits->data[byte] << 8 | (byte + 1 < bits->end >> 3 ? bits->data[byte + 1] : 0);
    bits->at = at + count;
    return two >> (16 - (at & 7) - count) & ((1u << count) - 1);
}
static int64_t find_one(const Bits *bits, int64_t at) {
    if (at >= bits->end) return EARLY;
    unsigned byte = bits->data[at >> 3] & 0xFFu >> (at & 7);
    while (!byte) {
        at = (at | 7) + 1;
        if (at >= bits->end) return EARLY;
        byte = bits->data[at >> 3];
    }
    for (at &= ~(int64_t)7; !(byte & 0x80); byte <<= 1) at++;
    return at;
}
static uint32_t take_many(Bits *bits, int count) { /* at most 32 */
    uint32_t value = 0;
    if (!count) return 0;
    for (; count > 8; count -= 8) value = value << 8 | (uint32_t)take(bits, 8);
    return value << count | (uint32_t)take(bits, count);
}
static void put_value(uint8_t *out, uint32_t value, int size) {
    for (int i = size; i--; value >>= 8) out[i] = value & 0xFF;
}
/* The bytes that the pixels take; where `out` is not NULL, the pixels go there, highest byte
   first. */
static int64_t walk_differences(Bits *bits, int64_t pixels, int64_t block, int size, uint8_t *out) {
    int head = size == 1 ? 3 : size == 2 ? 4 : 5, plain = size == 1 ? 6 : size == 2 ? 14 : 25;
    uint32_t last = out ? take_many(bits, 8 * size) : 0;
    bits->at = 8 * size;
    for (int64_t first = 0; first < pixels; first += block) {
        int64_t count = pixels - first < block ? pixels - first : block;
        int low = take(bits, head) - 1;
        if (bits->is_early) return EARLY;
        if (low > plain) return IMPOSSIBLE;
        if (low == plain && !out) { bits->at += 8 * size * count; count = 0; }
        if (low < 0 && !out) count = 0;
        for (; count; count--) {
            uint32_t step = 0;
            if (low == plain) step = take_many(bits, 8 * size);
            else if (low >= 0) {
                int64_t one = find_one(bits, bits->at);
                if (one < 0) return EARLY;
                step = (uint32_t)(one - bits->at) << low;
                bits->at = one + 1;
                if (out) step |= take_many(bits, low); else bits->at += low;
            }
            if (!out) continue;
            last += step & 1 ? ~(step >> 1) : step >> 1;
            put_value(out, last, size);
            out += size;
        }
        if (bits->is_early || bits->at > bits->end) return EARLY;
    }
    return (bits->at + 7) >> 3;
}
static int take_code(Bits *bits) {
    static const uint8_t FOUR[] = {3, 5, 10, 12, 15}, FIVE[] = {6, 7, 9, 11, 13};
    int code = take(bits, 3);
    if (code < 4) return 1 << code;
    code = code << 1 | take(bits, 1);
    if (code < 13) return FOUR[code - 8];
    code = code << 1 | take(bits, 1);
    if (code < 31) return FIVE[code - 26];
    return take(bits, 1) ? 14 : 0;
}
typedef struct { int32_t row, column, code; } Cell;
typedef struct { uint8_t *set; int64_t rows, columns, stride, ones; } Quadrant;
static void mark(Quadrant *all, int64_t row, int64_t column, int code) { /* four coefficients */
    for (int i = 0; i < 4; i++) {
        int64_t r = 2 * row + i / 2, c = 2 * column + i % 2;
        if (!(code >> (3 - i) & 1) || r >= all->rows || c >= all->columns) continue;
        uint8_t *one = all->set + r * all->stride + c;
        all->ones += !*one;
        *one = 1;
    }
}
/* The cells below some, row by row as those are; the work is that of the cells that hold anything,
   however large the quadrant is. */
static int64_t list_below(const Cell *cells, int64_t count, int64_t high, int64_t wide,
                          Cell *below) {
    int64_t found = 0;
    for (int64_t first = 0, behind; first < count; first = behind) {
        for (behind = first; behind < count && cells[behind].row == cells[first].row;) behind++;
        for (int i = 0; i < 4; i += 2) for (int64_t at = first; at < behind; at++)
            for (int j = i; j < i + 2; j++) {
                int32_t r = 2 * cells[at].row + i / 2, c = 2 * cells[at].column + j % 2;
                if (cells[at].code >> (3 - j) & 1 && r < high && c < wide)
                    below[found++] = (Cell){r, c, 0};
            }
    }
    return found;
}
static void read_tree(Bits *bits, Quadrant *all, Cell *cells, Cell *below) {
    int64_t most = all->rows > all->columns ? all->rows : all->columns, step = 1, count = 1;
    while (2 * step < most) step *= 2;
    cells[0] = (Cell){0, 0, take_code(bits)};
    for (; step > 1 && !bits->is_early; step /= 2) { /* the roughest level to cells of 2 x 2 */
        int64_t high = (all->rows + step - 1) / step, wide = (all->columns + step - 1) / step;
        count = list_below(cells, count, high, wide, below);
        for (int64_t i = count; i-- && !bits->is_early;) below[i].code = take_code(bits);
        Cell *other = cells;
        cells = below;
        below = other;
    }
    for (int64_t i = 0; i < count && !bits->is_early; i++)
        mark(all, cells[i].row, cells[i].column, cells[i].code);
}
static int64_t walk_quadrant(Bits *bits, Quadrant *all, int planes, Cell *cells, Cell *below) {
    for (; planes > 0; planes--) {
        int kind = take(bits, 4);
        if (kind == 0) {
            for (int64_t r = 0; r < (all->rows + 1) / 2; r++)
                for (int64_t c = 0; c < (all->columns + 1) / 2 && !bits->is_early; c++)
                    mark(all, r, c, take(bits, 4));
        } else if (kind == 15) read_tree(bits, all, cells, below);
        else return IMPOSSIBLE;
        if (bits->is_early) return EARLY;
    }
    return 0;
}
static int64_t walk_transform(Bits *bits, int64_t rows, int64_t columns, const uint8_t *planes) {
    int64_t top = (rows + 1) / 2, left = (columns + 1) / 2, fault = 0, ones = 0;
    /* A code has 3 bits or more, and stands for at most four cells; these are not more than those
       of a quadrant. */
    int64_t most = ((top + 1) / 2) * ((left + 1) / 2), held = bits->end / 3 * 4 + 8;
    if (held < most) most = held;
    uint8_t *set = calloc(rows * columns, 1);
    Cell *cells = malloc(2 * most * sizeof(Cell));
    for (int i = 0; i < 4 && set && cells && !fault; i++) {
        Quadrant one = {set + (i / 2 ? top * columns : 0) + (i % 2 ? left : 0),
                        i / 2 ? rows / 2 : top, i % 2 ? columns / 2 : left, columns, 0};
        fault = walk_quadrant(bits, &one, planes[i - i / 2], cells, cells + most);
        ones += one.ones;
    }
    if (!set || !cells) fault = NO_MEMORY;
    free(set);
    free(cells);
    if (!fault && take(bits, 4)) fault = IMPOSSIBLE;
    if (!fault && bits->is_early) fault = EARLY;
    if (fault) return fault;
    int64_t used = ((bits->at + 7) >> 3) + ((ones + 7) >> 3);
    return used > bits->end >> 3 ? EARLY : used;
}
static PyObject *read_rice(PyObject *self, PyObject *args) {
    Bits bits = {0};
    Py_ssize_t size;
    long long pixels, block;
    int width, keeps;
    if (!PyArg_ParseTuple(args, "y#LLip", &bits.data, &size, &pixels, &block, &width, &keeps))
        return NULL;
    bits.end = 8 * (int64_t)size;
    PyObject *values = keeps ? PyBytes_FromStringAndSize(NULL, pixels * width) : NULL;
    if (keeps && !values) return NULL;
    uint8_t *out = keeps ? (uint8_t *)PyBytes_AsString(values) : NULL;
    int64_t used = walk_differences(&bits, pixels, block, width, out);
    if (keeps && used >= 0) return Py_BuildValue("LN", (long long)used, values);
    Py_XDECREF(values);
    return Py_BuildValue("Ly", (long long)used, "");
}
static PyObject *walk_hcompress(PyObject *self, PyObject *args) {
    Bits bits = {0};
    Py_ssize_t size, three;
    long long rows, columns;
    const uint8_t *planes;
    if (!PyArg_ParseTuple(args, "y#LLy#", &bits.data, &size, &rows, &columns, &planes, &three))
        return NULL;
    bits.end = 8 * (int64_t)size;
    if (three != 3) return PyLong_FromLong(IMPOSSIBLE);
    int64_t used = walk_transform(&bits, rows, columns, planes);
    return used == NO_MEMORY ? PyErr_NoMemory() : PyLong_FromLongLong(used);
}
enum { LOGICAL, TEXT, BITS };
/* Whether eight bytes are printable: below the blank and from DEL on the highest bit comes up. */
static int is_printable(uint64_t word) {
    const uint64_t ones = 0x0101010101010101u;
    return !((word | (word - 0x20 * ones) | (word + ones)) & 0x80 * ones);
}
static int is_text(const uint8_t *at, const uint8_t *end) { /* printable, and zeros behind it */
    uint64_t word;
    for (; end - at >= 8; at += 8) {
        memcpy(&word, at, 8);
        if (!is_printable(word)) break;
    }
    while (at < end && *at >= 0x20 && *at <= 0x7E) at++;
    for (; end - at >= 8; at += 8) {
        memcpy(&word, at, 8);
        if (word) return 0;
    }
    while (at < end && !*at) at++;
    return at == end;
}
static PyObject *is_sound(PyObject *self, PyObject *args) {
    const uint8_t *data;
    Py_ssize_t length, width, start, stop, size;
    int kind;
    if (!PyArg_ParseTuple(args, "iy#nnnn", &kind, &data, &length, &width, &start, &stop, &size))
        return NULL;
    if (start < 0 || start >= stop || stop > width || size < 1) Py_RETURN_FALSE;
    unsigned odd = 0;
    for (const uint8_t *row = data + start; length >= width; row += width, length -= width) {
        if (kind == BITS) odd |= row[stop - start - 1] & (unsigned)size;
        else if (kind == LOGICAL)
            for (Py_ssize_t i = 0; i < stop - start; i++)
                odd |= row[i] != 'T' && row[i] != 'F' && row[i];
        else for (Py_ssize_t i = 0; i < stop - start; i += size) {
            Py_ssize_t end = i + size < stop - start ? i + size : stop - start;
            odd |= !is_text(row + i, row + end);
        }
    }
    return PyBool_FromLong(!odd);
}
static uint64_t get_word(const uint8_t *at, int size) {
    uint64_t word = 0;
    for (int i = 0; i < size; i++) word = word << 8 | at[i];
    return word;
}
/* The number in a cell as an integer, or as a real; whether the code is one of numbers. */
static int measure_cell(int code) {
    return code == 'B' ? 1 : code == 'I' ? 2 : code == 'J' || code == 'E' ? 4
        : code == 'K' || code == 'D' ? 8 : 0;
}
static int64_t read_integer(const uint8_t *at, int code) {
    return code == 'B' ? at[0] : code == 'I' ? (int16_t)get_word(at, 2)
        : code == 'J' ? (int32_t)get_word(at, 4) : (int64_t)get_word(at, 8);
}
static double read_real(const uint8_t *at, int code) {
    uint64_t word = get_word(at, code == 'E' ? 4 : 8);
    uint32_t half = (uint32_t)word;
    float single;
    double number;
    memcpy(&single, &half, 4);
    memcpy(&number, &word, 8);
    return code == 'E' ? single : number;
}
static PyObject *find_extent(PyObject *self, PyObject *args) {
    const uint8_t *data;
    Py_ssize_t length, width, start, stop;
    int code, has_null;
    long long null;
    if (!PyArg_ParseTuple(args, "y#nnnCpL", &data, &length, &width, &start, &stop, &code, &has_null,
                          &null)) return NULL;
    int size = measure_cell(code), is_real = code == 'E' || code == 'D';
    if (!size || width < 1 || start < 0 || stop > width || (stop - start) % size) Py_RETURN_NONE;
    int64_t low = INT64_MAX, high = INT64_MIN;
    double least = 0, most = 0;
    long long defined = 0, undefined = 0;
    for (const uint8_t *row = data + start; length >= width; row += width, length -= width)
        for (const uint8_t *at = row; at < row + (stop - start); at += size) {
            if (is_real) {
                double number = read_real(at, code);
                if (number - number != 0) { undefined++; continue; } /* NaN, infinite */
                if (!defined || number < least) least = number;
                if (!defined || number > most) most = number;
            } else {
                int64_t number = read_integer(at, code);
                if (has_null && number == null) { undefined++; continue; }
                if (number < low) low = number;
                if (number > high) high = number;
            }
            defined++;
        }
    if (is_real) return Py_BuildValue("ddLL", least, most, defined, undefined);
    return Py_BuildValue("LLLL", (long long)low, (long long)high, defined, undefined);
}
static PyObject *find_last(PyObject *self, PyObject *args) {
    const uint8_t *data;
    Py_ssize_t length, width, start, stop;
    int code;
    PyObject *before;
    if (!PyArg_ParseTuple(args, "y#nnnCO", &data, &length, &width, &start, &stop, &code,
                          &before))
        return NULL;
    int size = measure_cell(code), is_new = before == Py_None;
    if ((code != 'E' && code != 'D') || start < 0 || stop > width || start + size > stop)
        Py_RETURN_NONE;
    double last = is_new ? 0 : PyFloat_AsDouble(before);
    if (last == -1.0 && PyErr_Occurred()) return NULL;
    for (const uint8_t *row = data + start; length >= width; row += width, length -= width) {
        double number = read_real(row, code);
        if (!(is_new || number >= last) || number != number) Py_RETURN_NONE;
        last = number;
        is_new = 0;
    }
    if (is_new) Py_RETURN_NONE;
    return PyFloat_FromDouble(last);
}
static PyMethodDef methods[] = {{"is_sound", is_sound, METH_VARARGS, NULL},
    {"find_extent", find_extent, METH_VARARGS, NULL}, {"find_last", find_last, METH_VARARGS, NULL},
    {"read_rice", read_rice, METH_VARARGS, NULL},
    {"walk_hcompress", walk_hcompress, METH_VARARGS, NULL}, {NULL, NULL, 0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_decoders", NULL, -1, methods};
PyMODINIT_FUNC PyInit__decoders(void) { return PyModule_Create(&module); }
