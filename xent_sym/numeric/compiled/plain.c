/* What a plain call is: arrays of one type of floats that lie as the kernel wants them, with batch
   axes that are the same for all, or none.  Nothing here raises: what is not plain is left alone. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <structmember.h>
#define NPY_NO_DEPRECATED_API NPY_1_7_API_VERSION
#include <numpy/arrayobject.h>

/* The form of a function: how many sizes, arguments and results; of each argument its kind, the
   number of its own axes, and for each axis the place of a size (-1: none) and what is added to it;
   of each result the same without a kind.  The kinds, and MOST, the most of anything, are defined
   above: quick.py knows them too. */

/* What is known of a call while its arguments are read. */
typedef struct {
    int64_t sizes[MOST], rows; /* a size of 0 is not known yet */
    int batch_axes;
    const npy_intp *batch;
    int type;             /* of the floats; -1: none seen yet */
    int by_class;         /* -1: no labels seen yet */
    int ahead, labels_ahead; /* the most batch axes of floats, and of class numbers */
    int arrays;
    const void *data[MOST];
    int64_t own[MOST], lead[MOST]; /* the entries of a row, and how many rows there are */
    int64_t numbers[MOST];         /* numbers given for arrays without axes */
} Call;

static void begins(Call *call, int64_t sizes)
{
    call->rows = 1;
    call->batch_axes = call->ahead = call->labels_ahead = call->arrays = 0;
    call->type = call->by_class = -1;
    memset(call->sizes, 0, (size_t)sizes * sizeof *call->sizes);
}

/* -- arguments ---------------------------------------------------------------------------------- */

static int fits(Call *call, const int64_t *axis, int64_t length)
{
    const int64_t size = length - axis[1];
    if (length < 1 || axis[0] < 0)
        return length > 0 && size == 0;
    int64_t *known = &call->sizes[axis[0]];
    if (*known == 0 && size > 0)
        *known = size;
    return *known == size;
}

/* Batch axes are those of the others, or stand for a single row. */
static int joins(Call *call, int axes, const npy_intp *batch, int64_t rows)
{
    if (call->rows == 1 && axes >= call->batch_axes) {
        call->batch_axes = axes;
        call->batch = batch;
        call->rows = rows;
        return 1;
    }
    if (rows == 1 && axes <= call->batch_axes)
        return 1;
    return axes == call->batch_axes && PyArray_CompareLists(batch, call->batch, axes);
}

static int takes(Call *call, const int64_t *axes, int count, int ndim, const npy_intp *shape,
                 const void *data)
{
    const int lead = ndim - count;
    int64_t rows = 1, own = 1;
    if (lead < 0)
        return 0;
    for (int n = 0; n < lead; n++)
        if ((rows *= shape[n]) == 0)
            return 0;
    for (int n = 0; n < count; n++) {
        if (!fits(call, axes + 2 * n, shape[lead + n]))
            return 0;
        own *= shape[lead + n];
    }
    call->data[call->arrays] = data;
    call->own[call->arrays] = own;
    call->lead[call->arrays++] = rows;
    return joins(call, lead, shape, rows);
}

static int is_plain(PyObject *object)
{
    PyArrayObject *array = (PyArrayObject *)object;
    return PyArray_CheckExact(object) && PyArray_ISCARRAY_RO(array); /* of this byte order, too */
}

static int takes_floats(Call *call, const int64_t *axes, int count, PyObject *given)
{
    int type = NPY_DOUBLE, ndim = 0;
    const npy_intp *shape = NULL;
    const void *data = &call->numbers[call->arrays];
    if (PyFloat_CheckExact(given)) {
        const double number = PyFloat_AS_DOUBLE(given);
        memcpy(&call->numbers[call->arrays], &number, sizeof number);
    } else if (is_plain(given)) {
        PyArrayObject *array = (PyArrayObject *)given;
        type = PyArray_TYPE(array);
        ndim = PyArray_NDIM(array);
        shape = PyArray_DIMS(array);
        data = PyArray_DATA(array);
    } else {
        return 0;
    }
    if (call->type < 0)
        call->type = type;
    if (ndim - count > call->ahead)
        call->ahead = ndim - count;
    return type == call->type && (type == NPY_DOUBLE || type == NPY_FLOAT) &&
           takes(call, axes, count, ndim, shape, data);
}

/* A whole number of Python below 2^31; -1: something else, for none of them is negative. */
static int64_t whole(PyObject *given)
{
    int overflow = 0;
    if (!PyLong_CheckExact(given))
        return -1;
    const long long number = PyLong_AsLongLongAndOverflow(given, &overflow);
    return overflow || number > INT32_MAX ? -1 : number;
}

static int is_integers(PyObject *given)
{
    return PyLong_CheckExact(given) ||
           (is_plain(given) && PyArray_TYPE((PyArrayObject *)given) == NPY_INT64);
}

static int takes_classes(Call *call, const int64_t *axes, int count, PyObject *given)
{
    if (PyLong_CheckExact(given)) {
        const int64_t number = call->numbers[call->arrays] = whole(given);
        return number >= 0 && takes(call, axes, count, 0, NULL, &call->numbers[call->arrays]);
    }
    PyArrayObject *array = (PyArrayObject *)given;
    return is_integers(given) &&
           takes(call, axes, count, PyArray_NDIM(array), PyArray_DIMS(array), PyArray_DATA(array));
}

