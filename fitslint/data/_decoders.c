/* Walking through packed tiles: what rice.py and hcompress.py do, step by step. Nothing is read or
   written beyond what was handed in, whatever the tile holds. */
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
static int64_t walk_differences(Bits *bits, int64_t pixels, int64_t block, int size) {
    int head = size == 1 ? 3 : size == 2 ? 4 : 5, plain = size == 1 ? 6 : size == 2 ? 14 : 25;
    bits->at = 8 * size;
    for (int64_t first = 0; first < pixels; first += block) {
        int64_t count = pixels - first < block ? pixels - first : block;
        int low = take(bits, head) - 1;
        if (bits->is_early) return EARLY;
        if (low > plain) return IMPOSSIBLE;
        if (low == plain) bits->at += 8 * size * count;
        else if (low >= 0) for (; count; count--) {
            int64_t one = find_one(bits, bits->at);
            if (one < 0) return EARLY;
            bits->at = one + 1 + low;
        }
        if (bits->at > bits->end) return EARLY;
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
static void spread(const uint8_t *codes, int64_t rows, int64_t columns, uint8_t *cells,
                   int64_t stride) {
    int64_t half = (columns + 1) / 2;
    for (int64_t r = 0; r < rows; r++) for (int64_t c = 0; c < columns; c++)
        cells[r * stride + c] |= codes[r / 2 * half + c / 2] >> (3 - 2 * (r & 1) - (c & 1)) & 1;
}
static void read_tree(Bits *bits, int64_t rows, int64_t columns, uint8_t *codes, uint8_t *cells) {
    int64_t most = rows > columns ? rows : columns, step = 1;
    while (2 * step < most) step *= 2;
    codes[0] = take_code(bits);
    for (; step > 1; step /= 2) { /* from the roughest level to cells of 2 x 2 */
        int64_t high = (rows + step - 1) / step, wide = (columns + step - 1) / step;
        memset(cells, 0, high * wide);
        spread(codes, high, wide, cells, wide);
        for (int64_t i = high * wide; i-- && !bits->is_early;)
            codes[i] = cells[i] ? take_code(bits) : 0;
    }
}
static int64_t walk_quadrant(Bits *bits, int64_t rows, int64_t columns, int planes, uint8_t *set,
                             int64_t stride, uint8_t *codes, uint8_t *cells) {
    int64_t count = ((rows + 1) / 2) * ((columns + 1) / 2);
    for (; planes > 0; planes--) {
        int kind = take(bits, 4);
        if (kind == 0)
            for (int64_t i = 0; i < count && !bits->is_early; i++) codes[i] = take(bits, 4);
        else if (kind == 15) read_tree(bits, rows, columns, codes, cells);
        else return IMPOSSIBLE;
        if (bits->is_early) return EARLY;
        spread(codes, rows, columns, set, stride);
    }
    return 0;
}
static int64_t walk_transform(Bits *bits, int64_t rows, int64_t columns, const uint8_t *planes) {
    int64_t top = (rows + 1) / 2, left = (columns + 1) / 2, area = rows * columns, fault, ones = 0;
    uint8_t *set = calloc(3 * area, 1), *codes = set + area, *cells = codes + area;
    if (!set) return NO_MEMORY;
    fault = walk_quadrant(bits, top, left, planes[0], set, columns, codes, cells);
    if (!fault) fault = walk_quadrant(bits, top, columns / 2, planes[1], set + left, columns, codes,
                                      cells);
    if (!fault) fault = walk_quadrant(bits, rows / 2, left, planes[1], set + columns * top, columns,
                                      codes, cells);
    if (!fault) fault = walk_quadrant(bits, rows / 2, columns / 2, planes[2],
                                      set + columns * top + left, columns, codes, cells);
    if (!fault && take(bits, 4)) fault = IMPOSSIBLE;
    if (!fault && bits->is_early) fault = EARLY;
    for (int64_t i = 0; i < area; i++) ones += set[i];
    free(set);
    if (fault) return fault;
    int64_t used = ((bits->at + 7) >> 3) + ((ones + 7) >> 3);
    return used > bits->end >> 3 ? EARLY : used;
}
static PyObject *walk_rice(PyObject *self, PyObject *args) {
    Bits bits = {0};
    Py_ssize_t size;
    long long pixels, block;
    int width;
    if (!PyArg_ParseTuple(args, "y#LLi", &bits.data, &size, &pixels, &block, &width)) return NULL;
    bits.end = 8 * (int64_t)size;
    return PyLong_FromLongLong(walk_differences(&bits, pixels, block, width));
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
static PyMethodDef methods[] = {{"walk_rice", walk_rice, METH_VARARGS, NULL},
    {"walk_hcompress", walk_hcompress, METH_VARARGS, NULL}, {NULL, NULL, 0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_decoders", NULL, -1, methods};
PyMODINIT_FUNC PyInit__decoders(void) { return PyModule_Create(&module); }
