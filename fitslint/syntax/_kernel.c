/* Which cards of a header have a shape that is known to be clean; fitslint/syntax/kernel.py tells
   the same in Python. No grammar and no rule is in here: what the table holds, Python taught it. */
#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000
#include <Python.h>
#include <stdint.h>
#include <string.h>
enum { CARD = 80, NAME = 8, REST = CARD - NAME, WORDS = REST / 8, BITS = 14, SLOTS = 1 << BITS };
static const uint32_t TEXT = 1u << 31, PROSE = 1u << 30, SUM = 1u << 29; /* flags, as in kernel.py */
typedef struct { uint64_t rest[WORDS]; uint32_t owner; uint8_t first, last; } Slot;
static Slot table[SLOTS]; /* an owner is a keyword in a kind of HDU; 0 is nobody */
static int is_letter(uint8_t c) { return (uint8_t)((c | 32) - 'a') < 26; }
static int is_digit(uint8_t c) { return (uint8_t)(c - '0') < 10; }
static uint8_t fold(uint8_t c) {
    uint8_t upper = (uint8_t)(c - 'A') < 26 && (uint8_t)(c - 'D') > 2 && c != 'T' ? 'A' : c;
    return is_digit(c) ? '0' : (uint8_t)(c - 'a') < 26 ? 'a' : upper;
}
static void make_key(const uint8_t *card, uint32_t owner, uint64_t words[WORDS]) {
    const uint8_t *text = card + NAME;
    uint8_t *key = (uint8_t *)words, strange = text[REST - 1] ^ ' ';
    int i;
    if (owner & PROSE) { /* plain text is one shape, whatever it says */
        for (i = 0; i < REST; i++)
            strange |= (uint8_t)(text[i] - 32) > 94 || text[i] == '=' || text[i] == '\'';
        if (!strange) {
            memset(key, 'a', REST - 1);
            key[REST - 1] = ' ';
            return;
        }
    }
    for (i = 0; i < REST; i++) key[i] = fold(text[i]);
    if (owner & SUM && !memcmp(text, "= '", 3) && text[19] == '\'') { /* it never repeats */
        for (i = 3; i < 19 && (is_digit(text[i]) || is_letter(text[i])); i++) {}
        if (i == 19) memset(key + 3, 'A', 16);
    }
}
static int is_held(const Slot *slot, const uint64_t *key, uint32_t owner) {
    return owner && slot->owner == owner && !memcmp(slot->rest, key, REST);
}
static Slot *find(const uint64_t *key, uint32_t owner) {
    static const uint64_t odd[WORDS] = {0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB,
        0xD6E8FEB86659FD93, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xFF51AFD7ED558CCD,
        0xC4CEB9FE1A85EC53, 0x2545F4914F6CDD1D};
    uint64_t hash = owner * 0xA24BAED4963EE407;
    for (int i = 0; i < WORDS; i++) hash += (key[i] ^ key[i] >> 32) * odd[i];
    Slot *slot = table + (hash >> (64 - BITS)), *other = table + ((hash >> (64 - BITS)) ^ 1);
    if (is_held(slot, key, owner)) return slot;
    return is_held(other, key, owner) || (slot->owner && !other->owner) ? other : slot;
}
static int append(PyObject *list, PyObject *item) {
    int failed = item ? PyList_Append(list, item) : -1;
    Py_XDECREF(item);
    return failed;
}
static PyObject *look_up(PyObject *self, PyObject *args) {
    const char *raw, *owners;
    Py_ssize_t size, room;
    if (!PyArg_ParseTuple(args, "y#y#", &raw, &size, &owners, &room)) return NULL;
    if (size % CARD || room != size / CARD * 4) return PyErr_SetNone(PyExc_ValueError), NULL;
    PyObject *unknown = PyList_New(0), *texts = PyList_New(0);
    int failed = !unknown || !texts;
    for (Py_ssize_t at = 0; !failed && at < room / 4; at++, raw += CARD) {
        uint64_t key[WORDS];
        uint32_t flags, owner;
        memcpy(&flags, owners + 4 * at, 4);
        owner = flags & ~TEXT;
        make_key((const uint8_t *)raw, owner, key);
        Slot *slot = find(key, owner);
        int known = is_held(slot, key, owner);
        if (!known) failed = append(unknown, PyLong_FromSsize_t(at));
        if (flags & TEXT && !failed)
            failed = append(texts, known ? PyBytes_FromStringAndSize(raw + slot->first,
                slot->last - slot->first) : Py_NewRef(Py_None));
    }
    PyObject *answer = failed ? NULL : PyTuple_Pack(2, unknown, texts);
    Py_XDECREF(unknown);
    Py_XDECREF(texts);
    return answer;
}
static PyObject *teach(PyObject *self, PyObject *args) {
    Slot fresh = {{0}, 0, 0, 0};
    const char *card;
    Py_ssize_t size;
    if (!PyArg_ParseTuple(args, "y#Ibb", &card, &size, &fresh.owner, &fresh.first, &fresh.last))
        return NULL;
    if (size != CARD || !fresh.owner || fresh.first > fresh.last || fresh.last > CARD)
        return PyErr_SetNone(PyExc_ValueError), NULL;
    fresh.owner &= ~TEXT;
    make_key((const uint8_t *)card, fresh.owner, fresh.rest);
    *find(fresh.rest, fresh.owner) = fresh;
    return Py_NewRef(Py_None);
}
static PyObject *add_words(PyObject *self, PyObject *args) {
    const uint8_t *data;
    Py_ssize_t size, at = 0;
    uint64_t total = 0;
    if (!PyArg_ParseTuple(args, "y#", &data, &size)) return NULL;
    for (; at < size; at++) total += (uint64_t)data[at] << (24 - 8 * (at & 3));
    return PyLong_FromUnsignedLongLong(total % 0xFFFFFFFF);
}
static PyMethodDef methods[] = {{"look_up", look_up, METH_VARARGS, NULL},
    {"teach", teach, METH_VARARGS, NULL}, {"add_words", add_words, METH_VARARGS, NULL}, {0}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_kernel", NULL, -1, methods};
PyMODINIT_FUNC PyInit__kernel(void) { return PyModule_Create(&module); }
