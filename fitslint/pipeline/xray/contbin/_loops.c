/* Growth and scrubbing of bins: what growth.py and scrubbing.py do, step by step and in the same
   order, so that every sum has the same last digit. loops.py hands in lists with a frame around. */
#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000
#include <Python.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
enum { FREE = -1, OUTSIDE = -2, SIDES = 4, NONE = -1, SUMS = 3 };
typedef struct { double key, delta; int64_t order; int32_t pixel, neighbour; } Pair;
typedef struct { Pair *data; int64_t size, room; } Heap; /* the smallest key first, then order */
typedef struct {
    double counts, background, scaled, ratios, variance, x, y, weight;
    int64_t pixels;
    int32_t head, tail; /* of its pixels in the order in which they came */
} Bin;
typedef struct {
    const double *counts, *smoothed, *background, *ratio, *variance;
    const int64_t *areas;
    int64_t rings, size;
    int32_t *owner, *next, *place, *waiting, step[SIDES];
    int width, broken;
    double reach, enough;
    Bin *bins;
    int64_t room;
    int32_t many;
    Heap ready, every, slept;
} Field;
static int is_before(const Pair *a, const Pair *b) {
    return a->key < b->key || (a->key == b->key && a->order < b->order);
}
static int reserve(Field *f, void **data, int64_t size, int64_t *room, size_t each) {
    if (size < *room) return 1;
    int64_t wanted = *room ? 2 * *room : 1024;
    void *grown = realloc(*data, wanted * each);
    if (!grown) return f->broken = 1, 0;
    *data = grown, *room = wanted;
    return 1;
}
static void push(Field *f, Heap *h, Pair pair) {
    if (!reserve(f, (void **)&h->data, h->size, &h->room, sizeof pair)) return;
    int64_t at = h->size++;
    for (; at && is_before(&pair, h->data + (at - 1) / 2); at = (at - 1) / 2)
        h->data[at] = h->data[(at - 1) / 2];
    h->data[at] = pair;
}
static Pair pop(Heap *h) {
    Pair first = h->data[0], last = h->data[--h->size];
    int64_t at = 0, below;
    while ((below = 2 * at + 1) < h->size) {
        if (below + 1 < h->size && is_before(h->data + below + 1, h->data + below)) below++;
        if (!is_before(h->data + below, &last)) break;
        h->data[at] = h->data[below], at = below;
    }
    h->data[at] = last;
    return first;
}
static double estimate_variance(double counts) {
    double root = counts + 0.75 >= 0 ? 1.0 + sqrt(counts + 0.75) : NAN;
    return root * root;
}
static double measure_sn_squared(const Field *f, const Bin *b) {
    double signal = b->counts - b->scaled, noise = b->variance;
    if (!f->variance) {
        noise = estimate_variance(b->counts);
        if (f->background)
            noise += (b->pixels ? b->ratios / b->pixels : NAN) * estimate_variance(b->background);
    }
    return noise < 1e-7 ? 1e-7 : signal * signal / noise;
}
static void link_pixel(Field *f, Bin *b, int32_t pixel) {
    f->next[pixel] = NONE;
    if (b->tail == NONE) b->head = pixel;
    else f->next[b->tail] = pixel;
    b->tail = pixel;
}
static void count_pixel(Field *f, Bin *b, int32_t p, int sign) {
    b->pixels += sign, b->counts += sign * f->counts[p];
    if (f->background) {
        double scaled = f->background[p] * f->ratio[p];
        b->background += sign * f->background[p], b->scaled += sign * scaled;
        b->ratios += sign * (f->ratio[p] * f->ratio[p]);
    }
    if (f->variance) b->variance += sign * f->variance[p];
}
static void add_pixel(Field *f, int32_t number, int32_t p) {
    Bin *b = f->bins + number;
    double signal = f->counts[p] - (f->background ? f->background[p] * f->ratio[p] : 0.0);
    link_pixel(f, b, p);
    f->owner[p] = number;
    count_pixel(f, b, p, 1);
    if (signal < 1e-7) signal = 1e-7;
    b->x += (p % f->width - 1) * signal, b->y += (p / f->width - 1) * signal, b->weight += signal;
}
static double find_radius(const Field *f, const Bin *b) {
    int64_t low = 0, high = f->rings;
    while (low < high) {
        int64_t middle = (low + high) / 2;
        if (b->pixels < f->areas[middle]) high = middle;
        else low = middle + 1;
    }
    return (double)(low + 1);
}
static double measure_square(const Field *f, const Bin *b, int32_t p) {
    double dx = b->x / b->weight - (p % f->width - 1), dy = b->y / b->weight - (p / f->width - 1);
    return dx * dx + dy * dy;
}
static int may_reach(const Field *f, const Bin *b, int32_t p) {
    double radius = find_radius(f, b);
    return f->reach < 0 || measure_square(f, b, p) / (radius * radius) < f->reach * f->reach;
}
static int32_t pop_rim(Field *f, Bin *b, double *travel, double centre[2]) {
    Pair found;
    if (f->reach < 0) return f->ready.size ? pop(&f->ready).pixel : NONE;
    double x = b->x / b->weight, y = b->y / b->weight, radius = find_radius(f, b);
    double limit = f->reach * radius;
    *travel += hypot(x - centre[0], y - centre[1]), centre[0] = x, centre[1] = y;
    double due = (*travel + limit) * (1 + 1e-9) + 1e-9;
    while (f->slept.size && f->slept.data[0].key <= due) {
        found = pop(&f->slept), found.key = found.delta;
        push(f, &f->ready, found);
    }
    while (f->ready.size) {
        found = pop(&f->ready);
        double square = measure_square(f, b, found.pixel);
        if (square / (radius * radius) < f->reach * f->reach) return found.pixel;
        found.delta = found.key, found.key = *travel + fmax(sqrt(square), limit);
        push(f, &f->slept, found);
    }
    return NONE;
}
static void grow_bin(Field *f, int32_t seed) {
    if (!reserve(f, (void **)&f->bins, f->many, &f->room, sizeof(Bin))) return;
    int32_t number = f->many++, pixel = seed;
    Bin *b = f->bins + number;
    double aim = f->smoothed[seed], travel = 0;
    double centre[2] = {seed % f->width - 1, seed / f->width - 1};
    int64_t order = 0;
    *b = (Bin){.head = NONE, .tail = NONE};
    f->ready.size = f->slept.size = 0;
    do {
        add_pixel(f, number, pixel);
        f->place[pixel] = number;
        for (int side = 0; side < SIDES; side++, order++) {
            int32_t near = pixel + f->step[side];
            if (f->owner[near] != FREE || f->place[near] == number) continue;
            f->place[near] = number; /* it was met */
            double delta = fabs(f->smoothed[near] - aim);
            push(f, &f->ready, (Pair){delta, delta, order, near, NONE});
        }
    } while (measure_sn_squared(f, b) < f->enough
             && (pixel = pop_rim(f, b, &travel, centre)) != NONE && !f->broken);
}
static void meet(Field *f, int32_t number, int32_t pixel, int side, int32_t *count) {
    int32_t near = pixel + f->step[side];
    if (f->owner[near] < 0 || f->owner[near] == number) return;
    if (f->place[pixel] == NONE) f->place[pixel] = (*count)++;
    double delta = fabs(f->smoothed[pixel] - f->smoothed[near]);
    Pair pair = {delta, delta, (int64_t)f->place[pixel] * SIDES + side, pixel, near};
    push(f, &f->ready, pair);
    push(f, &f->every, pair);
}
/* The heap of sleepers is a mere list here: pairs whose bin may not have them, chained by bin. */
static int pop_border(Field *f, int32_t number, Pair *found) {
    while (f->ready.size) {
        *found = pop(&f->ready);
        if (f->owner[found->pixel] != number) continue;
        int32_t other = f->owner[found->neighbour];
        if (may_reach(f, f->bins + other, found->neighbour)) return 1;
        Heap *h = &f->slept;
        if (!reserve(f, (void **)&h->data, h->size, &h->room, sizeof *found)) return 0;
        h->data[h->size] = (Pair){f->waiting[other], found->key, found->order, found->pixel,
                                  found->neighbour};
        f->waiting[other] = (int32_t)h->size++;
    }
    while (f->every.size) {
        *found = pop(&f->every);
        if (f->owner[found->pixel] == number) return 1;
    }
    return 0;
}
static int dissolve_bin(Field *f, int32_t number, int32_t *targets, int64_t *several) {
    Bin *b = f->bins + number;
    int32_t count = 0, pixel, first = b->head, *kept = malloc((b->pixels + 1) * sizeof *kept);
    int64_t many = 0;
    if (!kept) { f->broken = 1; return 0; }
    f->ready.size = f->every.size = f->slept.size = 0;
    for (pixel = first; pixel != NONE; pixel = f->next[pixel]) kept[many++] = pixel;
    for (int64_t at = 0; at < many; at++) f->place[kept[at]] = NONE;
    for (int64_t at = 0; at < many; at++)
        for (int side = 0; side < SIDES; side++) meet(f, number, kept[at], side, &count);
    Pair found;
    b->head = b->tail = NONE;
    while (b->pixels && !f->broken && pop_border(f, number, &found)) {
        int32_t other = f->owner[found.neighbour];
        count_pixel(f, b, found.pixel, -1);
        add_pixel(f, other, found.pixel);
        targets[(*several)++] = other; /* once for every pixel: at most `many` */
        for (int32_t at = f->waiting[other]; at != NONE; at = (int32_t)f->slept.data[at].key) {
            Pair pair = f->slept.data[at];
            pair.key = pair.delta;
            push(f, &f->ready, pair);
        }
        f->waiting[other] = NONE;
        for (int side = 0; side < SIDES; side++)
            if (f->owner[found.pixel + f->step[side]] == number)
                meet(f, number, found.pixel + f->step[side], SIDES - 1 - side, &count);
    }
    for (int64_t at = 0; at < f->slept.size; at++) /* nobody waits for the next bin */
        f->waiting[f->owner[f->slept.data[at].neighbour]] = NONE;
    for (int64_t at = 0; at < many; at++) /* what has no neighbours stays */
        if (f->owner[kept[at]] == number) link_pixel(f, b, kept[at]);
    free(kept);
    return b->pixels == 0;
}
/* Faint bins wait in a heap, by their signal to noise; one that has changed is in it once more. */
static void wait_as_faint(Field *f, Heap *faint, double *ratios, int32_t number) {
    double ratio = measure_sn_squared(f, f->bins + number);
    ratios[number] = ratio < f->enough ? ratio : INFINITY;
    if (ratio < f->enough) push(f, faint, (Pair){ratio, ratio, number, number, NONE});
}
static int scrub_bins(Field *f) {
    int stuck = 0;
    Heap faint = {0};
    double *ratios = malloc((f->many + 1) * sizeof *ratios);
    int32_t *targets = malloc((f->size + 1) * sizeof *targets);
    f->waiting = malloc((f->many + 1) * sizeof *f->waiting);
    if (!ratios || !targets || !f->waiting) f->broken = 1;
    for (int32_t at = 0; at < f->many && !f->broken; at++) {
        f->waiting[at] = NONE;
        wait_as_faint(f, &faint, ratios, at);
    }
    while (faint.size && !f->broken) {
        Pair lowest = pop(&faint);
        int64_t several = 0;
        if (ratios[lowest.pixel] != lowest.key) continue; /* it has grown since */
        ratios[lowest.pixel] = INFINITY;
        stuck += !dissolve_bin(f, lowest.pixel, targets, &several);
        for (int64_t at = 0; at < several && !f->broken; at++)
            if (ratios[targets[at]] < INFINITY) wait_as_faint(f, &faint, ratios, targets[at]);
        if (PyErr_CheckSignals()) f->broken = 2;
    }
    free(ratios), free(targets), free(f->waiting), free(faint.data);
    return stuck;
}
static int tell(PyObject *progress, int64_t done, int64_t total) {
    if (progress == Py_None) return PyErr_CheckSignals();
    PyObject *answer = PyObject_CallFunction(progress, "LL", (long long)done, (long long)total);
    Py_XDECREF(answer);
    return answer ? PyErr_CheckSignals() : -1;
}
static PyObject *make_bins(PyObject *self, PyObject *args) {
    Py_buffer in[8] = {{0}};
    PyObject *progress, *found = NULL;
    Field f = {0};
    int scrub, stuck = 0;
    double sn;
    if (!PyArg_ParseTuple(args, "y*y*z*z*z*y*y*w*iddpO", in, in + 1, in + 2, in + 3, in + 4, in + 5,
                          in + 6, in + 7, &f.width, &f.reach, &sn, &scrub, &progress)) return NULL;
    f.counts = in[0].buf, f.smoothed = in[1].buf, f.background = in[2].buf, f.ratio = in[3].buf;
    f.variance = in[4].buf, f.areas = in[5].buf, f.rings = in[5].len / 8, f.owner = in[7].buf;
    f.size = in[7].len / 4, f.enough = sn * sn;
    f.step[0] = -f.width, f.step[1] = -1, f.step[2] = 1, f.step[3] = f.width;
    const int64_t *seeds = in[6].buf, total = in[6].len / 8;
    f.next = malloc(f.size * 4), f.place = malloc(f.size * 4);
    f.broken = !(f.next && f.place);
    for (int64_t at = 0; at < f.size && !f.broken; at++) f.place[at] = NONE;
    int64_t done = 0;
    for (int64_t at = 0; at < total && !f.broken; at++)
        if (f.owner[seeds[at]] < 0) {
            grow_bin(&f, (int32_t)seeds[at]);
            if (f.broken) break;
            done += f.bins[f.many - 1].pixels;
            if (tell(progress, done, total)) f.broken = 2;
        }
    if (scrub && !f.broken) stuck = scrub_bins(&f);
    if (f.broken == 1) PyErr_NoMemory();
    if (!f.broken && (found = PyBytes_FromStringAndSize(NULL, f.many * SUMS * sizeof sn))) {
        double *sums = (double *)PyBytes_AsString(found);
        for (Bin *b = f.bins; b < f.bins + f.many; b++) {
            *sums++ = (double)b->pixels, *sums++ = b->counts - b->scaled;
            *sums++ = measure_sn_squared(&f, b);
        }
        found = Py_BuildValue("(Ni)", found, stuck);
    }
    free(f.next), free(f.place), free(f.bins);
    free(f.ready.data), free(f.every.data), free(f.slept.data);
    for (int at = 0; at < 8; at++) PyBuffer_Release(in + at);
    return found;
}
static PyMethodDef methods[] = {{"make_bins", make_bins, METH_VARARGS, NULL}, {0}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_loops", NULL, -1, methods};
PyMODINIT_FUNC PyInit__loops(void) { return PyModule_Create(&module); }
