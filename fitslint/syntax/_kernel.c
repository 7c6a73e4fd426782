/* Which cards of a header have a shape that is known to be clean; fitslint/syntax/kernel.py tells
   the flags. No grammar and no rule is in here: what the table holds, Python taught it. */
#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000
#include <Python.h>
#include <string.h>
enum { CARD = 80, NAME = 8, WORDS = CARD / 8, BITS = 14 };
static const uint32_t TEXT = 1u << 31, PROSE = 1u << 30, SUM = 1u << 29;
typedef struct { uint64_t key[WORDS]; uint8_t first, last; } Slot;
static Slot table[1 << BITS]; /* a key is the owner, 0 being nobody, and columns 9-80 folded */
/* Whether a byte is among so many from the first on; compilers make this two steps on vectors. */
#define IS_IN(c, first, many) ((int8_t)((c) - (first) - 128) < (many) - 128)
static void make_key(const uint8_t *card, uint32_t owner, uint64_t words[WORDS]) {
    uint8_t *key = (uint8_t *)words, strange = card[CARD - 1] ^ ' ';
    int i;
    for (i = 0; i < CARD; i++) {
        uint8_t c = card[i], digit = -IS_IN(c, '0', 10), lower = -IS_IN(c, 'a', 26);
        uint8_t upper = -IS_IN(c, 'A', 26) & ~-IS_IN(c, 'D', 3) & ~-(c == 'T');
        key[i] = c ^ ((digit & (c ^ '0')) | (lower & (c ^ 'a')) | (upper & (c ^ 'A')));
    }
    if (owner & PROSE) { /* plain text is one shape, whatever it says */
        for (i = NAME; i < CARD; i++)
            strange |= !IS_IN(card[i], ' ', 95) | (card[i] == '=') | (card[i] == '\'');
        if (!strange) memset(key + NAME, 'a', CARD - NAME - 1);
    }
    if (owner & SUM && !memcmp(card + NAME, "= '", 3) && card[27] == '\'') { /* it never repeats */
        for (i = 11; i < 27 && (IS_IN(card[i], '0', 10) || IS_IN(card[i] | 32, 'a', 26)); i++) {}
        if (i == 27) memset(key + 11, 'A', 16);
    }
    words[0] = owner & ~TEXT;
}
static int is_held(const Slot *slot, const uint64_t *key) {
    return key[0] && !memcmp(slot->key, key, CARD);
}
static Slot *find(const uint64_t *key, int *known) {
    uint64_t hash = 0, factor = 1;
    for (int i = 0; i < WORDS; i++) hash += key[i] * (factor *= 0x9E3779B97F4A7C15);
    Slot *slot = table + (hash >> (64 - BITS)), *other = table + ((hash >> (64 - BITS)) ^ 1);
    if ((*known = is_held(slot, key))) return slot;
    return (*known = is_held(other, key)) || (slot->key[0] && !other->key[0]) ? other : slot;
}
static int append(PyObject *list, PyObject *item) {
    int failed = item ? PyList_Append(list, item) : -1;
    return Py_XDECREF(item), failed;
}
static PyObject *look_up(PyObject *self, PyObject *args) {
    const char *raw, *owners;
    Py_ssize_t size, room;
    if (!PyArg_ParseTuple(args, "y#y#", &raw, &size, &owners, &room)) return NULL;
    if (size % CARD || room != size / CARD * 4) return PyErr_SetNone(PyExc_ValueError), NULL;
    PyObject *unknown = PyList_New(0), *texts = PyList_New(0), *answer = NULL;
    int failed = !unknown || !texts, known;
    uint64_t key[WORDS];
    uint32_t owner;
    for (Py_ssize_t at = 0; !failed && at < room / 4; at++, raw += CARD) {
        memcpy(&owner, owners + 4 * at, 4);
        make_key((const uint8_t *)raw, owner, key);
        const Slot *slot = find(key, &known);
        if (!known) failed = append(unknown, PyLong_FromSsize_t(at));
        if (owner & TEXT && !failed)
            failed = append(texts, !known ? Py_NewRef(Py_None)
                : PyBytes_FromStringAndSize(raw + slot->first, slot->last - slot->first));
    }
    if (!failed) answer = PyTuple_Pack(2, unknown, texts);
    Py_XDECREF(unknown);
    return Py_XDECREF(texts), answer;
}
static PyObject *teach(PyObject *self, PyObject *args) {
    Slot fresh = {{0}, 0, 0};
    const uint8_t *card;
    Py_ssize_t size;
    uint32_t owner; int known;
    if (!PyArg_ParseTuple(args, "y#Ibb", &card, &size, &owner, &fresh.first, &fresh.last) ||
        size != CARD || !(owner & ~TEXT) || fresh.first > fresh.last || fresh.last > CARD)
        return PyErr_Occurred() ? NULL : (PyErr_SetNone(PyExc_ValueError), NULL);
    make_key(card, owner, fresh.key);
    *find(fresh.key, &known) = fresh;
    return Py_NewRef(Py_None);
}
static PyObject *add_words(PyObject *self, PyObject *args) {
    const uint8_t *data;
    Py_ssize_t size, at = 0;
    if (!PyArg_ParseTuple(args, "y#", &data, &size)) return NULL;
    uint64_t total = 0;
    while (size - at >= 16) { /* sixteen bytes at once, each in 16 bits: 256 of them fit */
        uint16_t lanes[16] = {0};
        for (Py_ssize_t left = (size - at) / 16, n = left < 256 ? left : 256; n; n--, at += 16)
            for (int i = 0; i < 16; i++) lanes[i] += data[at + i];
        for (int i = 0; i < 16; i++) total += (uint64_t)lanes[i] << (24 - 8 * (i & 3));
    }
    for (; at < size; at++) total += (uint64_t)data[at] << (24 - 8 * (at & 3));
    return PyLong_FromUnsignedLongLong(total % 0xFFFFFFFF);
}
/* Whether two headers have the same first eight columns, card by card. */
static PyObject *has_same_names(PyObject *self, PyObject *args) {
    const char *one, *other;
    Py_ssize_t size, room;
    if (!PyArg_ParseTuple(args, "y#y#", &one, &size, &other, &room)) return NULL;
    int same = size == room && size % CARD == 0;
    for (Py_ssize_t at = 0; same && at < size; at += CARD)
        same = !memcmp(one + at, other + at, NAME);
    return PyBool_FromLong(same);
}
static PyMethodDef methods[] = {{"look_up", look_up, METH_VARARGS, NULL},
    {"teach", teach, METH_VARARGS, NULL}, {"add_words", add_words, METH_VARARGS, NULL},
    {"has_same_names", has_same_names, METH_VARARGS, NULL}, {0}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_kernel", NULL, -1, methods};
PyMODINIT_FUNC PyInit__kernel(void) { return PyModule_Create(&module); }