/* Labels are class numbers if they are integers and have an axis fewer than dense ones. */
static int takes_labels(Call *call, const int64_t *axes, int count, PyObject *given)
{
    const int by_class = is_integers(given);
    if (call->by_class < 0)
        call->by_class = by_class;
    if (by_class != call->by_class)
        return 0;
    if (!by_class)
        return takes_floats(call, axes, count, given);
    const int ahead = PyLong_CheckExact(given) ? 0 : PyArray_NDIM((PyArrayObject *)given) - count + 1;
    if (ahead > call->labels_ahead)
        call->labels_ahead = ahead;
    return takes_classes(call, axes, count - 1, given);
}

static int takes_one(Call *call, int64_t kind, const int64_t *axes, int count, PyObject *given)
{
    switch (kind) {
    case FLOATS:
        return takes_floats(call, axes, count, given);
    case CLASSES:
        return takes_classes(call, axes, count, given);
    case LABELS:
        return takes_labels(call, axes, count, given);
    default:
        return fits(call, axes, whole(given));
    }
}

/* Is the call a plain one? ``form`` is moved on to the results. */
static int takes_all(Call *call, const int64_t **form, PyObject *const *given)
{
    const int64_t sizes = (*form)[0], arguments = (*form)[1], *at = *form + 3;
    for (int64_t n = 0; n < arguments; n++, at += 2 + 2 * at[1])
        if (!takes_one(call, at[0], at + 2, (int)at[1], given[n]))
            return 0;
    for (int64_t n = 0; n < sizes; n++)
        if (call->sizes[n] == 0)
            return 0;
    *form = at;
    if (call->type < 0)
        call->type = NPY_DOUBLE;
    return call->labels_ahead <= call->ahead;
}

/* -- results ------------------------------------------------------------------------------------ */

static int apart(const void *left, size_t left_bytes, const void *right, size_t right_bytes)
{
    const uintptr_t a = (uintptr_t)left, b = (uintptr_t)right;
    return a + left_bytes <= b || b + right_bytes <= a;
}

/* Has the caller's array this shape and type, and memory apart from all arguments? */
static int is_fit(const Call *call, PyObject *given, int ndim, const npy_intp *shape)
{
    PyArrayObject *array = (PyArrayObject *)given;
    if (!is_plain(given) || !PyArray_ISWRITEABLE(array) || PyArray_TYPE(array) != call->type ||
        PyArray_NDIM(array) != ndim || !PyArray_CompareLists(PyArray_DIMS(array), shape, ndim))
        return 0;
    for (int n = 0; n < call->arrays; n++) /* 8: no entry is larger */
        if (!apart(PyArray_DATA(array), (size_t)PyArray_NBYTES(array), call->data[n],
                   8 * (size_t)(call->own[n] * call->lead[n])))
            return 0;
    return 1;
}

/* The array for a result: a new one where none is given, NULL where the given one will not do. */
static PyArrayObject *result(const Call *call, const int64_t *form, PyObject *given)
{
    npy_intp shape[NPY_MAXDIMS];
    int ndim = 0;
    if (call->batch_axes + form[0] > NPY_MAXDIMS)
        return NULL;
    for (; ndim < call->batch_axes; ndim++)
        shape[ndim] = call->batch[ndim];
    for (int64_t n = 0; n < form[0]; n++) {
        const int64_t *axis = form + 1 + 2 * n;
        shape[ndim] = (npy_intp)((axis[0] < 0 ? 0 : call->sizes[axis[0]]) + axis[1]);
        if (shape[ndim++] < 1)
            return NULL;
    }
    if (given == Py_None)
        return (PyArrayObject *)PyArray_SimpleNew(ndim, shape, call->type);
    return is_fit(call, given, ndim, shape) ? (PyArrayObject *)Py_NewRef(given) : NULL;
}

/* What the caller gave for the n-th result; NULL where it is not what is expected. */
static PyObject *given_for(PyObject *out, Py_ssize_t n, Py_ssize_t count)
{
    if (out == Py_None || count == 1)
        return out;
    if (PyTuple_CheckExact(out))
        return PyTuple_GET_SIZE(out) == count ? PyTuple_GET_ITEM(out, n) : NULL;
    return PyList_CheckExact(out) && PyList_GET_SIZE(out) == count ? PyList_GET_ITEM(out, n) : NULL;
}

static int is_apart_from(PyArrayObject *one, PyArrayObject *const *others, Py_ssize_t count)
{
    for (Py_ssize_t n = 0; n < count; n++)
        if (!apart(PyArray_DATA(one), (size_t)PyArray_NBYTES(one), PyArray_DATA(others[n]),
                   (size_t)PyArray_NBYTES(others[n])))
            return 0;
    return 1;
}

/* All results, made or given; how many of them there are, fewer than ``count`` if one will not do.
   References are the caller's. */
static Py_ssize_t results(const Call *call, const int64_t *form, Py_ssize_t count, PyObject *out,
                          PyArrayObject **made)
{
    for (Py_ssize_t n = 0; n < count; n++, form += 1 + 2 * form[0]) {
        PyObject *given = given_for(out, n, count);
        made[n] = given ? result(call, form, given) : NULL;
        if (made[n] && given != Py_None && !is_apart_from(made[n], made, n))
            Py_CLEAR(made[n]);
        if (!made[n])
            return n;
    }
    return count;
}
