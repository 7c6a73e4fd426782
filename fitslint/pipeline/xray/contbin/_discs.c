/* Accumulative smoothing: the first radius at which a disc around a pixel is significant enough,
   what smoothing.py finds radius by radius. Sums over discs only grow where no value is negative,
   so the sums at both ends of a range of radii bound what lies between, and most of it is never
   looked at. Every sum is made of running sums along the rows, two for each row of a disc. */
#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000
#include <Python.h>
#include <math.h>
#include <stdlib.h>
enum { PIXELS, COUNTS, BACKGROUND, SCALED, RATIOS, VARIANCE, KINDS = 8 };
/* Sums of usual values, and behind them those of huge ones, which are added at the end. */
typedef struct { double of[2 * KINDS]; } Sums;
typedef struct {
    const double *running; /* rows of one place more than there are columns, a number a plane */
    const char *kinds;     /* what each plane is added to */
    int64_t planes, rows, columns, row, column, largest;
    double enough;
    int has_background, has_variance, grows;
} Field;
static void add_row(const Field *f, Sums *s, int64_t row, int64_t half) {
    if (row < 0 || row >= f->rows) return;
    int64_t start = f->column - half, stop = f->column + half + 1;
    if (start < 0) start = 0;
    if (stop > f->columns) stop = f->columns;
    const double *line = f->running + row * (f->columns + 1) * f->planes;
    const double *first = line + start * f->planes, *behind = line + stop * f->planes;
    for (int64_t plane = 0; plane < f->planes; plane++)
        s->of[(int)f->kinds[plane]] += behind[plane] - first[plane];
}
static Sums measure(const Field *f, int64_t radius) {
    Sums s = {{0}};
    int64_t half = radius, beyond = (radius + 1) * (radius + 1);
    add_row(f, &s, f->row, half);
    for (int64_t step = 1; step <= radius; step++) {
        while (half * half + step * step >= beyond) half--;
        add_row(f, &s, f->row - step, half);
        add_row(f, &s, f->row + step, half);
    }
    for (int kind = 0; kind < KINDS; kind++) s.of[kind] += s.of[kind + KINDS];
    return s;
}
static double estimate_variance(double counts) {
    double root = 1.0 + sqrt(counts + 0.75);
    return root * root;
}
/* Signal to noise, squared, of sums; signal and number of pixels may be those of other ones. */
static double divide(const Field *f, double signal, const Sums *s, double pixels) {
    double noise = s->of[VARIANCE];
    if (!f->has_variance) {
        noise = estimate_variance(s->of[COUNTS]);
        if (f->has_background)
            noise += s->of[RATIOS] / pixels * estimate_variance(s->of[BACKGROUND]);
    }
    return signal * signal / noise;
}
static int is_enough(const Field *f, const Sums *s) {
    return !(divide(f, s->of[COUNTS] - s->of[SCALED], s, s->of[PIXELS]) < f->enough);
}
/* Whether a radius between two may be enough, by the sums of the least and of the largest, which
   grow from one to the other but for their last digits. */
static int may_be_enough(const Field *f, const Sums *least, const Sums *most) {
    double below = f->enough * (1 - 1e-9);
    if (!f->has_background && !f->has_variance)
        return !(divide(f, most->of[COUNTS], most, most->of[PIXELS]) < below);
    return !(divide(f, fmax(most->of[COUNTS], most->of[SCALED]), least, most->of[PIXELS]) < below);
}
/* The first radius above `low`, up to `high`, that is enough, and its sums; -1 where none is. */
static int64_t search(const Field *f, int64_t low, const Sums *least, int64_t high, Sums *most) {
    if (high - low > 1 && !may_be_enough(f, least, most)) return -1;
    if (high - low == 1) return is_enough(f, most) ? high : -1;
    int64_t middle = low + (high - low) / 2;
    Sums halfway = measure(f, middle), found = halfway;
    int64_t radius = search(f, low, least, middle, &found);
    if (radius < 0) return search(f, middle, &halfway, high, most);
    *most = found;
    return radius;
}
/* The radius of the neighbour is near that of a pixel: ranges begin there, and double from it. */
static int64_t find_radius(const Field *f, int64_t near, Sums *found) {
    int64_t low = -1, step = 1;
    Sums least = {{0}};
    while (low < f->largest) {
        int64_t high = f->grows ? (low < near - 2 ? near - 2 : low + step) : low + 1;
        if (high > f->largest) high = f->largest;
        *found = measure(f, high);
        Sums most = *found;
        int64_t radius = search(f, low, &least, high, found);
        if (radius >= 0) return radius;
        *found = least = most;
        if (high > near) step *= 2;
        low = high;
    }
    return f->largest;
}
static PyObject *smooth(PyObject *self, PyObject *args) {
    Py_buffer in[4] = {{0}}; /* running sums, kinds, pixels as rows and columns, what is found */
    PyObject *progress, *answer = NULL;
    Field f = {0};
    double sn;
    if (!PyArg_ParseTuple(args, "y*y*y*w*LLdpO", in, in + 1, in + 2, in + 3, &f.rows, &f.columns,
                          &sn, &f.grows, &progress)) return NULL;
    f.running = in[0].buf, f.kinds = in[1].buf, f.planes = in[1].len, f.enough = sn * sn;
    f.largest = (int64_t)hypot((double)f.rows, (double)f.columns);
    for (int64_t plane = 0; plane < f.planes; plane++) {
        f.has_background |= f.kinds[plane] == BACKGROUND;
        f.has_variance |= f.kinds[plane] == VARIANCE;
    }
    const int64_t *places = in[2].buf, total = in[2].len / 16;
    float *found = in[3].buf;
    int64_t near = 0, told = -1, at = 0;
    for (; at < total; at++) {
        Sums s;
        f.row = places[2 * at], f.column = places[2 * at + 1];
        near = find_radius(&f, near, &s);
        found[at] = (float)((s.of[COUNTS] - s.of[SCALED]) / s.of[PIXELS]);
        if (f.row == told && at + 1 < total) continue;
        told = f.row;
        if (progress != Py_None) {
            answer = PyObject_CallFunction(progress, "LL", (long long)at + 1, (long long)total);
            Py_XDECREF(answer);
            if (!answer) break;
        }
        if (PyErr_CheckSignals()) break;
    }
    for (int one = 0; one < 4; one++) PyBuffer_Release(in + one);
    if (at < total) return NULL;
    Py_RETURN_NONE;
}
static PyMethodDef methods[] = {{"smooth", smooth, METH_VARARGS, NULL}, {0}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_discs", NULL, -1, methods};
PyMODINIT_FUNC PyInit__discs(void) { return PyModule_Create(&module); }
